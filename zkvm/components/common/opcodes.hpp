#pragma once

#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// The pc after `halt`: no instruction stands there.
inline constexpr std::uint32_t kHaltPc = 0;

/// The second limb of a message on the program bus: which instruction a row claims to be. A table
/// may claim its own only.
namespace op {
inline constexpr std::uint32_t kAdd = 1, kSub = 2;
inline constexpr std::uint32_t kAnd = 3, kOr = 4, kXor = 5;
inline constexpr std::uint32_t kSlt = 6, kSltu = 7;
inline constexpr std::uint32_t kBeq = 8, kBne = 9, kBlt = 10, kBge = 11, kBltu = 12, kBgeu = 13;
inline constexpr std::uint32_t kSll = 14, kSrl = 15, kSra = 16;
inline constexpr std::uint32_t kJump = 17;
inline constexpr std::uint32_t kLw = 18, kSw = 19;
inline constexpr std::uint32_t kLb = 20, kLbu = 21, kLh = 22, kLhu = 23, kSb = 24, kSh = 25;
inline constexpr std::uint32_t kMul = 26, kMulh = 27, kMulhsu = 28, kMulhu = 29;
inline constexpr std::uint32_t kDiv = 30, kDivu = 31, kRem = 32, kRemu = 33;
inline constexpr std::uint32_t kEcall = 34;

/// The number of a lowered instruction.
constexpr std::uint32_t of(const LoweredInstruction& instruction) {
    switch (instruction.family) {
        case Family::Add:
            return kAdd + instruction.op;
        case Family::Bitwise:
            return kAnd + instruction.op;
        case Family::LessThan:
            return kSlt + instruction.op;
        case Family::Branch:
            return kBeq + instruction.op;
        case Family::Shift:
            return kSll + instruction.op;
        case Family::Jump:
            return kJump;
        case Family::Word:
            return kLw + instruction.op;
        case Family::Subword:
            return kLb + instruction.op;
        case Family::Mul:
            return kMul + instruction.op;
        case Family::Div:
            return kDiv + instruction.op;
        case Family::Ecall:
            return kEcall;
    }
    return 0;
}
}  // namespace op

}  // namespace nexus::zkvm
