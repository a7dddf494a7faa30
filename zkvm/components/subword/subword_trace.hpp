#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/subword/subword_air.hpp"

namespace nexus::zkvm {

/// The row of an executed lb, lbu, lh, lhu, sb, sh.
template <class F>
SubwordTable::Row<F> subword_row(const Executed& e) {
    SubwordTable::Row<F> row{};
    const auto op = static_cast<SubwordOp>(e.instruction.op);
    const std::uint32_t b = e.step.access[0].after;
    const std::uint32_t address = b + e.instruction.imm;
    const std::uint32_t offset = address % 4;
    const std::uint32_t word = e.step.access[1].before;
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.reg = F(e.instruction.rd);
    row.rs1 = F(e.instruction.rs1);
    row.imm = limbs_of<F>(e.instruction.imm);
    row.b = limbs_of<F>(b);
    row.address = limbs_of<F>(address);
    F* const flags[] = {&row.is_lb, &row.is_lbu, &row.is_lh, &row.is_lhu, &row.is_sb, &row.is_sh};
    *flags[e.instruction.op] = F(1);
    row.offset[offset] = F(1);
    for (int i = 0; i < 4; ++i) {
        row.byte[i] = F(byte_of(word, i));
    }
    row.word = limbs_of<F>(e.step.access[1].after);
    row.reg_old = limbs_of<F>(e.step.access[2].before);
    row.reg_new = limbs_of<F>(e.step.access[2].after);
    row.stored = F(byte_of(e.step.access[2].before, 0));
    const std::uint32_t first = byte_of(word, static_cast<int>(offset));
    const std::uint32_t second = offset % 2 == 0 ? byte_of(word, static_cast<int>(offset) + 1) : 0;
    row.first = F(first);
    row.second = F(second);
    const std::uint32_t top = op == SubwordOp::Lb ? first : op == SubwordOp::Lh ? second : 0;
    row.top = F(top);
    row.sign = F(top >> 7U);
    fill_accesses<F>(row, e);
    return row;
}

}  // namespace nexus::zkvm
