#pragma once

#include "zkvm/field/extension.hpp"
#include "zkvm/field/monty_field31.hpp"

#include <cstdint>

namespace nexus::zkvm {

struct BabyBearParams {
    static constexpr std::uint32_t kModulus = 0x7800'0001;  // 2^31 - 2^27 + 1
    static constexpr std::uint32_t kGenerator = 31;
    static constexpr unsigned kTwoAdicity = 27;
};

/// The field of 2^31 - 2^27 + 1 elements.
using BabyBear = MontyField31<BabyBearParams>;

/// x^4 = 11.
template <>
struct ExtensionRule<BabyBear, 4> : BinomialRule<11> {};

using BabyBear4 = Extension<BabyBear, 4>;

}  // namespace nexus::zkvm
