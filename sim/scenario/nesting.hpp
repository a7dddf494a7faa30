#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace nexus::sim::input {

inline constexpr std::size_t kNestingMax = 16;   ///< Brackets and braces within one another.
inline constexpr std::size_t kKeyPartsMax = 16;  ///< Parts of a dotted key.

/// Where a TOML text nests deeper than that: line and column, from 1.
///
/// The TOML library builds one table per part of a key and one value per bracket, and walks and
/// frees them recursively: deep enough, that ends the process. So it never sees such a text.
struct TooDeep {
    std::size_t line = 1;
    std::size_t column = 1;
};
std::optional<TooDeep> find_too_deep(std::string_view toml);

}  // namespace nexus::sim::input
