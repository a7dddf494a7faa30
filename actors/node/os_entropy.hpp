#pragma once

#include "actors/roles/ports.hpp"
#include "base/time.hpp"

#include <array>
#include <cstdint>

namespace nexus::actors {

/// 32 bytes that nobody else knows.
std::array<std::uint8_t, 32> random_seed();

/// Draws from the operating system, without bias.
class OsEntropy final : public Entropy {
public:
    std::uint64_t below(std::uint64_t bound) override;
    Duration exponential(Duration mean) override;
};

}  // namespace nexus::actors
