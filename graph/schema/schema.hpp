#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::graph {

/// The five kinds of node of the Global Core Schema.
enum class NodeKind : std::uint8_t {
    Person,
    Organization,
    Asset,
    Mission,
    Credential,
    Last = Credential,
};

/// The name of the enumerator.
std::string_view to_string(NodeKind kind);

inline constexpr std::size_t kFieldNameMax = 64;
inline constexpr std::size_t kSchemaNameMax = 64;
inline constexpr std::size_t kFieldsMax = 64;       ///< Fields of one schema.
inline constexpr std::size_t kSymbolsMax = 64;      ///< Symbols of one enumeration.
inline constexpr std::size_t kSymbolMax = 32;       ///< Bytes of one symbol.
inline constexpr std::size_t kTextValueMax = 1024;  ///< Bytes of one text value.

/// UTF-8 text. Units: bytes of the encoding, both ends included.
struct TextType {
    std::uint32_t bytes_min = 0;
    std::uint32_t bytes_max = kTextValueMax;

    static void describe(auto& codec, auto& self) { codec(self.bytes_min, self.bytes_max); }
    friend bool operator==(const TextType&, const TextType&) = default;
};

/// A whole number, both ends included.
struct IntegerType {
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();

    static void describe(auto& codec, auto& self) { codec(self.min, self.max); }
    friend bool operator==(const IntegerType&, const IntegerType&) = default;
};

struct BoolType {
    static void describe(auto& /*codec*/, auto& /*self*/) {}
    friend bool operator==(const BoolType&, const BoolType&) = default;
};

/// 32 bytes: a digest, or an id of the same length.
struct HashType {
    static void describe(auto& /*codec*/, auto& /*self*/) {}
    friend bool operator==(const HashType&, const HashType&) = default;
};

/// A value of an enumeration.
struct Symbol {
    std::string name;

    static void describe(auto& codec, auto& self) { codec.limited(self.name, kSymbolMax); }
    friend auto operator<=>(const Symbol&, const Symbol&) = default;
};

/// One of some symbols. Invariant: the symbols rise strictly.
struct EnumType {
    std::vector<Symbol> symbols;

    static void describe(auto& codec, auto& self) {
        codec.ordered(
            self.symbols, [](const Symbol& symbol) -> const Symbol& { return symbol; },
            kSymbolsMax);
    }
    friend bool operator==(const EnumType&, const EnumType&) = default;
};

using FieldType = std::variant<TextType, IntegerType, BoolType, HashType, EnumType>;

/// One named, typed attribute of a node.
struct Field {
    std::string name;
    bool required = false;
    FieldType type;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.name, kFieldNameMax);
        codec(self.required, self.type);
    }
    friend bool operator==(const Field&, const Field&) = default;
};

/// What a record of one kind may and must hold: a core schema, or a sovereign's extension of one.
/// Invariant: the field names rise strictly; `base` is absent in core schemas only.
struct Schema {
    NodeKind kind = NodeKind::Person;
    SovereignId sovereign;  ///< Who publishes it; 0 for the core.
    std::string name;       ///< For people; the hash is what identifies a schema.
    std::uint32_t version = 1;
    std::optional<Hash> base;  ///< schema_hash of the schema that this one refines.
    std::vector<Field> fields;

    static void describe(auto& codec, auto& self) {
        codec(self.kind, self.sovereign);
        codec.limited(self.name, kSchemaNameMax);
        codec(self.version, self.base);
        codec.ordered(
            self.fields, [](const Field& field) -> const std::string& { return field.name; },
            kFieldsMax);
    }
    friend bool operator==(const Schema&, const Schema&) = default;

    /// The field of this name, or nothing.
    [[nodiscard]] const Field* find(std::string_view field_name) const;
};

/// The identity of a schema: the tagged hash of its encoding.
Hash schema_hash(const Schema& schema);

/// "ext.<sovereign>.": what the name of every field starts with that the sovereign adds.
std::string extension_prefix(SovereignId sovereign);

}  // namespace nexus::graph
