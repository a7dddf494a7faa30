#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/schema/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::graph {

/// A text value; a type of its own because the length is limited.
struct Text {
    std::string value;

    static void describe(auto& codec, auto& self) { codec.limited(self.value, kTextValueMax); }
    friend bool operator==(const Text&, const Text&) = default;
};

/// One value; the alternatives stand in the order of FieldType.
using Value = std::variant<Text, std::int64_t, bool, Hash, Symbol>;

/// A named value.
struct Attribute {
    std::string name;
    Value value;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.name, kFieldNameMax);
        codec(self.value);
    }
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// The public attributes of a node. Invariant: the names rise strictly.
struct Record {
    std::vector<Attribute> attributes;

    static void describe(auto& codec, auto& self) {
        codec.ordered(
            self.attributes,
            [](const Attribute& attribute) -> const std::string& { return attribute.name; },
            kFieldsMax);
    }
    friend bool operator==(const Record&, const Record&) = default;
};

/// Why a record does not conform.
enum class ConformanceError : std::uint8_t {
    MissingField,    ///< a required field is not there
    UnknownField,    ///< the schema has no such field
    DuplicateField,  ///< a name twice, or names out of order
    WrongType,
    OutOfRange,  ///< too short, too long, too small, too large
    UnknownSymbol,
};

/// The name of the enumerator.
std::string_view to_string(ConformanceError error);

/// Where and why.
struct ConformanceFault {
    ConformanceError error = ConformanceError::MissingField;
    std::string field;

    friend bool operator==(const ConformanceFault&, const ConformanceFault&) = default;
};

/// Nothing if the record has every required field of the schema, no field that the schema lacks,
/// and only values that fit. Errors: ConformanceFault, of the first field in name order.
Result<void, ConformanceFault> conforms(const Schema& schema, const Record& record);

/// Both records in one, sorted; a name that both have stays twice, which no schema accepts.
Record merge(const Record& left, const Record& right);

}  // namespace nexus::graph
