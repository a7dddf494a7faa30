#pragma once

#include "sim/scenario/scenario.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// A fault that is in force, and the number by which what it does is counted.
struct NumberedFault {
    std::uint64_t number = 0;
    FaultSpec spec;

    friend bool operator==(const NumberedFault&, const NumberedFault&) = default;
};

/// Faults that are in force, in the order of their beginning, and the number that none had yet.
/// Invariant: numbers rise and are below `next`.
struct FaultList {
    std::uint64_t next = 0;
    std::vector<NumberedFault> faults;

    friend bool operator==(const FaultList&, const FaultList&) = default;
};

/// As TOML: the [[fault]] tables of a scenario, each with its number. Parsing it gives the same
/// list, `line`s apart. Pre: the faults fit the rules of a scenario.
std::string format_fault_list(const FaultList& list);

/// `file`: its name, for messages. An empty text is an empty list.
/// Errors: InvalidArgument, with a line `file:line:column: error: ...` for each thing that is
/// wrong.
absl::StatusOr<FaultList> parse_fault_list(std::string_view text, std::string_view file);

}  // namespace nexus::sim
