#pragma once

#include "zkvm/components/common/gadgets.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// What a row of an instruction table is made of.
struct Executed {
    const LoweredInstruction& instruction;
    const Step& step;
    std::uint32_t ts = 0;
};

template <class F>
Limbs<F> limbs_of(std::uint32_t value) {
    return {F(value & 0xffffU), F(value >> 16U)};
}

/// The columns of an access that happens at `time`.
template <class F>
AccessColumns<F> access_columns(const Access& access, std::uint32_t time) {
    return {F(access.previous_time), F((time - access.previous_time - 1) >> 16U)};
}

/// Byte `index` of a word, lowest first.
constexpr std::uint32_t byte_of(std::uint32_t word, int index) {
    return (word >> (8 * index)) & 0xffU;
}

/// 1 / x, or 0 for 0: a witness that x is not 0.
template <class F>
F inverse_or_zero(F x) {
    return x == F() ? F() : x.inverse();
}

template <class F, class Row>
void fill_accesses(Row& row, const Executed& e) {
    row.at1 = access_columns<F>(e.step.access[0], e.ts + 1);
    row.at2 = access_columns<F>(e.step.access[1], e.ts + 2);
    row.at3 = access_columns<F>(e.step.access[2], e.ts + 3);
}

/// The fields that most tables have in common.
template <class F, class Row>
void fill_registers(Row& row, const Executed& e) {
    row.pc = F(e.instruction.pc);
    row.ts = F(e.ts);
    row.rd = F(e.instruction.rd);
    row.rs1 = F(e.instruction.rs1);
    row.rs2 = F(e.instruction.rs2);
    row.old = limbs_of<F>(e.step.access[2].before);
    fill_accesses<F>(row, e);
}

/// b - c as LessThanTable and BranchTable write it.
struct Comparison {
    std::uint32_t difference = 0;
    bool borrow = false;
    bool less = false;
    bool sign_b = false;
    bool sign_c = false;
};

inline Comparison compare(std::uint32_t b, std::uint32_t c, bool is_signed) {
    Comparison result;
    result.difference = b - c;
    result.borrow = (b & 0xffffU) < (c & 0xffffU);
    result.less = is_signed ? static_cast<std::int32_t>(b) < static_cast<std::int32_t>(c) : b < c;
    result.sign_b = is_signed && (b >> 31U) != 0;
    result.sign_c = is_signed && (c >> 31U) != 0;
    return result;
}

}  // namespace nexus::zkvm
