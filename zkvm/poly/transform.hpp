#pragma once

#include "zkvm/field/matrix.hpp"

#include <span>

// Discrete Fourier transforms over cosets `shift * <w>` of a two-adic subgroup.
//
// Orders. Evaluations lie in natural order: index i is the point shift * w^i, with w =
// F::two_adic_generator(log size). Coefficients lie in bit-reversed order: position j holds the
// coefficient of x^reverse_bits(j). The inverse transform decimates in frequency and the forward
// one in time, so no pass permutes anything.
//
// Elements of an extension are so many base columns: the transforms are linear over F.
//
// Pre, of all: heights are powers of two, the larger one at most 2^F::kTwoAdicity; shift is not
// zero. Instantiated for KoalaBear and BabyBear.
// Determinism: the result is exact, so neither the instruction set nor the number of threads shows.

namespace nexus::zkvm {

/// In place: evaluations over the coset -> coefficients of the polynomial of degree < size.
template <class F>
void inverse_transform(std::span<F> column, F shift = F(1));

/// The same for each column, in parallel.
template <class F>
void inverse_transform(const Matrix<F>& columns, F shift = F(1));

/// In place: coefficients -> evaluations over the coset.
template <class F>
void forward_transform(std::span<F> column, F shift = F(1));

/// Coefficients -> evaluations over the coset of the group 2^log_blowup times as large.
/// Pre: evaluations has 2^log_blowup times the size of coefficients; the two do not overlap.
template <class F>
void low_degree_extension(std::span<const F> coefficients, unsigned log_blowup, F shift,
                          std::span<F> evaluations);

/// The same for each column, in parallel.
template <class F>
void low_degree_extension(const Matrix<const F>& coefficients, unsigned log_blowup, F shift,
                          const Matrix<F>& evaluations);

}  // namespace nexus::zkvm
