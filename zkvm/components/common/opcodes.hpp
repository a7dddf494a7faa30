#pragma once

#include <cstdint>

namespace nexus::zkvm {

/// Cells: zkvm/README.md. The pc is the only cell whose token holds a number above 2^16 in its
/// first limb.
inline constexpr std::uint32_t kPcCell = 2;
constexpr std::uint32_t register_cell(std::uint32_t index) { return 4 * index + 1; }
inline constexpr std::uint32_t kSinkCell = register_cell(32);
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
}  // namespace op

}  // namespace nexus::zkvm
