#pragma once

#include "zkvm/components/common/gadgets.hpp"
#include "zkvm/vm/sha256_constants.hpp"

namespace nexus::zkvm {

/// A carry as two columns: `part` is 0, 1 or 2 in every row; `extra` is a bit in the rows that
/// compute, and anything elsewhere, so that the sums of degree 3 need no selector.
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
/// Why every witness is bound:
/// - *Bits* are constrained to be bits in every row. Each 16-bit half of a word is a linear
///   expression of them, so words need no range check, those that go to memory included.
/// - *Sums* of halves are below 2^19 in absolute value and carries are from a fixed range, so that
///   they hold as integers: `half of the result + 2^16 carry = sum` leaves one choice of both.
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
        CarryColumns<V> carry_a[4][2], carry_e[4][2], carry_w[4][2];  ///< Of low and high half.
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
                carry(reader, "carry of a", rounds, r.carry_a[j][half]);
                carry(reader, "carry of e", rounds, r.carry_e[j][half]);
                carry(reader, "carry of w", schedules, r.carry_w[j][half]);
            }
        }
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
            add(reader, r.phase[kStore], r.old[j], before.a[3 - j], r.w[j]);
            add(reader, r.phase[kStore + 1], r.old[j], before.e[3 - j], r.w[j]);
            round(reader, j, r, before);
            schedule(reader, j, r, before);
        }
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

    template <class B, class V>
    static constexpr void carry(B& reader, const char* name, const V& when,
                                const CarryColumns<V>& c) {
        reader.zero(name, c.part * (c.part - reader.lit(1)) * (c.part - reader.lit(2)));
        reader.zero(name, when * c.extra * (c.extra - reader.lit(1)));
    }

    template <class B, class V>
    static constexpr void same(B& reader, const char* name, const V& when, const Limbs<V>& x,
                               const Limbs<V>& y) {
        reader.zero(name, when * (x.lo - y.lo));
        reader.zero(name, when * (x.hi - y.hi));
    }

    /// total = x + y modulo 2^32 where `when` is 1: both carries are bits.
    template <class B, class V>
    static constexpr void add(B& reader, const V& when, const Limbs<V>& x, const Bits<V>& y,
                              const Bits<V>& total) {
        const Limbs<V> terms = weigh([&](int k) { return y[k] - total[k]; });
        const V low = x.lo + terms.lo;
        reader.zero("new state", when * low * (low - reader.lit(65536)));
        const V high = x.hi + terms.hi + reader.inverse_lit(65536) * low;
        reader.zero("new state", when * high * (high - reader.lit(65536)));
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

    /// Round j of a row:
    ///   e_t = d + h + Sigma1(e) + Ch(e, f, g) + K_t + w_t,   a_t + d = e_t + Sigma0(a) + Maj.
    template <class B, class V>
    static constexpr void round(B& reader, int j, const Row<V>& r, const Row<V>& before) {
        const auto a = [&](int back) { return back > j ? before.a[4 + j - back] : r.a[j - back]; };
        const auto e = [&](int back) { return back > j ? before.e[4 + j - back] : r.e[j - back]; };
        const Limbs<V> of_e = weigh([&](int k) {
            const V choice = e(3)[k] + e(1)[k] * (e(2)[k] - e(3)[k]);
            return rotations(e(1), k, kSigma1) + choice + e(4)[k] + a(4)[k] + r.w[j][k] - e(0)[k];
        });
        V constant_lo = reader.lit(0);
        V constant_hi = reader.lit(0);
        for (int i = 0; i < 16; ++i) {
            const std::uint32_t constant = kSha256Constants[static_cast<std::size_t>(4 * i + j)];
            constant_lo = constant_lo + reader.lit(constant & 0xffffU) * r.phase[kLoad + i];
            constant_hi = constant_hi + reader.lit(constant >> 16U) * r.phase[kLoad + i];
        }
        const auto carry_e = [&](int half) {  // 0 .. 5
            const CarryColumns<V>& c = r.carry_e[j][half];
            return c.part + reader.lit(3) * c.extra;
        };
        const V full = reader.lit(65536);
        reader.zero("e, low", of_e.lo + constant_lo - full * carry_e(0));
        reader.zero("e, high", of_e.hi + constant_hi + carry_e(0) - full * carry_e(1));

        const Limbs<V> of_a = weigh([&](int k) {
            const V both = a(1)[k] * a(2)[k];
            const V majority = both + a(3)[k] * (a(1)[k] + a(2)[k] - both - both);
            return rotations(a(1), k, kSigma0) + majority + e(0)[k] - a(4)[k] - a(0)[k];
        });
        const auto carry_a = [&](int half) {  // -1 .. 2
            return r.carry_a[j][half].part - r.carry_a[j][half].extra;
        };
        reader.zero("a, low", of_a.lo - full * carry_a(0));
        reader.zero("a, high", of_a.hi + carry_a(0) - full * carry_a(1));
    }

    /// Word j of a row: w_t = sigma1(w_(t-2)) + w_(t-7) + sigma0(w_(t-15)) + w_(t-16), and what
    /// this row and the one before it contribute to words to come.
    template <class B, class V>
    static constexpr void schedule(B& reader, int j, const Row<V>& r, const Row<V>& before) {
        const auto equal = [&](const char* name, const Limbs<V>& x, const Limbs<V>& y) {
            reader.zero(name, x.lo - y.lo);
            reader.zero(name, x.hi - y.hi);
        };
        const V* const two_back = j < 2 ? before.w[2 + j] : r.w[j - 2];
        const V* const next = j < 3 ? before.w[j + 1] : r.w[0];
        const Limbs<V> of_w =
            weigh([&](int k) { return rotations(two_back, k, kLittleSigma1) - r.w[j][k]; });
        const auto carry_w = [&](int half) {  // 0 .. 3
            return r.carry_w[j][half].part + r.carry_w[j][half].extra;
        };
        const V full = reader.lit(65536);
        reader.zero("w, low", of_w.lo + before.sum7[j].lo - full * carry_w(0));
        reader.zero("w, high", of_w.hi + before.sum7[j].hi + carry_w(0) - full * carry_w(1));

        equal("sum16", r.sum16[j],
              weigh([&](int k) { return before.w[j][k] + rotations(next, k, kLittleSigma0); }));
        equal("sum8", r.sum8[j], before.sum16[j]);
        const Limbs<V> seven_back = weigh([&](int k) { return next[k]; });
        equal("sum7", r.sum7[j],
              {before.sum8[j].lo + seven_back.lo, before.sum8[j].hi + seven_back.hi});
    }
};

}  // namespace nexus::zkvm
