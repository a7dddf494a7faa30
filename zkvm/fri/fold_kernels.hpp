#pragma once

#include "zkvm/fri/fold.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// The most that one round folds by.
inline constexpr unsigned kLogFoldMax = 3;

/// One round of folding: coset i of the word is its values i, i + size, i + 2 size, ...
template <class F, class E>
struct FoldJob {
    const F* values = nullptr;  ///< D columns of size << log_fold values, unpadded.
    F* out = nullptr;           ///< D columns of `size` values, unpadded.
    std::size_t size = 0;
    unsigned log_fold = 0;
    F x_inverse;  ///< Of the point of value 0.
    F w_inverse;  ///< From the inverse of a point to that of the next.
    /// What level l = log_fold .. 1 of fold_coset multiplies with: beta, and 1 / (2 x) of pair k at
    /// the point 1.
    E betas[kLogFoldMax + 1];
    F inverses[kLogFoldMax + 1][1U << (kLogFoldMax - 1)];

    /// Sets betas and inverses. Pre: log_fold is set, and at most kLogFoldMax.
    void set_challenge(E beta) {
        for (unsigned level = log_fold; level > 0; --level) {
            const F root = F::two_adic_generator(level).inverse();
            F inverse = F(2).inverse();
            for (std::size_t k = 0; k < std::size_t{1} << (level - 1); ++k) {
                inverses[level][k] = inverse;
                inverse *= root;
            }
            betas[level] = beta;
            beta = beta * beta;
        }
    }
};

/// fold_coset on many cosets, for one instruction set.
/// Defined in fold_kernels.cpp, compiled once for each Tag.
template <class F, class E, class Tag>
struct FoldKernels {
    /// Folds the cosets [begin, end). Pre: both are multiples of kLanesMax.
    static void fold(const FoldJob<F, E>& job, std::size_t begin, std::size_t end);
};

}  // namespace nexus::zkvm
