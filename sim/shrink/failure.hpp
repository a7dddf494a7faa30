#pragma once

#include "sim/report/run_report.hpp"

#include <set>
#include <string>

namespace nexus::sim {

/// In which way a run failed.
struct Failure {
    std::set<std::string> violated;  ///< Invariants found broken, wanted by the scenario or not.
    /// Texts of expectations that did not hold: "no value: TEXT" where the run has no such value,
    /// "violated: NAME" for an invariant that the scenario wants broken and that held, and
    /// "checked: NAME" for one that had nothing to check though every run needs it.
    std::set<std::string> missed;

    friend bool operator==(const Failure&, const Failure&) = default;
    [[nodiscard]] bool empty() const { return violated.empty() && missed.empty(); }
};

Failure failure_of(const RunReport& report);

/// The failure without what follows from it: broken invariants if there are any, else the
/// expectations. A chain that forks misses expectations too, and nobody looks for those.
Failure essence(const Failure& failure);

/// True if `got` fails in the way of `kept`: the same invariants are broken, no more and no fewer,
/// and of the expectations at least those that are named. Pre: `kept` is an essence.
bool fails_alike(const Failure& kept, const Failure& got);

/// "agreement violated", "finalized_blocks >= 20 did not hold", joined by "; ".
std::string describe(const Failure& failure);

}  // namespace nexus::sim
