#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/mul/mul_air.hpp"

namespace nexus::zkvm {

/// The row of an executed mul, mulh, mulhsu, mulhu.
template <class F>
MulTable::Row<F> mul_row(const Executed& e) {
    MulTable::Row<F> row{};
    fill_registers<F>(row, e);
    const auto op = static_cast<MulOp>(e.instruction.op);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const std::uint32_t a = e.step.access[2].after;
    F* const flags[] = {&row.is_mul, &row.is_mulh, &row.is_mulhsu, &row.is_mulhu};
    *flags[e.instruction.op] = F(1);
    std::uint32_t column[8] = {};
    for (int i = 0; i < 4; ++i) {
        row.b[i] = F(byte_of(b, i));
        row.c[i] = F(byte_of(c, i));
        for (int j = 0; j < 4; ++j) {
            column[i + j] += byte_of(b, i) * byte_of(c, j);
        }
    }
    const std::uint64_t product = std::uint64_t{b} * c;
    std::uint32_t carry = 0;
    for (int i = 0; i < 4; ++i) {
        row.p[i] = F(static_cast<std::uint32_t>(product >> (16 * i)) & 0xffffU);
        if (i < 3) {
            carry = (column[2 * i] + 256 * column[2 * i + 1] + carry) >> 16U;
            row.carry[i] = F(carry);
        }
    }
    const bool sign_b = op != MulOp::Mul && op != MulOp::Mulhu && (b >> 31U) != 0;
    const bool sign_c = op == MulOp::Mulh && (c >> 31U) != 0;
    row.sign_b = F(sign_b ? 1 : 0);
    row.sign_c = F(sign_c ? 1 : 0);
    row.a = limbs_of<F>(a);
    if (op != MulOp::Mul) {
        const std::uint32_t low =
            (a & 0xffffU) + (sign_b ? c & 0xffffU : 0) + (sign_c ? b & 0xffffU : 0);
        row.wrap_low = F(low >> 16U);
        const std::uint32_t high =
            (a >> 16U) + (sign_b ? c >> 16U : 0) + (sign_c ? b >> 16U : 0) + (low >> 16U);
        row.wrap_high = F(high >> 16U);
    }
    return row;
}

}  // namespace nexus::zkvm
