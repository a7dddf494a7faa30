#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/shift/shift_air.hpp"

namespace nexus::zkvm {

/// The row of an executed sll, srl, sra.
template <class F>
ShiftTable::Row<F> shift_row(const Executed& e) {
    ShiftTable::Row<F> row{};
    fill_registers<F>(row, e);
    const auto op = static_cast<ShiftOp>(e.instruction.op);
    const bool is_left = op == ShiftOp::Left;
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const std::uint32_t amount = (c + e.instruction.imm) & 31U;
    const std::uint32_t t = amount % 8;
    row.imm = F(e.instruction.imm);
    row.c = limbs_of<F>(c);
    row.a = limbs_of<F>(e.step.access[2].after);
    (is_left ? row.left : row.right)[amount / 8] = F(1);
    row.is_sra = F(op == ShiftOp::RightArithmetic ? 1 : 0);
    const bool sign = op == ShiftOp::RightArithmetic && (b >> 31U) != 0;
    row.sign = F(sign ? 1 : 0);
    row.t = F(t);
    row.rest = F(((c & 0xffffU) + e.instruction.imm) / 32);
    for (int i = 0; i < 5; ++i) {
        const std::uint32_t byte = i < 4 ? byte_of(b, i) : sign ? 255 : 0;
        const std::uint32_t wide = byte << (is_left ? t : 8 - t);
        row.lo[i] = F(wide & 0xffU);
        row.hi[i] = F(wide >> 8U);
        if (i < 4) {
            row.b[i] = F(byte);
        }
    }
    return row;
}

}  // namespace nexus::zkvm
