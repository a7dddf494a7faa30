#pragma once

#include "base/concat.hpp"
#include "sim/cluster/checkers/checker.hpp"

namespace nexus::sim {

/// No honest validator sees a quorum do what none does while fewer than a third of the stake is
/// Byzantine: it would have to halt.
class HaltChecker final : public Checker {
public:
    HaltChecker() : Checker("no_halt", "no honest validator raises an alarm and halts") {}
    void on_commit(const CommitEvent& /*event*/) override { count(); }
    void on_alarm(const AlarmEvent& event) override {
        violation(concat(time_text(event.at), ": ", event.validator_name, ": ", event.what));
    }
};

}  // namespace nexus::sim
