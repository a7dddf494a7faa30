#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/air/table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// The degree of a polynomial expression in the columns of a row.
struct Degree {
    int value = 0;

    friend constexpr Degree operator+(Degree a, Degree b) { return {std::max(a.value, b.value)}; }
    friend constexpr Degree operator-(Degree a, Degree b) { return {std::max(a.value, b.value)}; }
    friend constexpr Degree operator*(Degree a, Degree b) { return {a.value + b.value}; }
    constexpr Degree operator-() const { return *this; }
};

/// What a table's text amounts to. Computed at compile time by reading the text.
struct Shape {
    std::size_t columns = 0;
    std::size_t fixed_columns = 0;
    std::size_t constraints = 0;        ///< Of one row.
    std::size_t chain_constraints = 0;  ///< Between a row and the one before it.
    std::size_t messages = 0;           ///< A row sends or receives, over local buses.
    std::size_t global_messages = 0;
    int degree = 0;          ///< Of the constraints of a row.
    int chain_degree = 0;    ///< Of those between a row and the one before it.
    int message_degree = 0;  ///< Of limbs and multiplicities: 1, or LogUp exceeds 3.

    /// Columns over the extension field that hold two messages each.
    [[nodiscard]] constexpr std::size_t pairs() const { return (messages + 1) / 2; }
    [[nodiscard]] constexpr std::size_t global_pairs() const { return (global_messages + 1) / 2; }
    /// Columns over the extension field: pairs and the running sums.
    [[nodiscard]] constexpr std::size_t sum_columns() const {
        return pairs() + 1 + (global_messages > 0 ? global_pairs() + 1 : 0);
    }
    /// Constraints that the reader adds: one for each sum column.
    [[nodiscard]] constexpr std::size_t challenge_powers() const {
        return constraints + 2 * chain_constraints + sum_columns() + 4;
    }
};

/// The reader that counts.
class ShapeReader {
public:
    using V = Degree;

    static constexpr V lit(std::uint32_t) { return {0}; }
    static constexpr V inverse_lit(std::uint32_t) { return {0}; }
    static constexpr V parameter(std::size_t) { return {0}; }

    constexpr void zero(const char*, V value) {
        shape.degree = std::max(shape.degree, value.value);
        ++shape.constraints;
    }
    template <std::size_t N>
    constexpr void send(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        static_assert(N <= kBusLimbsMax);
        shape.message_degree = std::max(shape.message_degree, multiplicity.value);
        for (const V& limb : limbs) {
            shape.message_degree = std::max(shape.message_degree, limb.value);
        }
        ++(is_global(bus) ? shape.global_messages : shape.messages);
    }
    template <std::size_t N>
    constexpr void receive(Bus bus, V multiplicity, const std::array<V, N>& limbs) {
        send(bus, multiplicity, limbs);
    }

    Shape shape;
};

namespace shape_detail {
template <class Row>
constexpr Row linear_row() {
    return std::bit_cast<Row>([] {
        std::array<Degree, sizeof(Row) / sizeof(Degree)> all{};
        all.fill(Degree{1});
        return all;
    }());
}
}  // namespace shape_detail

template <class T>
consteval Shape compute_shape() {
    ShapeReader reader;
    const auto row = shape_detail::linear_row<typename T::template Row<Degree>>();
    if constexpr (HasFixed<T>) {
        T::eval(reader, row, shape_detail::linear_row<FixedRow<T, Degree>>());
    } else {
        T::eval(reader, row);
    }
    Shape shape = reader.shape;
    if constexpr (kHasChain<T>) {
        ShapeReader chain;
        T::chain(chain, row, row);
        shape.chain_constraints = chain.shape.constraints;
        shape.chain_degree = chain.shape.degree;
    }
    shape.columns = kColumns<T>;
    shape.fixed_columns = kFixedColumns<T>;
    return shape;
}

/// Fails to compile if a constraint exceeds what one quotient of degree 2n can hold.
template <class T>
inline constexpr Shape kShape = [] {
    constexpr Shape shape = compute_shape<T>();
    static_assert(shape.degree <= 3, "a row constraint has a degree above 3");
    // They hold on fewer rows, so that less is divided out: zkvm/README.md, 4.
    static_assert(shape.chain_degree <= 2, "a constraint between rows has a degree above 2");
    static_assert(shape.message_degree <= 1, "a message or its multiplicity is not linear");
    static_assert(shape.columns >= kNoiseOf<T>, "too few columns for the noise of the sums");
    static_assert((shape.global_messages > 0) == kIsGlobal<T>);
    return shape;
}();

}  // namespace nexus::zkvm
