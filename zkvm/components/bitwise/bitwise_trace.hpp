#pragma once

#include "zkvm/components/bitwise/bitwise_air.hpp"
#include "zkvm/components/common/trace.hpp"

namespace nexus::zkvm {

/// The row of an executed and, or, xor.
template <class F>
BitwiseTable::Row<F> bitwise_row(const Executed& e) {
    BitwiseTable::Row<F> row{};
    fill_registers<F>(row, e);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const std::uint32_t operand = c + e.instruction.imm;  // one of them is 0
    row.imm = limbs_of<F>(e.instruction.imm);
    row.b = limbs_of<F>(b);
    row.c = limbs_of<F>(c);
    row.a = limbs_of<F>(e.step.access[2].after);
    const auto op = static_cast<BitwiseOp>(e.instruction.op);
    row.is_and = F(op == BitwiseOp::And ? 1 : 0);
    row.is_or = F(op == BitwiseOp::Or ? 1 : 0);
    row.is_xor = F(op == BitwiseOp::Xor ? 1 : 0);
    row.b0 = F(byte_of(b, 0));
    row.b2 = F(byte_of(b, 2));
    row.c0 = F(byte_of(operand, 0));
    row.c2 = F(byte_of(operand, 2));
    for (int i = 0; i < 4; ++i) {
        row.both[i] = F(byte_of(b & operand, i));
    }
    return row;
}

}  // namespace nexus::zkvm
