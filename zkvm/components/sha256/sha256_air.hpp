#pragma once

#include "zkvm/components/common/gadgets.hpp"
#include "zkvm/vm/sha256_constants.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// A carry from 0 to 5, `part + 3 extra`: `part` is 0, 1 or 2 in every row; `extra` is a bit in the
/// rows that compute, and anything elsewhere, so that the sums of degree 2 need no selector.
template <class V>
struct CarryColumns {
    V part;
    V extra;
};

/// Precompile 2: the compression function of SHA-256, state at a0, block at a1. A call takes 21
/// rows in a row; `phase` says which one it is, one-hot:
///
///   0         reads the pointers, which stand in w[0] and w[1];
///   1, 2      read the state H, in w;                            then a = H_3..H_0, e = H_7..H_4
///   3 .. 18   sixteen times four rounds; 3 .. 6 read the block, in w, the others compute w;
///   19, 20    write the new state, in w.
///
/// Names as in FIPS 180-4, 6.2.2. The variables of a round are a_t, e_t and those of the three
/// rounds before: b = a_(t-1), .. With four rounds in a row, a row and the one before it hold all
/// that a round needs, as bits; d = a_(t-4) and h = e_(t-4) come from the row before. w_t needs
/// words up to four rows back: `sums` carry what those contribute.
///
/// Between rows the degree is at most 2, and an exclusive or of three bits has degree 3. So what a
/// row says of its own bits (Sigma0 .. sigma1, Maj) stands in columns, as halves of words, which
/// the sums of a round take from this row or from the one before it. Ch has degree 2. Maj(x, y, z)
/// has degree 3, but is z where x and y are different, and x elsewhere: with `x xor y` in a column
/// the degree is 2. Two of four rounds need bits of two rows, both of them a[0] of this row and
/// a[3] of the row before: `differs` serves both.
///
/// Why every witness is bound:
/// - *Bits* are constrained to be bits in every row. Each 16-bit half of a word is a linear
///   expression of them, so words need no range check, those that go to memory included.
/// - *Functions* (Sigma0 .. sigma1, T_2) are equal to expressions of bits in every row, thus 16-bit
///   halves or sums of two, without a range check. `differs` and T_2 of round 1 depend on the row
///   before as well: in the first row of the trace, behind a forged row 1, they may be anything. No
///   round stands there, or a run would have begun in row 1 (below).
/// - *Sums* of halves are below 2^19 in absolute value and carries are from a fixed range, so that
///   they hold as integers: `half of the result + 2^16 carry = sum` leaves one choice of both.
///   Where the sum is linear, its carry is an expression, and a column says whether it is one of
///   the upper two of four values.
/// - *The new state* is a sum of two words, and its carry the `part` of the carry of e, which the
///   rows that compute no e leave free: 2^17 is more than any such sum, so that it is a bit.
/// - *Phases*: in a row they are bits of which at most one is set, and phase k + 1 follows phase k,
///   phase k comes after phase k - 1, without exception. Thus calls are runs of rows 0 .. 20, but
///   for one that the end of the table cuts off, and one that starts with a forged row 1 (which is
///   no row of the trace, and which no constraint binds). Those two are excluded by the `run` bus:
///   phase 0 sends `id`, phase 20 takes it. Whole runs match by themselves, because id stays the
///   same within a run; id counts the calls in all rows, so that the last run has not the id of the
///   first: each cut would leave a message that nobody takes.
/// - *The call*: phase 0 takes the message (2, ts) of an ecall, so that there is one run a call.
///   ts and the pointers stay the same within a run.
/// - *Memory*: pointers are below 2^29 and multiples of 4, by their bits. H is read at ts + 1 and
///   written at ts + 2, all else is read at ts + 2: what a write finds is what phases 1 and 2
///   found, and an overlap of state and block would touch a cell twice at one time, which cannot be
///   proven. Rows that only read give back what they took.
///
/// Every row that is not there is zero but for `id`; in the four rows after a call what it left
/// fades from `sums` and the carries.
struct Sha256Table {
    static constexpr const char* kName = "sha256";
    static constexpr bool kChain = true;
    static constexpr std::uint32_t kNumber = 2;
    static constexpr int kRows = 21;  ///< Of a call.
    static constexpr int kLoad = 3;   ///< The first phase with rounds, and with words of the block.
    static constexpr int kSchedule = 7;
    static constexpr int kStore = 19;

