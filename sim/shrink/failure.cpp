#include "sim/shrink/failure.hpp"

#include "base/assert.hpp"
#include "base/concat.hpp"
#include "sim/report/run_report.hpp"

#include <algorithm>
#include <string>

namespace nexus::sim {

Failure failure_of(const RunReport& report) {
    Failure failure;
    for (const InvariantSummary& invariant : report.invariants) {
        if (invariant.violated > 0) {
            failure.violated.insert(invariant.name);
        }
    }
    for (const ExpectationSummary& expectation : report.expectations) {
        if (!expectation.held) {
            failure.missed.insert(expectation.actual ? expectation.text
                                                     : concat("no value: ", expectation.text));
        }
    }
    for (const std::string& name : report.expected_violations) {
        if (!failure.violated.contains(name)) {
            failure.missed.insert(concat("violated: ", name));
        }
    }
    for (const std::string& name : report.unchecked) {
        failure.missed.insert(concat("checked: ", name));
    }
    return failure;
}

Failure essence(const Failure& failure) {
    return failure.violated.empty() ? failure : Failure{.violated = failure.violated, .missed = {}};
}

bool fails_alike(const Failure& kept, const Failure& got) {
    NEXUS_ASSERT(!kept.empty());
    return kept.violated == got.violated && std::includes(got.missed.begin(), got.missed.end(),
                                                          kept.missed.begin(), kept.missed.end());
}

std::string describe(const Failure& failure) {
    std::string text;
    for (const std::string& name : failure.violated) {
        text += concat(text.empty() ? "" : "; ", name, " violated");
    }
    for (const std::string& expectation : failure.missed) {
        text += concat(text.empty() ? "" : "; ", expectation, " did not hold");
    }
    return text;
}

}  // namespace nexus::sim
