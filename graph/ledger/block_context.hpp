#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

namespace nexus::graph {

/// What a block says about itself that transactions may depend on.
struct BlockContext {
    Height height;
    Instant time;

    friend bool operator==(const BlockContext&, const BlockContext&) = default;
};

}  // namespace nexus::graph
