#pragma once

#include "zkvm/air/bus.hpp"
#include "zkvm/components/common/opcodes.hpp"

#include <array>
#include <cstdint>

namespace nexus::zkvm {

/// The columns an access to a cell needs beside the cell and its values: when the cell was last
/// touched, and the high 8 bits of how long ago that was.
template <class V>
struct AccessColumns {
    V previous_time;
    V gap_high;
};

/// A 32-bit value as two limbs of 16 bits.
template <class V>
struct Limbs {
    V lo;
    V hi;
};

/// What all tables of instructions need, in the terms of a reader `B`.
template <class B>
struct Gadgets {
    using V = typename B::V;

    B& b;

    constexpr void bit(const char* name, V value) { b.zero(name, value * (value - b.lit(1))); }

    /// v < 2^bits, bits one of 12, 13, 14, 16.
    constexpr void range(V when, std::uint32_t bits, V v) {
        b.send(Bus::range, when, std::array<V, 2>{b.lit(bits), v});
    }
    constexpr void range16(V when, const Limbs<V>& v) {
        range(when, 16, v.lo);
        range(when, 16, v.hi);
    }
    constexpr void bytes(V when, V first, V second) {
        b.send(Bus::bytes, when, std::array<V, 2>{first, second});
    }

    /// Takes the token of a cell at its previous time and gives the next at `time`. Proves the low
    /// 16 bits of the gap; the caller proves `gap_high` with `bytes`, two accesses a message.
    /// Soundness: a pc loop that is no execution needs about p rows, so times are those of the pc's
    /// chain, and below 2^28 with all tables at their largest. Then time - previous - 1 is either
    /// the difference of integers, or above p - 2^28 > 2^24 and no low + 2^16 high.
    constexpr void access(V when, V cell, const Limbs<V>& before, const Limbs<V>& after, V time,
                          const AccessColumns<V>& columns) {
        b.receive(Bus::memory, when,
                  std::array<V, 4>{cell, before.lo, before.hi, columns.previous_time});
        b.send(Bus::memory, when, std::array<V, 4>{cell, after.lo, after.hi, time});
        range(when, 16, time - columns.previous_time - b.lit(1) - b.lit(65536) * columns.gap_high);
    }
    constexpr void read(V when, V cell, const Limbs<V>& value, V time,
                        const AccessColumns<V>& columns) {
        access(when, cell, value, value, time, columns);
    }

    /// Takes the pc token (pc, ts), gives (next_pc, ts + 4), and looks the instruction up.
    constexpr void fetch(V when, V pc, V next_pc, V ts, const std::array<V, 6>& instruction) {
        const V pc_cell = b.lit(kPcCell);
        const V none = b.lit(0);
        b.receive(Bus::memory, when, std::array<V, 4>{pc_cell, pc, none, ts});
        b.send(Bus::memory, when, std::array<V, 4>{pc_cell, next_pc, none, ts + b.lit(4)});
        b.send(Bus::program, when,
               std::array<V, 7>{pc, instruction[0], instruction[1], instruction[2], instruction[3],
                                instruction[4], instruction[5]});
    }

    /// `sign` is the top bit of the 16-bit limb `hi`, where `when` is 1; a bit elsewhere.
    /// Soundness: 2 (hi - 2^15 sign) < 2^16 leaves one choice of the bit.
    constexpr void sign_of(const char* name, V when, V hi, V sign) {
        bit(name, sign);
        range(when, 16, b.lit(2) * hi - b.lit(65536) * sign);
    }

    /// sum = x + y + z modulo 2^32 without columns for the carries: each carry is an expression
    /// that must be a bit. Pre: at most one of y, z is not zero; limbs of x, y, z are 16 bits; the
    /// caller range-checks `sum`.
    constexpr void add(const char* name, const Limbs<V>& x, const Limbs<V>& y,
                       const Limbs<V>& sum) {
        const V low = x.lo + y.lo - sum.lo;
        b.zero(name, low * (low - b.lit(65536)));
        const V high = x.hi + y.hi + b.inverse_lit(65536) * low - sum.hi;
        b.zero(name, high * (high - b.lit(65536)));
    }

    /// `y` is `x`, or -x modulo 2^32 where `negative` is 1. Limbs of both are 16 bits.
    constexpr void negate_if(const char* name, V when, V negative, const Limbs<V>& x,
                             const Limbs<V>& y) {
        const V low = x.lo + y.lo;
        b.zero(name, negative * low * (low - b.lit(65536)));
        const V high = x.hi + y.hi + b.inverse_lit(65536) * low;
        b.zero(name, negative * high * (high - b.lit(65536)));
        b.zero(name, (when - negative) * (x.lo - y.lo));
        b.zero(name, (when - negative) * (x.hi - y.hi));
    }
};

template <class B>
Gadgets(B&) -> Gadgets<B>;

}  // namespace nexus::zkvm