    template <class V>
    using Bits = V[32];

    template <class V>
    struct Row {
        Limbs<V> old[4];  ///< What the cells held. The noise stands here: no other row reads it.
        AccessColumns<V> at[4];
        V phase[kRows];
        V ts, id, target, source;
        V address;  ///< Of the first of four cells.
        Bits<V> a[4], e[4], w[4];
        Bits<V> differs;                 ///< a[0] xor a[3] of the row before.
        Limbs<V> sigma0;                 ///< Sigma0(a[0]).
        Limbs<V> t2[4];                  ///< T_2 of the round after a[j]: Sigma0(a[j]) + Maj.
        Limbs<V> sigma1[4];              ///< Sigma1(e[j]).
        Limbs<V> little_sigma0[4];       ///< sigma0(w[j]).
        Limbs<V> little_sigma1[4];       ///< sigma1(w[j]).
        CarryColumns<V> carry_e[4][2];   ///< Of low and high half.
        V carry_a[4][2], carry_w[4][2];  ///< The upper bit: of 1 + carry, and of the carry.
        Limbs<V> sum16[4];  ///< w_(t-16) + sigma0(w_(t-15)) of the row three rows further on.
        Limbs<V> sum8[4];   ///< The same of the row two rows further on.
        Limbs<V> sum7[4];   ///< With w_(t-7), of the next row.
    };

    template <class B>
    static constexpr void eval(B& reader, const Row<typename B::V>& r) {
        using V = typename B::V;
        Gadgets g{reader};
        for (const auto* words : {&r.a, &r.e, &r.w}) {
            for (const Bits<V>& word : *words) {
                for (const V& bit : word) {
                    g.bit("bit", bit);
                }
            }
        }
        for (const V& phase : r.phase) {
            g.bit("phase", phase);
        }
        g.bit("one phase", phases(r, 0, kRows));
        const V rounds = phases(r, kLoad, kStore);
        const V schedules = phases(r, kSchedule, kStore);
        for (int j = 0; j < 4; ++j) {
            for (int half = 0; half < 2; ++half) {
                const CarryColumns<V>& c = r.carry_e[j][half];
                reader.zero("carry of e",
                            c.part * (c.part - reader.lit(1)) * (c.part - reader.lit(2)));
                bit_when(reader, "carry of e", rounds, c.extra);
                bit_when(reader, "carry of a", rounds, r.carry_a[j][half]);
                bit_when(reader, "carry of w", schedules, r.carry_w[j][half]);
            }
        }
        functions(reader, r);
        pointers(reader, r);
        accesses(reader, r);
        const V loads_e = r.phase[2];
        for (int j = 0; j < 4; ++j) {
            same(reader, "state in e", loads_e, word(r.e[3 - j]), word(r.w[j]));
        }
        reader.receive(Bus::syscall, r.phase[0], std::array<V, 2>{reader.lit(kNumber), r.ts});
        reader.send(Bus::run, r.phase[0] - r.phase[kRows - 1],
                    std::array<V, 2>{reader.lit(kNumber), r.id});
    }

