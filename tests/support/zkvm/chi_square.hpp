#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace nexus::zkvm::tests {

/// Chi-square of numbers below `bound` in sixteen classes of equal probability: fifteen degrees of
/// freedom.
inline double chi_square(std::span<const std::uint32_t> numbers, std::uint64_t bound) {
    std::array<double, 16> counts{};
    for (const std::uint32_t number : numbers) {
        ++counts[std::uint64_t{number} * counts.size() / bound];
    }
    const double expected = static_cast<double>(numbers.size()) / counts.size();
    double sum = 0;
    for (const double count : counts) {
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

/// One uniform sample in 10^5 is above.
inline constexpr double kChiSquareMax = 50.5;
/// One in 10^8: for thousands of samples.
inline constexpr double kChiSquareMaxOfMany = 67.0;

}  // namespace nexus::zkvm::tests
