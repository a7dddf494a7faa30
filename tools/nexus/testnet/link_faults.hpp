#pragma once

#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// The faults of the network that are in force: FOLDER/faults.toml, which every process obeys
/// within moments. No such file: none.
/// Errors: InvalidArgument, as file:line:column with what was expected and what is there.
absl::StatusOr<sim::FaultList> read_faults(const TestnetLayout& layout);

/// What a change of the faults in force has done.
struct FaultChange {
    std::size_t ended = 0;
    std::vector<std::uint64_t> begun;  ///< Numbers, in the order of what was to begin.
};

/// Ends those of which `ends` is true and begins others, all of it or, on error, nothing. Changes
/// wait for one another, so that none is lost.
/// Errors: those of read_faults and of writing a file; InvalidArgument for a fault that processes
/// would refuse; FailedPrecondition if another change does not come to its end.
absl::StatusOr<FaultChange> change_faults(
    const TestnetLayout& layout, const std::function<bool(const sim::NumberedFault&)>& ends,
    const std::vector<sim::FaultSpec>& begins);

/// Begins a fault; returns its number. Errors: as change_faults.
absl::StatusOr<std::uint64_t> begin_fault(const TestnetLayout& layout, const sim::FaultSpec& spec);
/// Ends those of which `ends` is true; returns how many. Errors: as change_faults.
absl::StatusOr<std::size_t> end_faults(const TestnetLayout& layout,
                                       const std::function<bool(const sim::NumberedFault&)>& ends);

/// Packets that each fault has touched, by its number, as one process counted them; it goes on
/// counting when it is started again. Errors, when writing: those of files.
using TouchCounts = std::map<std::uint64_t, std::uint64_t>;
TouchCounts read_touched(const TestnetLayout& layout, const std::string& process);
absl::Status write_touched(const TestnetLayout& layout, const std::string& process,
                           const TouchCounts& counts);
/// Of all processes together.
TouchCounts touched_by_all(const TestnetLayout& layout, const NetworkFile& network);

/// Members that a list of processes or members stands for, "a,b", each once and by rising name.
/// Pre: all are known.
std::vector<std::string> members_in(const NetworkFile& network, std::string_view list);

/// A partition with sides as "a,b|c,d"; whoever is on no side joins the first.
/// Errors: InvalidArgument for fewer than two sides, and for a member on two.
absl::StatusOr<sim::FaultSpec> partition_of(const NetworkFile& network,
                                            const std::vector<std::string>& words);

}  // namespace nexus::tools
