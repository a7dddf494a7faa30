#pragma once

#include "tests/support/seed.hpp"

#include <cstdlib>
#include <rapidcheck.h>
#include <string>
#include <utility>

namespace nexus::graph::tests {

/// rc::check with the seed NEXUS_SEED, or 1: the same cases in every run. A failure prints the
/// shrunk case and the RC_PARAMS that repeat it; RC_PARAMS of the environment goes first.
template <class Property>
bool check(const std::string& sentence, Property&& property) {
    const std::string parameters = "seed=" + std::to_string(nexus::tests::seed_from_environment(1));
    setenv("RC_PARAMS", parameters.c_str(), 0);  // rapidcheck reads it at its first check
    return rc::check(sentence, std::forward<Property>(property));
}

}  // namespace nexus::graph::tests
