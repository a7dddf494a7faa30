#pragma once

#include "tests/support/zkvm/alu_rows.hpp"
#include "zkvm/components/div/div_trace.hpp"
#include "zkvm/vm/semantics.hpp"

#include <cstdint>

namespace nexus::zkvm::tests {

inline DivTable::Row<F> honest_div(DivOp op, std::uint32_t b, std::uint32_t c) {
    const AluStep step(Family::Div, static_cast<std::uint8_t>(op), b, c,
                       semantics::divide(op, b, c));
    return div_row<F>(step.executed());
}

/// What a row of a division claims of the absolute values and signs.
struct DivClaim {
    std::uint32_t abs_c = 0, abs_q = 0, abs_r = 0;
    bool sign_q = false, sign_r = false;
};

/// The row of a division that makes this claim, consistent in all that follows from it.
inline DivTable::Row<F> claimed_div(DivOp op, std::uint32_t b, std::uint32_t c,
                                    const DivClaim& claim) {
    DivTable::Row<F> row = honest_div(op, b, c);
    const auto [abs_c, abs_q, abs_r, sign_q, sign_r] = claim;
    const std::uint32_t q = sign_q ? 0 - abs_q : abs_q;
    const std::uint32_t r = sign_r ? 0 - abs_r : abs_r;
    row.q = limbs_of<F>(q);
    row.r = limbs_of<F>(r);
    row.abs_r = limbs_of<F>(abs_r);
    for (int i = 0; i < 4; ++i) {
        row.abs_c[i] = F(byte_of(abs_c, i));
        row.abs_q[i] = F(byte_of(abs_q, i));
    }
    const std::uint32_t low =
        byte_of(abs_q, 0) * byte_of(abs_c, 0) +
        256 * (byte_of(abs_q, 0) * byte_of(abs_c, 1) + byte_of(abs_q, 1) * byte_of(abs_c, 0));
    row.carry = F((low + (abs_r & 0xffffU)) >> 16U);
    row.borrow = F((abs_c & 0xffffU) < (abs_r & 0xffffU) + 1 ? 1 : 0);
    row.slack = limbs_of<F>(abs_c - abs_r - 1);
    row.a = limbs_of<F>(op == DivOp::Div || op == DivOp::Divu ? q : r);
    return row;
}

}  // namespace nexus::zkvm::tests