    template <class B>
    static constexpr void chain(B& reader, const Row<typename B::V>& r,
                                const Row<typename B::V>& before) {
        using V = typename B::V;
        for (int k = 1; k < kRows; ++k) {
            reader.zero("next phase", r.phase[k] - before.phase[k - 1]);
        }
        const V follows = phases(r, 1, kRows);
        reader.zero("same ts", follows * (r.ts - before.ts));
        reader.zero("same target", follows * (r.target - before.target));
        reader.zero("same source", follows * (r.source - before.source));
        reader.zero("id counts calls", r.id - before.id - r.phase[0]);
        for (int j = 0; j < 4; ++j) {
            same(reader, "state in a", r.phase[2], word(r.a[3 - j]), word(before.w[j]));
            same(reader, "e waits", r.phase[kStore], word(r.e[j]), word(before.e[j]));
            add(reader, j, r.phase[kStore], before.a[3 - j], r);
            add(reader, j, r.phase[kStore + 1], before.e[3 - j], r);
            round(reader, j, r, before);
            schedule(reader, j, r, before);
        }
        for (int k = 0; k < 32; ++k) {
            reader.zero("differs", r.differs[k] - exclusive_or(r.a[0][k], before.a[3][k]));
        }
        const Limbs<V> majority =
            weigh([&](int k) { return r.a[0][k] + r.differs[k] * (before.a[2][k] - r.a[0][k]); });
        equal(reader, "T_2 of round 1", r.t2[0], plus(r.sigma0, majority));
    }

private:
    /// 1 in the rows of the phases [begin, end).
    template <class V>
    static constexpr V phases(const Row<V>& r, int begin, int end) {
        V sum = r.phase[begin];
        for (int k = begin + 1; k < end; ++k) {
            sum = sum + r.phase[k];
        }
        return sum;
    }

    /// The halves of the number whose bit k is `bit(k)`.
    template <class Bit>
    static constexpr auto weigh(const Bit& bit) {
        Limbs<decltype(bit(0))> sum{bit(15), bit(31)};
        for (int k = 14; k >= 0; --k) {
            sum.lo = sum.lo + sum.lo + bit(k);
            sum.hi = sum.hi + sum.hi + bit(16 + k);
        }
        return sum;
    }
    template <class V>
    static constexpr Limbs<V> word(const Bits<V>& bits) {
        return weigh([&](int k) { return bits[k]; });
    }

    template <class V>
    static constexpr std::array<const V*, 8> two_rows(const Bits<V> (&before)[4],
                                                      const Bits<V> (&here)[4]) {
        return {before[0], before[1], before[2], before[3], here[0], here[1], here[2], here[3]};
    }

    template <class V>
    static constexpr V exclusive_or(const V& x, const V& y) {
        const V both = x * y;
        return x + y - both - both;
    }
    template <class V>
    static constexpr V rotations(const V* x, int k, const Rotations& by) {
        const V two = exclusive_or(x[(k + by.first) % 32], x[(k + by.second) % 32]);
        if (by.third_shifts && k + by.third >= 32) {
            return two;
        }
        return exclusive_or(two, x[(k + by.third) % 32]);
    }

    template <class V>
    static constexpr Limbs<V> plus(const Limbs<V>& x, const Limbs<V>& y) {
        return {x.lo + y.lo, x.hi + y.hi};
    }

    template <class B, class V>
    static constexpr void bit_when(B& reader, const char* name, const V& when, const V& value) {
        reader.zero(name, when * value * (value - reader.lit(1)));
    }
    template <class B, class V>
    static constexpr void equal(B& reader, const char* name, const Limbs<V>& x, const Limbs<V>& y) {
        reader.zero(name, x.lo - y.lo);
        reader.zero(name, x.hi - y.hi);
    }
    template <class B, class V>
    static constexpr void same(B& reader, const char* name, const V& when, const Limbs<V>& x,
                               const Limbs<V>& y) {
        reader.zero(name, when * (x.lo - y.lo));
        reader.zero(name, when * (x.hi - y.hi));
    }

