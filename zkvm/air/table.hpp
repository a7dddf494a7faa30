#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace nexus::zkvm {

/// A table is a type with
///   `kName`               what reports call it;
///   `Row<V>`              a struct of Vs, one a committed column, in the order of the columns;
///   `Fixed<V>`            optional: the same for the preprocessed columns;
///   `eval(b, row)`        or `eval(b, row, fixed)`: its constraints and messages, on one row;
///   `chain(b, row, before)`  optional: constraints between a row and the row before it.
/// `b` is a reader with a value type `B::V` and
///   `lit(u32)`, `inverse_lit(u32)`   constants, the latter 1/u in the field;
///   `parameter(i)`                   public numbers of this instance: the segment's index;
///   `zero(name, V)`                  the value is 0 on each row; degree <= 3, in a chain <= 2;
///   `send(bus, multiplicity, {V...})`, `receive(...)`.
/// There is one text of a table and several readers of it: prover (packed), verifier (extension
/// field), row checker (base field), shape (degrees and counts), lookup counter.
template <class T>
concept Table = requires {
    T::kName;
    typename T::template Row<std::uint32_t>;
};

template <class T>
concept HasFixed = requires { typename T::template Fixed<std::uint32_t>; };

/// Stands where a table has no preprocessed columns.
template <class V>
struct NoColumns {};

namespace table_detail {
template <class T, class V, bool kHasFixed>
struct FixedOf {
    using type = NoColumns<V>;
};
template <class T, class V>
struct FixedOf<T, V, true> {
    using type = typename T::template Fixed<V>;
};
}  // namespace table_detail

template <class T, class V>
using FixedRow = typename table_detail::FixedOf<T, V, HasFixed<T>>::type;

template <class T>
inline constexpr std::size_t kColumns =
    sizeof(typename T::template Row<std::uint32_t>) / sizeof(std::uint32_t);

template <class T>
inline constexpr std::size_t kFixedColumns =
    HasFixed<T> ? sizeof(FixedRow<T, std::uint32_t>) / sizeof(std::uint32_t) : 0;

/// True if `T` relates a row to the row before it.
template <class T>
inline constexpr bool kHasChain = requires {
    { T::kChain } -> std::convertible_to<bool>;
};

/// The fields of a row as an array, in the order of the columns.
template <class V, class Row>
V* columns_of(Row& row) {
    static_assert(std::is_standard_layout_v<Row>);
    static_assert(sizeof(Row) % sizeof(V) == 0);
    return reinterpret_cast<V*>(&row);
}

/// Runs the constraints of one row, whichever of the two forms `T` has.
template <class T, class B, class Row, class Fixed>
constexpr void eval_row(B& b, const Row& row, const Fixed& fixed) {
    if constexpr (HasFixed<T>) {
        T::eval(b, row, fixed);
    } else {
        T::eval(b, row);
    }
}

/// Columns that carry the noise of the sums: row 1 of these is random (zkvm/README.md, 4).
inline constexpr std::size_t kNoiseColumns = 8;

/// Of a table that talks over a global bus, these are the noise of that sum, after the others.
template <class T>
inline constexpr bool kIsGlobal = requires {
    { T::kGlobal } -> std::convertible_to<bool>;
};

template <class T>
inline constexpr std::size_t kNoiseOf = kIsGlobal<T> ? 2 * kNoiseColumns : kNoiseColumns;

}  // namespace nexus::zkvm
