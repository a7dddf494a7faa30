#pragma once

#include "actors/node/duration_counts.hpp"
#include "actors/node/mailbox_meter.hpp"
#include "actors/node/network_broker.hpp"
#include "actors/node/node_disk.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <cstdint>
#include <map>
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

/// How long something took, as a member tells it.
struct MemberHistogram {
    std::string_view name;  ///< Without its unit; a literal. Seconds in Prometheus.
    std::string_view help;
    actors::DurationCounts::Reading reading;
};

/// A member at one moment: the same numbers for status.json and for Prometheus.
struct MemberStatus {
    std::string name;
    std::string kind;         ///< As sim::Member.
    std::int64_t now_ms = 0;  ///< Scenario time.
    std::vector<MemberMetric> metrics;
    std::vector<MemberHistogram> histograms;
    /// What roles and protocols count, by a name of theirs: nothing here knows which run.
    std::map<std::string, std::uint64_t> probes;
};

/// What a member's numbers are read from. `disk` may be null.
struct MemberSources {
    const NodeObserver& observer;
    const actors::NetworkCounters& network;
    const actors::MailboxMeter& role;
    const actors::NodeDisk* disk = nullptr;
};
/// Fills in all numbers.
void read_numbers(const MemberSources& sources, MemberStatus& status);

/// The text of status.json.
std::string to_json(const MemberStatus& status);

/// The text format of Prometheus, version 0.0.4: each metric as nexus_NAME with the member's name
/// and kind as labels; histograms as nexus_NAME_seconds; probes as nexus_probes with their name as
/// a label.
std::string to_prometheus(const std::vector<MemberStatus>& statuses);

}  // namespace nexus::tools
