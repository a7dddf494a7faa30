#pragma once

#include "zkvm/vm/program.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::zkvm {

/// Why an execution ended without an exit code. Nothing that traps can be proven.
enum class TrapKind : std::uint8_t {
    IllegalInstruction,    ///< value: the word
    FetchOutsideText,      ///< value: the pc, which holds no word of the text
    MisalignedJump,        ///< value: the target, which is no multiple of 4
    MisalignedLoad,        ///< value: the address
    MisalignedStore,       ///< value: the address
    AddressOutOfRange,     ///< value: the address, at or above kMemoryEnd
    NullPage,              ///< value: the address, below kNullPageEnd
    UnknownPrecompile,     ///< value: a7
    PrecompileMisaligned,  ///< value: the pointer
    PrecompileOutOfRange,  ///< value: the pointer; the null page is out of range too
    PrecompileOverlap,     ///< value: the pointer in a0, whose words overlap those of a1
    OutOfCycles,           ///< value: the limit, saturated
    OutOfMemory,           ///< value: the address whose page would exceed the limit
    InputTooLong,          ///< value: its length in bytes, saturated; before the first instruction
    OutputTooLong,         ///< value: the length that the guest left; at the halt
    OutputPadding,         ///< value: the last word of output, whose bytes behind its end are not 0
};

std::string_view to_string(TrapKind kind);

/// The end of an execution without an exit code: what happened and at which instruction.
struct Trap {
    TrapKind kind = TrapKind::IllegalInstruction;
    std::uint32_t pc = 0;     ///< of the instruction that was not executed
    std::uint32_t value = 0;  ///< see TrapKind

    friend bool operator==(const Trap&, const Trap&) = default;
};

/// "MisalignedLoad of 0x00010002 at sort+0x14 (0x000100f4): lw a0, 0(a1)"
std::string describe(const Trap& trap, const Program& program);

}  // namespace nexus::zkvm
