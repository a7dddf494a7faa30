#pragma once

#include "zkvm/components/lookup/lookup_air.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace nexus::zkvm {

/// Where in the lookup table each answer stands: the index of a row of its trace.
struct LookupRows {
    static constexpr std::size_t kShift = 1U << 16U;  ///< First row of the shifts.
    static constexpr std::size_t kRange12 = kShift + (1U << 12U);
    static constexpr std::size_t kRange13 = kRange12 + (1U << 12U);
    static constexpr std::size_t kRange14 = kRange13 + (1U << 13U);
    static constexpr std::size_t kCount = kRange14 + (1U << 14U);

    /// Nothing if there is no such answer: the message is a lie, and will not balance.
    static constexpr std::optional<std::size_t> range(std::uint32_t bits, std::uint32_t value) {
        if (bits > 16 || value >> bits != 0) {
            return std::nullopt;
        }
        switch (bits) {
            case 16:
                return value;
            case 14:
                return kRange14 + value;
            case 13:
                return kRange13 + value;
            case 12:
                return kRange12 + value;
            default:
                return std::nullopt;
        }
    }
    static constexpr std::optional<std::size_t> bytes(std::uint32_t a, std::uint32_t b) {
        if (a > 255 || b > 255) {
            return std::nullopt;
        }
        return a << 8U | b;
    }
    static constexpr std::optional<std::size_t> shift(std::uint32_t direction, std::uint32_t t,
                                                      std::uint32_t byte) {
        if (direction > 1 || t > 7 || byte > 255) {
            return std::nullopt;
        }
        return kShift + ((direction * 8 + t) * 256 + byte);
    }
};

/// Row `index` of the preprocessed columns.
template <class F>
LookupTable::Fixed<F> lookup_row(std::size_t index) {
    LookupTable::Fixed<F> row{};
    const auto i = static_cast<std::uint32_t>(index);
    row.bits = F(16);
    if (index < LookupRows::kShift) {
        row.value = F(i);
        row.a = F(i >> 8U);
        row.b = F(i & 0xffU);
        row.both = F((i >> 8U) & i & 0xffU);
    } else if (index < LookupRows::kRange12) {
        const std::uint32_t shift = i - static_cast<std::uint32_t>(LookupRows::kShift);
        const std::uint32_t direction = shift >> 11U;
        const std::uint32_t t = (shift >> 8U) & 7U;
        const std::uint32_t byte = shift & 0xffU;
        const std::uint32_t wide = byte << (direction == 0 ? t : 8 - t);
        row.direction = F(direction);
        row.t = F(t);
        row.byte = F(byte);
        row.lo = F(wide & 0xffU);
        row.hi = F(wide >> 8U);
    } else {
        const bool is12 = index < LookupRows::kRange13;
        const bool is13 = !is12 && index < LookupRows::kRange14;
        const std::size_t first = is12   ? LookupRows::kRange12
                                  : is13 ? LookupRows::kRange13
                                         : LookupRows::kRange14;
        row.bits = F(is12 ? 12 : is13 ? 13 : 14);
        row.value = F(static_cast<std::uint32_t>(index - first));
    }
    return row;
}

}  // namespace nexus::zkvm
