#pragma once

#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/quotient_kernel.hpp"

#include <array>
#include <span>

namespace nexus::zkvm {

/// The inverses of the polynomials that vanish on the four sets of Combined, at one point x:
///   active: A = H - (E + {g})   (x^n - 1) / ((x^e - 1)(x - g))
///   chain:  A - gE              (x^n - 1) / ((x^e - 1)(x^e - g^e))
///   over:   gE - {g}            (x^e - g^e) / (x - g)
///   noise:  {g}                 x - g
/// Pre: x lies in no domain of this height (the verifier checks that of its point).
template <class F, class X>
std::array<X, 4> zerofiers_at(const X& x, const Rows& rows) {
    const F g = F::two_adic_generator(rows.log_rows);
    const F g_e = g.exp_power_of_2(rows.log_excluded);
    const X x_e = x.exp_power_of_2(rows.log_excluded);
    const X x_n = x_e.exp_power_of_2(rows.log_rows - rows.log_excluded);
    const X excluded = x_e - X(F(1));
    const X shifted = x_e - X(g_e);
    const X one_point = x - X(g);
    const X all = (x_n - X(F(1))).inverse();
    return {excluded * one_point * all, excluded * shifted * all, one_point * shifted.inverse(),
            one_point.inverse()};
}

/// The same on the 2n points `s w^i` of the quotient's domain of a height.
template <class F>
Zerofiers<F> zerofiers_on_domain(const Rows& rows) {
    const std::size_t size = 2 * rows.count();
    const F shift = coset_shift<F>(rows.log_rows);
    const F g = F::two_adic_generator(rows.log_rows);
    const F g_e = g.exp_power_of_2(rows.log_excluded);
    const F w = F::two_adic_generator(rows.log_rows + 1);
    const std::vector<F> x = geometric_sequence(shift, w, size);
    const std::size_t period = size >> rows.log_excluded;  // of x^e
    const std::vector<F> x_e = geometric_sequence(shift.exp_power_of_2(rows.log_excluded),
                                                  w.exp_power_of_2(rows.log_excluded), period);
    const F s_n = shift.exp_power_of_2(rows.log_rows);  // x^n is s^n on even i, -s^n on odd i
    const std::array<F, 2> all{(s_n - F(1)).inverse(), (-s_n - F(1)).inverse()};
    std::vector<F> shifted(period);
    for (std::size_t i = 0; i < period; ++i) {
        shifted[i] = x_e[i] - g_e;
    }
    std::vector<F> shifted_inverse = shifted;
    batch_inverse<F>(shifted_inverse);
    Zerofiers<F> z;
    z.noise.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
        z.noise[i] = x[i] - g;
    }
    batch_inverse<F>(z.noise);
    z.active.resize(size);
    z.chain.resize(size);
    z.over.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
        const F excluded = x_e[i % period] - F(1);
        const F point = x[i] - g;
        z.active[i] = excluded * point * all[i % 2];
        z.chain[i] = excluded * shifted[i % period] * all[i % 2];
        z.over[i] = point * shifted_inverse[i % period];
    }
    return z;
}

}  // namespace nexus::zkvm
