#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/div/div_air.hpp"

namespace nexus::zkvm {

/// The row of an executed div, divu, rem, remu.
template <class F>
DivTable::Row<F> div_row(const Executed& e) {
    DivTable::Row<F> row{};
    fill_registers<F>(row, e);
    const auto op = static_cast<DivOp>(e.instruction.op);
    const bool is_signed = op == DivOp::Div || op == DivOp::Rem;
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const bool sign_b = is_signed && (b >> 31U) != 0;
    const bool sign_c = is_signed && (c >> 31U) != 0;
    const bool sign_q = c != 0 && sign_b != sign_c;
    const std::uint32_t abs_b = sign_b ? 0 - b : b;
    const std::uint32_t abs_c = sign_c ? 0 - c : c;
    const std::uint32_t abs_q = c == 0 ? 0xffff'ffff : abs_b / abs_c;
    const std::uint32_t abs_r = c == 0 ? abs_b : abs_b % abs_c;
    F* const flags[] = {&row.is_div, &row.is_divu, &row.is_rem, &row.is_remu};
    *flags[e.instruction.op] = F(1);
    row.b = limbs_of<F>(b);
    row.c = limbs_of<F>(c);
    row.q = limbs_of<F>(sign_q ? 0 - abs_q : abs_q);
    row.r = limbs_of<F>(sign_b ? 0 - abs_r : abs_r);
    row.sign_b = F(sign_b ? 1 : 0);
    row.sign_c = F(sign_c ? 1 : 0);
    row.sign_q = F(sign_q ? 1 : 0);
    row.abs_b = limbs_of<F>(abs_b);
    row.abs_r = limbs_of<F>(abs_r);
    for (int i = 0; i < 4; ++i) {
        row.abs_c[i] = F(byte_of(abs_c, i));
        row.abs_q[i] = F(byte_of(abs_q, i));
    }
    row.c_is_zero = F(c == 0 ? 1 : 0);
    if (c != 0) {
        const std::uint32_t low =
            byte_of(abs_q, 0) * byte_of(abs_c, 0) +
            256 * (byte_of(abs_q, 0) * byte_of(abs_c, 1) + byte_of(abs_q, 1) * byte_of(abs_c, 0));
        row.carry = F((low + (abs_r & 0xffffU)) >> 16U);
        row.borrow = F((abs_c & 0xffffU) < (abs_r & 0xffffU) + 1 ? 1 : 0);
        row.slack = limbs_of<F>(abs_c - abs_r - 1);
    }
    row.a = limbs_of<F>(e.step.access[2].after);
    return row;
}

}  // namespace nexus::zkvm
