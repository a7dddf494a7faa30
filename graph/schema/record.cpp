#include "graph/schema/record.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/schema/schema.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nexus::graph {
namespace {

using Check = Result<void, ConformanceFault>;
using MaybeError = std::optional<ConformanceError>;

/// The two variants list the same types in the same order, so that equal indexes mean equal types.
static_assert(std::variant_size_v<FieldType> == std::variant_size_v<Value>);

MaybeError misfit(const TextType& type, const Text& text) {
    const std::size_t size = text.value.size();
    return size >= type.bytes_min && size <= type.bytes_max ? MaybeError()
                                                            : ConformanceError::OutOfRange;
}
MaybeError misfit(const IntegerType& type, std::int64_t value) {
    return value >= type.min && value <= type.max ? MaybeError() : ConformanceError::OutOfRange;
}
MaybeError misfit(const EnumType& type, const Symbol& symbol) {
    return std::binary_search(type.symbols.begin(), type.symbols.end(), symbol)
               ? MaybeError()
               : ConformanceError::UnknownSymbol;
}
MaybeError misfit(BoolType /*type*/, bool /*value*/) { return {}; }
MaybeError misfit(HashType /*type*/, const Hash& /*value*/) { return {}; }

/// Every pair that is not of one kind.
template <class Type, class Other>
MaybeError misfit(const Type& /*type*/, const Other& /*value*/) {
    return ConformanceError::WrongType;
}

}  // namespace

std::string_view to_string(ConformanceError error) {
    switch (error) {
        case ConformanceError::MissingField:
            return "MissingField";
        case ConformanceError::UnknownField:
            return "UnknownField";
        case ConformanceError::DuplicateField:
            return "DuplicateField";
        case ConformanceError::WrongType:
            return "WrongType";
        case ConformanceError::OutOfRange:
            return "OutOfRange";
        case ConformanceError::UnknownSymbol:
            return "UnknownSymbol";
    }
    return "?";
}

Check conforms(const Schema& schema, const Record& record) {
    const auto wrong = [](ConformanceError error, const std::string& field) {
        return Check(fail(ConformanceFault{error, field}));
    };
    auto field = schema.fields.begin();
    const std::string* previous = nullptr;
    for (const Attribute& attribute : record.attributes) {
        if (previous != nullptr && !(*previous < attribute.name)) {
            return wrong(ConformanceError::DuplicateField, attribute.name);
        }
        previous = &attribute.name;
        for (; field != schema.fields.end() && field->name < attribute.name; ++field) {
            if (field->required) {
                return wrong(ConformanceError::MissingField, field->name);
            }
        }
        if (field == schema.fields.end() || field->name != attribute.name) {
            return wrong(ConformanceError::UnknownField, attribute.name);
        }
        const MaybeError error =
            std::visit([](const auto& type, const auto& value) { return misfit(type, value); },
                       field->type, attribute.value);
        if (error) {
            return wrong(*error, field->name);
        }
        ++field;
    }
    for (; field != schema.fields.end(); ++field) {
        if (field->required) {
            return wrong(ConformanceError::MissingField, field->name);
        }
    }
    return {};
}

Record merge(const Record& left, const Record& right) {
    Record both;
    std::merge(left.attributes.begin(), left.attributes.end(), right.attributes.begin(),
               right.attributes.end(), std::back_inserter(both.attributes),
               [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
    return both;
}

}  // namespace nexus::graph
