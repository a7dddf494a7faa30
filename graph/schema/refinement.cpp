#include "graph/schema/refinement.hpp"

#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/schema/schema.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace nexus::graph {
namespace {

using Check = Result<void, RefinementFault>;

Check wrong(RefinementError error, const std::string& field = {}) {
    return fail(RefinementFault{error, field});
}

bool has_values(const FieldType& type) {
    if (const auto* text = std::get_if<TextType>(&type)) {
        return text->bytes_min <= text->bytes_max && text->bytes_min <= kTextValueMax;
    }
    if (const auto* integer = std::get_if<IntegerType>(&type)) {
        return integer->min <= integer->max;
    }
    const auto* symbols = std::get_if<EnumType>(&type);
    return symbols == nullptr || !symbols->symbols.empty();
}

bool is_within(const TextType& inner, const TextType& outer) {
    return inner.bytes_min >= outer.bytes_min && inner.bytes_max <= outer.bytes_max;
}
bool is_within(const IntegerType& inner, const IntegerType& outer) {
    return inner.min >= outer.min && inner.max <= outer.max;
}
bool is_within(const EnumType& inner, const EnumType& outer) {
    return std::includes(outer.symbols.begin(), outer.symbols.end(), inner.symbols.begin(),
                         inner.symbols.end());
}
bool is_within(BoolType /*inner*/, BoolType /*outer*/) { return true; }
bool is_within(HashType /*inner*/, HashType /*outer*/) { return true; }

/// Pre: the same alternative in both.
bool is_within(const FieldType& inner, const FieldType& outer) {
    return std::visit(
        [&outer](const auto& type) {
            return is_within(type, std::get<std::remove_cvref_t<decltype(type)>>(outer));
        },
        inner);
}

/// That the refined schema keeps a field of the base, or tightens it.
Check check_kept(const Field& base, const Schema& refined) {
    const Field* kept = refined.find(base.name);
    if (kept == nullptr) {
        return wrong(RefinementError::FieldRemoved, base.name);
    }
    if (base.required && !kept->required) {
        return wrong(RefinementError::FieldLoosened, base.name);
    }
    if (base.type.index() != kept->type.index()) {
        return wrong(RefinementError::TypeChanged, base.name);
    }
    if (!is_within(kept->type, base.type)) {
        return wrong(RefinementError::RangeLoosened, base.name);
    }
    return {};
}

}  // namespace

std::string_view to_string(RefinementError error) {
    switch (error) {
        case RefinementError::WrongBase:
            return "WrongBase";
        case RefinementError::WrongKind:
            return "WrongKind";
        case RefinementError::FieldRemoved:
            return "FieldRemoved";
        case RefinementError::FieldLoosened:
            return "FieldLoosened";
        case RefinementError::TypeChanged:
            return "TypeChanged";
        case RefinementError::RangeLoosened:
            return "RangeLoosened";
        case RefinementError::TypeEmpty:
            return "TypeEmpty";
        case RefinementError::ForeignNamespace:
            return "ForeignNamespace";
        case RefinementError::CommonsMayNotExtend:
            return "CommonsMayNotExtend";
    }
    return "?";
}

Check check_refines(const Schema& base, const Schema& refined) {
    if (refined.sovereign == SovereignId{0}) {
        return wrong(RefinementError::CommonsMayNotExtend);
    }
    if (refined.base != schema_hash(base)) {
        return wrong(RefinementError::WrongBase);
    }
    if (refined.kind != base.kind) {
        return wrong(RefinementError::WrongKind);
    }
    for (const Field& field : base.fields) {
        if (const Check kept = check_kept(field, refined); !kept) {
            return kept;
        }
    }
    const std::string prefix = extension_prefix(refined.sovereign);
    for (const Field& field : refined.fields) {
        if (!has_values(field.type)) {
            return wrong(RefinementError::TypeEmpty, field.name);
        }
        const bool is_own = field.name.starts_with(prefix) && field.name.size() > prefix.size();
        if (base.find(field.name) == nullptr && !is_own) {
            return wrong(RefinementError::ForeignNamespace, field.name);
        }
    }
    return {};
}

}  // namespace nexus::graph
