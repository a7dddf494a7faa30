#pragma once

#include "base/amount.hpp"
#include "base/result.hpp"
#include "graph/state/state_snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nexus::graph {

/// All money of a state, summed up leaf by leaf: no counter is believed.
struct SupplyAudit {
    Amount accounts;
    Amount treasuries;
    Amount genesis;         ///< What there must be.
    bool overflow = false;  ///< The sums are worthless.

    [[nodiscard]] bool holds() const;
};

SupplyAudit audit_supply(const StateSnapshot& state);

/// Walks the whole state and checks every invariant that one state can show, from the stored values
/// alone: supply; each value under the key that it names; names and handles point back; numbering
/// of sovereigns without gaps; every reference (sovereign, contributor, schema, mission) resolves;
/// published schemas refine their bases and records conform; mission counters equal the
/// participations; evidence and payment only in their stages. Returns one sentence a violation.
std::vector<std::string> audit_state(const StateSnapshot& state);

}  // namespace nexus::graph
