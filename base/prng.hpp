#pragma once

#include "base/assert.hpp"
#include "base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus {

/// A named stream of pseudo-random numbers: xoshiro256**, seeded from SHA-256(seed, name).
///
/// Source:      D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021.
/// Determinism: the same seed and name give the same sequence on every machine: no std::
///              distribution and no floating-point function of the C library is used.
class Prng {
public:
    /// The stream `name` of the run with this seed. Streams of different names are independent,
    /// so that one more draw in one actor changes nothing in another.
    Prng(std::uint64_t seed, std::string_view name);

    /// 64 uniform bits.
    std::uint64_t next();

    /// A whole number in [0, bound), exactly uniform. Pre: bound > 0.
    std::uint64_t below(std::uint64_t bound);

    /// A whole number in [low, high], exactly uniform. Pre: low <= high.
    std::int64_t between(std::int64_t low, std::int64_t high);

    /// True with probability parts / 1'000'000.
    bool chance_ppm(std::uint32_t parts) { return below(1'000'000) < parts; }

    /// Exponential with this mean, cut at 32 times the mean. Pre: mean >= 0.
    Duration exponential(Duration mean);

    /// 32 fresh bytes.
    std::array<std::uint8_t, 32> bytes32();

    /// Fisher-Yates: every order equally likely.
    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            using std::swap;
            swap(items[i - 1], items[below(i)]);
        }
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace nexus
