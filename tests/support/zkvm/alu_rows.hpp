#pragma once

#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus::zkvm::tests {

/// The record of one instruction of two operands: x8 = x9 op x18, or x8 = x9 op imm.
struct AluStep {
    LoweredInstruction instruction;
    Step step;

    AluStep(Family family, std::uint8_t op, std::uint32_t b, std::uint32_t c, std::uint32_t result,
            std::uint32_t imm = 0) {
        instruction = {.pc = 0x1'0000,
                       .family = family,
                       .op = op,
                       .rd = register_cell(8),
                       .rs1 = register_cell(9),
                       .rs2 = imm == 0 ? register_cell(18) : kZeroCell,
                       .imm = imm};
        step.access[0] = {instruction.rs1, b, b, 5};
        step.access[1] = {instruction.rs2, c, c, 6};
        step.access[2] = {instruction.rd, 0x5a5a'5a5a, result, 7};
    }

    [[nodiscard]] Executed executed() const { return {instruction, step, 4000}; }
};

/// Everything that the text of T says of a row.
template <class T>
RowText text_of(const typename T::template Row<F>& row,
                std::array<std::uint32_t, 2> parameters = {1, 1}) {
    RowText text(parameters);
    T::eval(text, row);
    return text;
}

/// Whether the row breaks the constraint with this name.
inline bool breaks(const RowText& text, std::string_view name) {
    for (std::size_t k = 0; k < text.values.size(); ++k) {
        if (name == text.names[k] && !text.values[k].is_zero()) {
            return true;
        }
    }
    return false;
}

}  // namespace nexus::zkvm::tests
