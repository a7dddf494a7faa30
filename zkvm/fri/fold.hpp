#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace nexus::zkvm {

/// How often FRI folds and by how much, from 2^log_degree coefficients down to 2^log_final.
struct FoldPlan {
    std::vector<unsigned> log_folds;

    FoldPlan(unsigned log_degree, unsigned log_final, unsigned log_fold) {
        while (log_degree > log_final) {
            const unsigned step =
                log_degree - log_final < log_fold ? log_degree - log_final : log_fold;
            log_folds.push_back(step);
            log_degree -= step;
        }
    }
};

/// The value at x^m of the folded word, m = 2^log_fold, from the values at x, x w, x w^2, .., w a
/// root of unity of order m: sum of beta^j f_j(x^m) where f(x) = sum x^j f_j(x^m).
///
/// In log_fold steps of `(f(x) + f(-x)) / 2 + beta (f(x) - f(-x)) / (2 x)`, with beta, beta^2, ..
/// `values`: m of them, destroyed. `x_inverse`: of the first point.
template <class F, class E>
E fold_coset(E* values, unsigned log_fold, F x_inverse, E beta) {
    const F half = F(2).inverse();
    for (unsigned level = log_fold; level > 0; --level) {
        const std::size_t pairs = std::size_t{1} << (level - 1);
        const F root = F::two_adic_generator(level).inverse();
        F inverse = x_inverse * half;
        for (std::size_t i = 0; i < pairs; ++i) {
            const E a = values[i];
            const E b = values[i + pairs];
            values[i] = (a + b) * half + beta * ((a - b) * inverse);
            inverse *= root;
        }
        beta = beta * beta;
        x_inverse = x_inverse * x_inverse;
    }
    return values[0];
}

}  // namespace nexus::zkvm
