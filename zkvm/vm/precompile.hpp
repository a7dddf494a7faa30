#pragma once

#include "base/result.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace nexus::zkvm {

/// A function that a guest calls by `ecall` with `a7 = 0x1_0000 + number`: it reads the words at
/// `a1` (source) and changes those at `a0` (target). Both pointers are multiples of 4, both ranges
/// lie in RAM above the null page, and they do not overlap; else the call is a trap.
struct Precompile {
    std::uint32_t number;
    std::string_view name;
    std::uint32_t target_words;
    std::uint32_t source_words;
    void (*compute)(std::span<std::uint32_t> target, std::span<const std::uint32_t> source);
};

inline constexpr std::uint32_t kPrecompileCopy32 = 1;  ///< eight words, from source to target
/// The compression function of SHA-256 (FIPS 180-4, 6.2.2): the target is the state H_0..H_7, the
/// source the block as sixteen words. Words are numbers: whoever has bytes turns them around.
inline constexpr std::uint32_t kPrecompileSha256 = 2;

/// Numbers of precompiles are below; a call of one that does not exist is a trap.
inline constexpr std::uint32_t kPrecompileNumberEnd = 0x1'0000;

/// No precompile has more words on either side.
inline constexpr std::uint32_t kPrecompileWordsMax = 16;

/// All precompiles, sorted by number.
std::span<const Precompile> precompiles();

/// The precompile with this number, or null.
const Precompile* find_precompile(std::uint32_t number);

/// Whether an ecall with this a7 calls a precompile, be there one or not.
bool calls_precompile(std::uint32_t a7);

/// Why a call is a trap: its kind, and the value that TrapKind says.
struct PrecompileFault {
    TrapKind kind;
    std::uint32_t value;
};

/// The precompile that a7 calls with pointers `target` and `source`. Pre: calls_precompile(a7).
/// Errors: UnknownPrecompile, PrecompileMisaligned, PrecompileOutOfRange, PrecompileOverlap.
Result<const Precompile*, PrecompileFault> check_precompile(std::uint32_t a7, std::uint32_t target,
                                                            std::uint32_t source);

}  // namespace nexus::zkvm
