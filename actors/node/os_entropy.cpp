#include "actors/node/os_entropy.hpp"

#include "base/assert.hpp"

#include <cmath>
#include <sys/random.h>

namespace nexus::actors {
namespace {

std::uint64_t random_word() {
    std::uint64_t word = 0;
    NEXUS_ASSERT(getrandom(&word, sizeof word, 0) == sizeof word);
    return word;
}

}  // namespace

std::array<std::uint8_t, 32> random_seed() {
    std::array<std::uint8_t, 32> seed{};
    NEXUS_ASSERT(getrandom(seed.data(), seed.size(), 0) == static_cast<ssize_t>(seed.size()));
    return seed;
}

std::uint64_t OsEntropy::below(std::uint64_t bound) {
    NEXUS_ASSERT(bound > 0);
    // Words below 2^64 mod bound are refused, so that every remainder comes equally often.
    const std::uint64_t least = (0 - bound) % bound;
    for (;;) {
        const std::uint64_t word = random_word();
        if (word >= least) {
            return word % bound;
        }
    }
}

Duration OsEntropy::exponential(Duration mean) {
    // (0, 1]: 53 bits, never 0.
    const double uniform = (static_cast<double>(random_word() >> 11U) + 1) * 0x1p-53;
    return Duration{
        static_cast<std::int64_t>(-std::log(uniform) * static_cast<double>(mean.nanoseconds))};
}

}  // namespace nexus::actors
