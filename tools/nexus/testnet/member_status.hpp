#pragma once

#include "actors/node/network_broker.hpp"
#include "actors/node/node_disk.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// One number that a member tells of itself.
struct MemberMetric {
    std::string_view name;  ///< With its unit; a literal.
    std::string_view help;
    bool is_counter = true;  ///< Never falls while the process lives.
    std::int64_t value = 0;
};

/// A member at one moment: the same numbers for status.json and for Prometheus.
struct MemberStatus {
    std::string name;
    std::string kind;         ///< As sim::Member.
    std::int64_t now_ms = 0;  ///< Scenario time.
    std::vector<MemberMetric> metrics;
};

/// `disk` may be null.
std::vector<MemberMetric> metrics_of(const NodeObserver& observer,
                                     const actors::NetworkCounters& network,
                                     const actors::NodeDisk* disk);

/// The text of status.json.
std::string to_json(const MemberStatus& status);

/// The text format of Prometheus, version 0.0.4: each metric as nexus_NAME with the member's name
/// and kind as labels.
std::string to_prometheus(const std::vector<MemberStatus>& statuses);

}  // namespace nexus::tools
