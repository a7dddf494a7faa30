#pragma once

#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/air/bus.hpp"

#include <algorithm>
#include <cstdint>

namespace nexus::zkvm::tests {

/// Whether messages of this bus are questions to the lookup table, or its answers.
inline bool is_lookup(Bus bus) {
    return bus == Bus::range || bus == Bus::bytes || bus == Bus::bitand_bytes || bus == Bus::shift;
}

/// Whether the lookup table answers the message: written from the meaning of the buses
/// (zkvm/README.md), apart from the table.
inline bool is_answered(const FlatMessage& message) {
    const auto& limbs = message.limbs;
    switch (message.bus) {
        case Bus::range:
            return limbs[1] >> limbs[0] == 0;
        case Bus::bytes:
            return (limbs[0] | limbs[1]) < 256;
        case Bus::bitand_bytes:
            return (limbs[0] | limbs[1]) < 256 && limbs[2] == (limbs[0] & limbs[1]);
        case Bus::shift: {
            if (limbs[0] > 1 || limbs[1] > 7 || limbs[2] > 255) {
                return false;
            }
            const std::uint32_t wide = limbs[2] << (limbs[0] == 0 ? limbs[1] : 8 - limbs[1]);
            return limbs[3] == (wide & 255U) && limbs[4] == wide >> 8U;
        }
        default:
            return true;
    }
}

/// Whether nothing in the row itself speaks against it: its constraints hold and its lookups have
/// answers. What it says of cells, the pc and the program is for others to match.
inline bool is_consistent(const RowText& text) {
    return text.holds() &&
           std::all_of(text.messages.begin(), text.messages.end(), [](const FlatMessage& message) {
               return message.multiplicity.is_zero() || is_answered(message);
           });
}

}  // namespace nexus::zkvm::tests
