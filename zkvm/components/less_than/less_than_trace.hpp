#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/less_than/less_than_air.hpp"

namespace nexus::zkvm {

/// The row of an executed slt or sltu.
template <class F>
LessThanTable::Row<F> less_than_row(const Executed& e) {
    LessThanTable::Row<F> row{};
    fill_registers<F>(row, e);
    const bool is_signed = e.instruction.op == static_cast<std::uint8_t>(LessThanOp::Signed);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const Comparison d = compare(b, c + e.instruction.imm, is_signed);
    row.imm = limbs_of<F>(e.instruction.imm);
    row.b = limbs_of<F>(b);
    row.c = limbs_of<F>(c);
    row.d = limbs_of<F>(d.difference);
    row.real = F(1);
    row.is_signed = F(is_signed ? 1 : 0);
    row.borrow = F(d.borrow ? 1 : 0);
    row.less = F(d.less ? 1 : 0);
    row.sign_b = F(d.sign_b ? 1 : 0);
    row.sign_c = F(d.sign_c ? 1 : 0);
    return row;
}

}  // namespace nexus::zkvm
