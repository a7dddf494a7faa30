#pragma once

#include "sim/scenario/fault_list.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/session.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// One process as `status` and `top` show it. Numbers are sums over its members.
struct ProcessReading {
    std::string process;
    std::string state;  ///< "running", "cut off", "paused" or "down".
    bool is_validator = false;
    ProcessUse use;
    std::uint64_t height = 0, view = 0, lag = 0, peers = 0, mempool = 0;
    std::uint64_t transactions = 0;     ///< Committed by a validator, or proven final to a client.
    std::vector<std::string> statuses;  ///< Of its members, as they wrote them.
};

/// A testnet at one moment. A member is cut off if a partition keeps it from validators of a
/// quorum; whoever still reaches one is not.
struct StatusReading {
    std::uint64_t height = 0;  ///< Of the validator that is furthest.
    /// True if validators of a quorum run and reach one another: then the chain can grow.
    bool has_quorum = false;
    std::uint64_t power = 0;                ///< Of all validators.
    std::uint64_t power_meets = 0;          ///< The most of it that runs and reaches one another.
    std::vector<ProcessReading> processes;  ///< Validators first.
    std::vector<sim::NumberedFault> faults;
    std::vector<std::uint64_t> packets;  ///< That each of these has touched.
};

/// Reads it from the files of the folder and the kernel's. Faults that cannot be read count as
/// none: processes complain of them.
StatusReading read_status(const Session& session);

/// A line a process: state, height, view, lag behind the highest, peers, transactions, CPU, memory.
std::string status_table(const StatusReading& reading);
/// The same with all that members say of themselves, as one object.
std::string status_json(const StatusReading& reading);
/// The numbers of the table, as one object on one line.
std::string status_line(const StatusReading& reading, double blocks_per_second);
/// The height of the validator that is furthest.
std::uint64_t network_height(const TestnetLayout& layout, const NetworkFile& network);

/// Those of `members` that a partition of `faults` keeps from a quorum, and how much power of those
/// that run is together at most.
struct Reach {
    std::set<std::string> cut_off;
    std::uint64_t power = 0;
    std::uint64_t power_meets = 0;
    bool has_quorum = false;
};
/// `runs`: the members whose process runs.
Reach reach_of(const sim::Society& society, const std::vector<sim::NumberedFault>& faults,
               const std::set<std::string>& runs);

/// A whole number of a member's status.json; 0 if it is not there.
std::uint64_t status_number(std::string_view json, std::string_view name);

}  // namespace nexus::tools
