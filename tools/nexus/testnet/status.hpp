#pragma once

#include "tools/nexus/testnet/layout.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::tools {

/// A line a process: state, height, view, lag behind the highest, peers, transactions, CPU, memory.
std::string status_table(const TestnetLayout& layout, const NetworkFile& network);
/// The same with all that members say of themselves, as one object.
std::string status_json(const TestnetLayout& layout, const NetworkFile& network);
/// The height of the validator that is furthest.
std::uint64_t network_height(const TestnetLayout& layout, const NetworkFile& network);

/// A whole number of a member's status.json; 0 if it is not there.
std::uint64_t status_number(std::string_view json, std::string_view name);

}  // namespace nexus::tools
