#pragma once

#include "consensus/api/protocol.hpp"

namespace nexus::consensus::simplex {

/// The simplex protocol family: parameters, messages, machines.
const Engine& engine();

}  // namespace nexus::consensus::simplex