    /// The sum is 0 modulo 2^32: what its halves carry is one of 0 .. 3, less `least`.
    template <class B, class V>
    static constexpr void carries(B& reader, const char* low_name, const char* high_name,
                                  const Limbs<V>& sum, std::uint32_t least, const V (&upper)[2]) {
        const V inverse = reader.inverse_lit(65536);
        const V low = inverse * sum.lo;
        const V high = inverse * (sum.hi + low);
        const V low_bit = low + reader.lit(least) - upper[0] - upper[0];
        const V high_bit = high + reader.lit(least) - upper[1] - upper[1];
        reader.zero(low_name, low_bit * (low_bit - reader.lit(1)));
        reader.zero(high_name, high_bit * (high_bit - reader.lit(1)));
    }

    /// w[j] = old[j] + y modulo 2^32 where `when` is 1, which is no row of rounds.
    template <class B, class V>
    static constexpr void add(B& reader, int j, const V& when, const Bits<V>& y, const Row<V>& r) {
        const Limbs<V> sum = plus(r.old[j], weigh([&](int k) { return y[k] - r.w[j][k]; }));
        const V& low = r.carry_e[j][0].part;
        const V& high = r.carry_e[j][1].part;
        reader.zero("new state", when * (sum.lo - reader.lit(65536) * low));
        reader.zero("new state", when * (sum.hi + low - reader.lit(65536) * high));
    }

    /// The functions of 4.1.2 of words in the row, whose degree is 3.
    template <class B, class V>
    static constexpr void functions(B& reader, const Row<V>& r) {
        const auto is = [&](const char* name, const Limbs<V>& result, const Bits<V>& x,
                            const Rotations& by) {
            equal(reader, name, result, weigh([&](int k) { return rotations(x, k, by); }));
        };
        is("Sigma0(a)", r.sigma0, r.a[0], kSigma0);
        for (int j = 0; j < 4; ++j) {
            is("Sigma1(e)", r.sigma1[j], r.e[j], kSigma1);
            is("sigma0(w)", r.little_sigma0[j], r.w[j], kLittleSigma0);
            is("sigma1(w)", r.little_sigma1[j], r.w[j], kLittleSigma1);
        }
        for (int j = 1; j < 4; ++j) {
            equal(reader, "T_2", r.t2[j], weigh([&](int k) {
                      const V& x = r.a[j][k];
                      const V& y = r.a[j - 1][k];
                      const V differs = j == 1 ? r.differs[k] : exclusive_or(y, r.a[j - 2][k]);
                      return rotations(r.a[j], k, kSigma0) + y + differs * (x - y);
                  }));
        }
    }

    template <class B, class V>
    static constexpr void pointers(B& reader, const Row<V>& r) {
        const auto value = [&](const Bits<V>& bits) {
            const Limbs<V> halves = word(bits);
            return halves.lo + reader.lit(65536) * halves.hi;
        };
        reader.zero("target", r.phase[0] * (r.target - value(r.w[0])));
        reader.zero("source", r.phase[0] * (r.source - value(r.w[1])));
        V high = reader.lit(0);  // bits that no pointer has
        for (int i = 0; i < 2; ++i) {
            for (const int k : {0, 1, 29, 30, 31}) {
                high = high + r.w[i][k];
            }
        }
        reader.zero("pointers are aligned and below 2^29", r.phase[0] * high);
        const V target = r.phase[1] + r.phase[2] + r.phase[19] + r.phase[20];
        const V fours = r.phase[2] + r.phase[20] + r.phase[4] + reader.lit(2) * r.phase[5] +
                        reader.lit(3) * r.phase[6];
        reader.zero("address", r.address - reader.lit(register_cell(10)) * r.phase[0] -
                                   target * r.target - phases(r, kLoad, kSchedule) * r.source -
                                   reader.lit(16) * fours);
    }

