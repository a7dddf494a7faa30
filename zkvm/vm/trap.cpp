#include "zkvm/vm/trap.hpp"

#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::zkvm {

std::string_view to_string(TrapKind kind) {
    switch (kind) {
        case TrapKind::IllegalInstruction:
            return "IllegalInstruction";
        case TrapKind::FetchOutsideText:
            return "FetchOutsideText";
        case TrapKind::MisalignedJump:
            return "MisalignedJump";
        case TrapKind::MisalignedLoad:
            return "MisalignedLoad";
        case TrapKind::MisalignedStore:
            return "MisalignedStore";
        case TrapKind::AddressOutOfRange:
            return "AddressOutOfRange";
        case TrapKind::NullPage:
            return "NullPage";
        case TrapKind::UnknownPrecompile:
            return "UnknownPrecompile";
        case TrapKind::PrecompileMisaligned:
            return "PrecompileMisaligned";
        case TrapKind::PrecompileOutOfRange:
            return "PrecompileOutOfRange";
        case TrapKind::PrecompileOverlap:
            return "PrecompileOverlap";
        case TrapKind::OutOfCycles:
            return "OutOfCycles";
        case TrapKind::OutOfMemory:
            return "OutOfMemory";
        case TrapKind::InputTooLong:
            return "InputTooLong";
        case TrapKind::OutputTooLong:
            return "OutputTooLong";
        case TrapKind::OutputPadding:
            return "OutputPadding";
    }
    return "?";
}

std::string describe(const Trap& trap, const Program& program) {
    std::string text = fmt::format("{} of {:#010x} at {}", to_string(trap.kind), trap.value,
                                   describe_address(program, trap.pc));
    if (find_symbol(program, trap.pc) != nullptr) {
        text += fmt::format(" ({:#010x})", trap.pc);
    }
    const auto word = std::lower_bound(
        program.text.begin(), program.text.end(), trap.pc,
        [](const TextWord& candidate, std::uint32_t pc) { return candidate.pc < pc; });
    if (word != program.text.end() && word->pc == trap.pc) {
        text += ": " + disassemble(word->word, trap.pc);
    }
    return text;
}

}  // namespace nexus::zkvm
