#pragma once

#include "base/result.hpp"
#include "graph/schema/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::graph {

/// Why a schema is not a refinement of its base.
enum class RefinementError : std::uint8_t {
    WrongBase,            ///< `base` is not the hash of the base
    WrongKind,            ///< another kind of node
    FieldRemoved,         ///< a field of the base is missing (renaming is removing and adding)
    FieldLoosened,        ///< a required field became optional
    TypeChanged,          ///< text became integer, and so on
    RangeLoosened,        ///< a length, range or set of symbols is no subset of the base's
    TypeEmpty,            ///< no value fits the type: an inverted range, an enumeration of nothing
    ForeignNamespace,     ///< an added field outside ext.<sovereign>.
    CommonsMayNotExtend,  ///< sovereign 0 owns the core and extends nothing
};

/// The name of the enumerator.
std::string_view to_string(RefinementError error);

/// Where and why.
struct RefinementFault {
    RefinementError error = RefinementError::WrongBase;
    std::string field;  ///< Empty when the fault is not in a field.

    friend bool operator==(const RefinementFault&, const RefinementFault&) = default;
};

/// Nothing if every record that conforms to `refined` also conforms to `base`, once the fields that
/// `refined` adds are left out. Cost: linear in the number of fields. Errors: RefinementFault.
Result<void, RefinementFault> check_refines(const Schema& base, const Schema& refined);

}  // namespace nexus::graph
