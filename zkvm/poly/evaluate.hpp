#pragma once

#include "zkvm/field/matrix.hpp"

#include <span>
#include <vector>

namespace nexus::zkvm {

/// The value at `point` of the polynomial of each column. Coefficients lie in bit-reversed order
/// (transform.hpp). Parallel over columns. Pre: the height is a power of two.
/// Instantiated for KoalaBear with its extensions of degree 4 and 5, and BabyBear with degree 4.
template <class E>
std::vector<E> evaluate_columns(const Matrix<const typename E::Base>& coefficients, const E& point);

/// The value of one column.
template <class E>
E evaluate_column(std::span<const typename E::Base> coefficients, const E& point);

/// The value of a polynomial over E whose coefficients are E::kDegree base columns of `columns`,
/// given the values of these columns at the point.
template <class E>
E combine_base_columns(std::span<const E> values) {
    E sum;
    E power(typename E::Base(1));
    for (const E& value : values) {
        sum += value * power;
        power *= E::root();
    }
    return sum;
}

}  // namespace nexus::zkvm
