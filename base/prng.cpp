#include "base/prng.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/time.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t little_endian(const std::uint8_t* bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value |= std::uint64_t{bytes[i]} << (8U * i);
    }
    return value;
}

/// log2(1.x) in units of 2^-32 of a mantissa with 63 binary places, by repeated squaring: exact
/// integer arithmetic, because the logarithm of one C library differs in the last bit from that of
/// another. Pre: 2^63 <= mantissa.
constexpr std::uint64_t log2_q32(std::uint64_t mantissa) {
    std::uint64_t fraction = 0;
    for (int bit = 0; bit < 32; ++bit) {
        const Wide square = Wide{mantissa} * mantissa;  // in [1, 4) with 126 places
        fraction <<= 1U;
        if ((square >> 127U) != 0) {
            fraction |= 1U;
            mantissa = static_cast<std::uint64_t>(square >> 64U);
        } else {
            mantissa = static_cast<std::uint64_t>(square >> 63U);
        }
    }
    return fraction;
}

constexpr std::size_t kLogSteps = 256;

/// log2(1 + i / 256) in units of 2^-32; the last entry is log2(2).
constexpr std::array<std::uint64_t, kLogSteps + 1> kLogTable = [] {
    std::array<std::uint64_t, kLogSteps + 1> table{};
    for (std::size_t i = 0; i < kLogSteps; ++i) {
        table[i] = log2_q32((std::uint64_t{1} << 63U) + (std::uint64_t{i} << 55U));
    }
    table[kLogSteps] = std::uint64_t{1} << 32U;
    return table;
}();

/// -log2(u / 2^64) in units of 2^-32, between table entries by a straight line: the error is below
/// 3e-6, far below what any distribution of delays is known to. Pre: u > 0.
std::uint64_t negative_log2_q32(std::uint64_t u) {
    const auto leading = static_cast<unsigned>(std::countl_zero(u));
    const std::uint64_t mantissa = u << leading;  // the number 1.x with 63 binary places
    const std::size_t step = (mantissa >> 55U) & (kLogSteps - 1);
    const std::uint64_t rest = (mantissa >> 23U) & 0xffff'ffffU;  // of the step, in 2^-32
    const std::uint64_t fraction =
        kLogTable[step] + (((kLogTable[step + 1] - kLogTable[step]) * rest) >> 32U);
    // u = 2^(63 - leading) * 1.x, so -log2(u / 2^64) = leading + 1 - log2(1.x).
    return (std::uint64_t{leading + 1} << 32U) - fraction;
}

constexpr std::uint64_t kLn2Q32 = 2'977'044'472;  // ln(2) * 2^32, rounded

}  // namespace

Prng::Prng(std::uint64_t seed, std::string_view name) {
    std::array<std::uint8_t, 8> prefix{};
    for (std::size_t i = 0; i < 8; ++i) {
        prefix[i] = static_cast<std::uint8_t>(seed >> (8U * i));
    }
    const Hash hash =
        Sha256().update(as_bytes("nexus/prng")).update(prefix).update(as_bytes(name)).digest();
    for (std::size_t i = 0; i < 4; ++i) {
        state_[i] = little_endian(hash.bytes.data() + 8 * i);
    }
    if ((state_[0] | state_[1] | state_[2] | state_[3]) == 0) {
        state_[0] = 1;  // the one state that xoshiro never leaves
    }
}

std::uint64_t Prng::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Prng::below(std::uint64_t bound) {
    NEXUS_ASSERT(bound > 0);
    // D. Lemire, "Fast Random Integer Generation in an Interval", 2019: rejects the biased part.
    Wide product = Wide{next()} * bound;
    auto low = static_cast<std::uint64_t>(product);
    if (low < bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        while (low < threshold) {
            product = Wide{next()} * bound;
            low = static_cast<std::uint64_t>(product);
        }
    }
    return static_cast<std::uint64_t>(product >> 64U);
}

std::int64_t Prng::between(std::int64_t low, std::int64_t high) {
    NEXUS_ASSERT(low <= high);
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t offset = width == ~std::uint64_t{0} ? next() : below(width + 1);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

Duration Prng::exponential(Duration mean) {
    NEXUS_ASSERT(mean.nanoseconds >= 0);
    const std::uint64_t log2_q32 = negative_log2_q32(next() | 1U);
    const Wide ln_q32 = (Wide{log2_q32} * kLn2Q32) >> 32U;
    const Wide scaled = (ln_q32 * static_cast<std::uint64_t>(mean.nanoseconds)) >> 32U;
    const Wide cap = Wide{static_cast<std::uint64_t>(mean.nanoseconds)} * 32;
    return {static_cast<std::int64_t>(scaled < cap ? scaled : cap)};
}

std::array<std::uint8_t, 32> Prng::bytes32() {
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t word = 0; word < 4; ++word) {
        const std::uint64_t value = next();
        for (std::size_t i = 0; i < 8; ++i) {
            bytes[word * 8 + i] = static_cast<std::uint8_t>(value >> (8U * i));
        }
    }
    return bytes;
}

}  // namespace nexus
