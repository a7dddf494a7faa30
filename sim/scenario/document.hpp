#pragma once

#include "base/result.hpp"
#include "sim/scenario/problems.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::input {

/// A key of a table and where it stands.
struct Key {
    std::string name;
    Place at;
};

/// A value of a TOML document and where it stands. Nothing of the TOML library shows.
/// Invariant: of a table, `keys` and `items` are of equal length and in the order of the file.
struct Value {
    enum class Kind : std::uint8_t { Text, Integer, Number, Flag, Moment, List, Table };

    Kind kind = Kind::Table;
    Place at;
    std::string text;          ///< Text.
    std::int64_t integer = 0;  ///< Integer.
    double number = 0;         ///< Number.
    bool flag = false;         ///< Flag.
    std::vector<Value> items;  ///< List and Table.
    std::vector<Key> keys;     ///< Table.

    /// The value of a key of a table, or null.
    [[nodiscard]] const Value* find(std::string_view key) const;
};

/// Where a text is not TOML, and why.
struct DocumentError {
    Place at;
    std::string text;
};

inline constexpr std::size_t kDocumentBytesMax = 1 << 20;

/// The top table of a TOML 1.0 text. Errors: DocumentError. No exception leaves.
Result<Value, DocumentError> parse_document(std::string_view text, std::string_view file);

/// What an error message calls the value: `"awz"`, `12`, `a list`.
std::string shown(const Value& value);

}  // namespace nexus::sim::input