    /// Four cells from `address` on: a0 and a1, which are neighbours, or four words.
    template <class B, class V>
    static constexpr void accesses(B& reader, const Row<V>& r) {
        Gadgets g{reader};
        const V words = phases(r, 1, kSchedule) + phases(r, kStore, kRows);
        const V reads = phases(r, 0, kSchedule);
        const V time = r.ts + reader.lit(2) - r.phase[1] - r.phase[2];
        for (int j = 0; j < 4; ++j) {
            const Limbs<V> value = word(r.w[j]);
            same(reader, "reads change nothing", reads, r.old[j], value);
            g.access(j < 2 ? words + r.phase[0] : words,
                     r.address + reader.lit(static_cast<std::uint32_t>(4 * j)), r.old[j], value,
                     time, r.at[j]);
        }
        g.bytes(words + r.phase[0], r.at[0].gap_high, r.at[1].gap_high);
        g.bytes(words, r.at[2].gap_high, r.at[3].gap_high);
    }

    /// Round j of a row, T_1 = h + Sigma1(e) + Ch(e, f, g) + K_t + w_t, T_2 = Sigma0(a) + Maj:
    ///   e_t = d + T_1,   a_t + d = e_t + T_2.
    template <class B, class V>
    static constexpr void round(B& reader, int j, const Row<V>& r, const Row<V>& before) {
        const auto all_a = two_rows(before.a, r.a);
        const auto all_e = two_rows(before.e, r.e);
        const auto a = [&](int back) { return all_a[static_cast<std::size_t>(4 + j - back)]; };
        const auto e = [&](int back) { return all_e[static_cast<std::size_t>(4 + j - back)]; };
        Limbs<V> of_e = plus(j > 0 ? r.sigma1[j - 1] : before.sigma1[3], weigh([&](int k) {
                                 const V choice = e(3)[k] + e(1)[k] * (e(2)[k] - e(3)[k]);
                                 return choice + e(4)[k] + a(4)[k] + r.w[j][k] - e(0)[k];
                             }));
        for (int i = 0; i < 16; ++i) {
            const std::uint32_t constant = kSha256Constants[static_cast<std::size_t>(4 * i + j)];
            of_e.lo = of_e.lo + reader.lit(constant & 0xffffU) * r.phase[kLoad + i];
            of_e.hi = of_e.hi + reader.lit(constant >> 16U) * r.phase[kLoad + i];
        }
        const auto carry_e = [&](int half) {
            const CarryColumns<V>& c = r.carry_e[j][half];
            return c.part + reader.lit(3) * c.extra;
        };
        const V full = reader.lit(65536);
        reader.zero("e, low", of_e.lo - full * carry_e(0));
        reader.zero("e, high", of_e.hi + carry_e(0) - full * carry_e(1));

        const Limbs<V> of_a = plus(j > 0 ? r.t2[j - 1] : before.t2[3],
                                   weigh([&](int k) { return e(0)[k] - a(4)[k] - a(0)[k]; }));
        carries(reader, "a, low", "a, high", of_a, 1, r.carry_a[j]);  // -1 .. 2
    }

    /// Word j of a row: w_t = sigma1(w_(t-2)) + w_(t-7) + sigma0(w_(t-15)) + w_(t-16), and what
    /// this row and the one before it contribute to words to come.
    template <class B, class V>
    static constexpr void schedule(B& reader, int j, const Row<V>& r, const Row<V>& before) {
        const Limbs<V>& two_back = j < 2 ? before.little_sigma1[2 + j] : r.little_sigma1[j - 2];
        const Limbs<V> of_w = plus(plus(two_back, before.sum7[j]),
                                   weigh([&](int k) { return reader.lit(0) - r.w[j][k]; }));
        carries(reader, "w, low", "w, high", of_w, 0, r.carry_w[j]);  // 0 .. 3

        const Row<V>& holds_next = j < 3 ? before : r;
        const int next = (j + 1) % 4;
        equal(reader, "sum16", r.sum16[j], plus(word(before.w[j]), holds_next.little_sigma0[next]));
        equal(reader, "sum8", r.sum8[j], before.sum16[j]);
        equal(reader, "sum7", r.sum7[j], plus(before.sum8[j], word(holds_next.w[next])));
    }
};

}  // namespace nexus::zkvm
