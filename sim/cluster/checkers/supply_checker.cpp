#include "sim/cluster/checkers/supply_checker.hpp"

#include "base/amount.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/audit.hpp"
#include "graph/state/state_snapshot.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <string>

namespace nexus::sim {

SupplyChecker::SupplyChecker()
    : Checker("supply", "no unit appears or vanishes; the state is consistent in itself") {}

void SupplyChecker::check(const graph::StateSnapshot& state, Instant at) {
    count();
    const graph::SupplyAudit audit = graph::audit_supply(state);
    if (!audit.holds()) {
        violation(concat(time_text(at), ": height ", height_.value, ": accounts ",
                         to_string(audit.accounts), " and treasuries ", to_string(audit.treasuries),
                         " are not the supply ", to_string(audit.genesis)));
    }
}

void SupplyChecker::on_base(const BaseEvent& event) {
    last_ = *event.state;
    height_ = event.block->header.height;
    check(last_, event.block->header.time);
}

void SupplyChecker::on_commit(const CommitEvent& event) {
    if (!event.is_first) {
        return;
    }
    last_ = event.executed->state;
    height_ = event.block->header.height;
    if (height_.value % 16 == 0) {
        check(last_, event.at);
    }
}

void SupplyChecker::on_end(Instant at) {
    if (height_.value == 0) {
        return;
    }
    check(last_, at);
    count();
    for (const std::string& fault : graph::audit_state(last_)) {
        violation(concat(time_text(at), ": height ", height_.value, ": ", fault));
    }
}

}  // namespace nexus::sim
