#pragma once

#include "zkvm/stark/domain.hpp"

#include <array>

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

}  // namespace nexus::zkvm
