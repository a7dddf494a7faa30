#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/jump/jump_air.hpp"

namespace nexus::zkvm {

/// The row of an executed jal or jalr.
template <class F>
JumpTable::Row<F> jump_row(const Executed& e) {
    JumpTable::Row<F> row{};
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t target = b + e.instruction.imm;
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.rd = F(e.instruction.rd);
    row.rs1 = F(e.instruction.rs1);
    row.link_lo = F(e.instruction.rs2);
    row.imm = limbs_of<F>(e.instruction.imm);
    row.b = limbs_of<F>(b);
    row.target = limbs_of<F>(target);
    row.old = limbs_of<F>(e.step.access[2].before);
    row.real = F(1);
    row.bit0 = F(target & 1U);
    row.at1 = access_columns<F>(e.step.access[0], e.ts + 1);
    row.at3 = access_columns<F>(e.step.access[2], e.ts + 3);
    return row;
}

}  // namespace nexus::zkvm
