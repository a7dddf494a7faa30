#pragma once

#include "consensus/api/protocol.hpp"

#include <string_view>
#include <vector>

namespace nexus::consensus {

/// Every protocol there is, by name in alphabetical order. No other file knows more than one.
const std::vector<const Engine*>& engines();

/// The protocol called `name`, or null.
const Engine* find_engine(std::string_view name);

}  // namespace nexus::consensus
