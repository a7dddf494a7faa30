#pragma once

#include "zkvm/components/branch/branch_air.hpp"
#include "zkvm/components/common/trace.hpp"

namespace nexus::zkvm {

/// The row of an executed branch.
template <class F>
BranchTable::Row<F> branch_row(const Executed& e) {
    BranchTable::Row<F> row{};
    const auto op = static_cast<BranchOp>(e.instruction.op);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t c = e.step.access[1].after;
    const Comparison d = compare(b, c, op == BranchOp::Blt || op == BranchOp::Bge);
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.rs1 = F(e.instruction.rs1);
    row.rs2 = F(e.instruction.rs2);
    row.offset = F::from_i64(static_cast<std::int32_t>(e.instruction.imm));
    row.b = limbs_of<F>(b);
    row.c = limbs_of<F>(c);
    row.d = limbs_of<F>(d.difference);
    F* const flags[] = {&row.is_eq, &row.is_ne, &row.is_lt, &row.is_ge, &row.is_ltu, &row.is_geu};
    *flags[e.instruction.op] = F(1);
    row.borrow = F(d.borrow ? 1 : 0);
    row.less = F(d.less ? 1 : 0);
    row.sign_b = F(d.sign_b ? 1 : 0);
    row.sign_c = F(d.sign_c ? 1 : 0);
    const bool equal = b == c;
    row.equal = F(equal ? 1 : 0);
    row.inverse = inverse_or_zero(row.d.lo + row.d.hi);
    const bool taken = op == BranchOp::Beq                           ? equal
                       : op == BranchOp::Bne                         ? !equal
                       : op == BranchOp::Blt || op == BranchOp::Bltu ? d.less
                                                                     : !d.less;
    row.taken = F(taken ? 1 : 0);
    row.next_pc = taken ? row.pc + row.offset : row.pc + F(4);
    row.at1 = access_columns<F>(e.step.access[0], e.ts + 1);
    row.at2 = access_columns<F>(e.step.access[1], e.ts + 2);
    return row;
}

}  // namespace nexus::zkvm
