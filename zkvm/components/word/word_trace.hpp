#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/word/word_air.hpp"

namespace nexus::zkvm {

/// The row of an executed lw or sw.
template <class F>
WordTable::Row<F> word_row(const Executed& e) {
    WordTable::Row<F> row{};
    const bool is_store = e.instruction.op == static_cast<std::uint8_t>(WordOp::Store);
    const std::uint32_t b = e.step.access[0].after;
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.rs1 = F(e.instruction.rs1);
    row.imm = limbs_of<F>(e.instruction.imm);
    row.b = limbs_of<F>(b);
    row.address = limbs_of<F>(b + e.instruction.imm);
    row.value = limbs_of<F>(e.step.access[1].after);
    row.old = limbs_of<F>(e.step.access[2].before);
    row.is_load = F(is_store ? 0 : 1);
    row.is_store = F(is_store ? 1 : 0);
    row.source = F(e.step.access[1].cell);
    row.destination = F(e.step.access[2].cell);
    fill_accesses<F>(row, e);
    return row;
}

}  // namespace nexus::zkvm
