#pragma once

#include "zkvm/field/extension.hpp"
#include "zkvm/field/monty_field31.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

struct KoalaBearParams {
    static constexpr std::uint32_t kModulus = 0x7f00'0001;  // 2^31 - 2^24 + 1
    static constexpr std::uint32_t kGenerator = 3;
    static constexpr unsigned kTwoAdicity = 24;
};

/// The field of 2^31 - 2^24 + 1 elements.
using KoalaBear = MontyField31<KoalaBearParams>;

/// x^4 = 3.
template <>
struct ExtensionRule<KoalaBear, 4> : BinomialRule<3> {};

/// x^5 = 1 - x^2. Five does not divide p - 1, so there is no binomial of this degree.
template <>
struct ExtensionRule<KoalaBear, 5> : QuinticTrinomialRule {};

using KoalaBear4 = Extension<KoalaBear, 4>;
using KoalaBear5 = Extension<KoalaBear, 5>;

}  // namespace nexus::zkvm
