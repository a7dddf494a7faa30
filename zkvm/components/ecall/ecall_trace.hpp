#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/ecall/ecall_air.hpp"

namespace nexus::zkvm {

/// The row of an executed ecall.
template <class F>
EcallTable::Row<F> ecall_row(const Executed& e) {
    EcallTable::Row<F> row{};
    const std::uint32_t number = e.step.access[0].after;
    const bool is_halt = number == EcallTable::kHaltNumber;
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.number = limbs_of<F>(number);
    row.real = F(1);
    row.is_halt = F(is_halt ? 1 : 0);
    row.next_pc = is_halt ? F(kHaltPc) : row.pc + F(4);
    if (!is_halt) {
        const F low = row.number.lo - F(EcallTable::kHaltNumber);
        row.inverse_lo = inverse_or_zero(low);
        row.inverse_hi = low == F() ? row.number.hi.inverse() : F();
    }
    row.is_precompile = F((number >> 16U) == 1 ? 1 : 0);
    row.inverse_precompile = inverse_or_zero(row.number.hi - F(1));
    row.at1 = access_columns<F>(e.step.access[0], e.ts + 1);
    return row;
}

}  // namespace nexus::zkvm
