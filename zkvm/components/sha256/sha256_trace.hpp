#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/sha256/sha256_air.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// Makes the rows of the table one after the other: what a row computes from the one before it is
/// the same for all rows, so that rows between calls come out right by themselves.
template <class F>
class Sha256Trace {
public:
    using Row = Sha256Table::Row<F>;

    /// `id`: of the last call, 0 before the first one.
    explicit Sha256Trace(std::uint32_t id = 0) : id_(id) {}

    /// The rows of a call.
    std::array<Row, Sha256Table::kRows> call(const PrecompileCall& call) {
        ++id_;
        std::array<Row, Sha256Table::kRows> rows;
        for (int phase = 0; phase < Sha256Table::kRows; ++phase) {
            rows[static_cast<std::size_t>(phase)] = row(call, phase);
        }
        return rows;
    }

    /// A row that belongs to no call.
    Row idle() {
        Row row{};
        finish({}, -1, row);
        return row;
    }

private:
    using Words = std::array<std::uint32_t, 4>;
    using Halves = std::array<std::int64_t, 2>;
    /// What the next row is computed from.
    struct State {
        Words a{}, e{}, w{};
        std::array<std::array<std::uint32_t, 2>, 4> sum16{}, sum8{}, sum7{};
    };
    static constexpr std::size_t kTarget = 2;  ///< Where the words stand in a call's accesses.
    static constexpr std::size_t kSource = 10;
    static constexpr F kInverse2 = F(2).inverse();
    static constexpr F kInverse3 = F(3).inverse();
    static constexpr F kInverse65536 = F(65536).inverse();

    Row row(const PrecompileCall& call, int phase) {
        const std::uint32_t ts = step_time(call.step);
        Row row{};
        row.phase[phase] = F(1);
        row.ts = F(ts);
        row.target = F(call.target);
        row.source = F(call.source);
        State next;
        std::size_t first = 0;  // of the row's accesses
        std::uint32_t count = 4;
        std::uint32_t time = ts + kPrecompileTime;
        if (phase == 0) {
            count = 2;
        } else if (phase < Sha256Table::kLoad) {
            first = kTarget + 4 * static_cast<std::size_t>(phase - 1);
            time -= 1;
        } else if (phase < Sha256Table::kSchedule) {
            first = kSource + 4 * static_cast<std::size_t>(phase - Sha256Table::kLoad);
        } else if (phase < Sha256Table::kStore) {
            count = 0;
            for (std::size_t j = 0; j < 4; ++j) {
                const std::uint32_t w2 = j < 2 ? last_.w[2 + j] : next.w[j - 2];
                next.w[j] = kLittleSigma1.of(w2) + last_.sum7[j][0] + (last_.sum7[j][1] << 16U);
            }
        } else {
            first = kTarget + 4 * static_cast<std::size_t>(phase - Sha256Table::kStore);
        }
        const bool is_store = phase >= Sha256Table::kStore;
        for (std::size_t j = 0; j < count; ++j) {
            Access access = call.accesses[first + j];
            row.address = j == 0 ? F(access.cell) : row.address;
            next.w[j] = is_store ? access.after : access.before;
            access.previous_time = is_store ? time - 1 : access.previous_time;
            row.old[j] = limbs_of<F>(access.before);
            row.at[j] = access_columns<F>(access, time);
            if (is_store) {
                const Words& added = phase == Sha256Table::kStore ? last_.a : last_.e;
                add(access.before, added[3 - j], row.carry_e[j]);
            }
        }
        compute(phase, next);
        finish(next, phase, row);
        return row;
    }

    /// The carries of the new state.
    static void add(std::uint32_t x, std::uint32_t y, CarryColumns<F> (&columns)[2]) {
        columns[0].part = F(((x & 0xffffU) + (y & 0xffffU)) >> 16U);
        columns[1].part = F(static_cast<std::uint32_t>((std::uint64_t{x} + y) >> 32U));
    }

    /// The variables a and e of a row.
    void compute(int phase, State& next) const {
        if (phase == 2) {
            for (std::size_t j = 0; j < 4; ++j) {
                next.a[3 - j] = last_.w[j];
                next.e[3 - j] = next.w[j];
            }
        } else if (phase == Sha256Table::kStore) {
            next.e = last_.e;
        } else if (phase >= Sha256Table::kLoad && phase < Sha256Table::kStore) {
            for (std::size_t j = 0; j < 4; ++j) {
                const auto a = [&](std::size_t back) { return at(last_.a, next.a, j, back); };
                const auto e = [&](std::size_t back) { return at(last_.e, next.e, j, back); };
                const auto t = 4 * static_cast<std::size_t>(phase - Sha256Table::kLoad) + j;
                const std::uint32_t t1 = e(4) + kSigma1.of(e(1)) + choose(e(1), e(2), e(3)) +
                                         kSha256Constants[t] + next.w[j];
                next.e[j] = a(4) + t1;
                next.a[j] = t1 + kSigma0.of(a(1)) + majority(a(1), a(2), a(3));
            }
        }
    }
    static std::uint32_t choose(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
        return (x & y) ^ (~x & z);
    }
    static std::uint32_t majority(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
        return (x & y) ^ (x & z) ^ (y & z);
    }
    static std::uint32_t at(const Words& before, const Words& here, std::size_t j,
                            std::size_t back) {
        return back > j ? before[4 + j - back] : here[j - back];
    }

    /// Fills in what follows from the words of this row and of the one before, which then is this.
    void finish(State next, int phase, Row& row) {
        const bool has_rounds = phase >= Sha256Table::kLoad && phase < Sha256Table::kStore;
        const bool has_schedule = has_rounds && phase >= Sha256Table::kSchedule;
        row.id = F(id_);
        for (std::size_t j = 0; j < 4; ++j) {
            const auto t = 4 * static_cast<std::size_t>(phase - Sha256Table::kLoad) + j;
            const std::uint32_t constant = has_rounds ? kSha256Constants[t] : 0;
            Halves of_a{};
            Halves of_e{};
            Halves of_w{};
            for (unsigned half = 0; half < 2; ++half) {
                const auto part = [&](std::uint32_t word) {
                    return static_cast<std::int64_t>(word >> (16 * half) & 0xffffU);
                };
                const auto a = [&](std::size_t back) { return at(last_.a, next.a, j, back); };
                const auto e = [&](std::size_t back) { return at(last_.e, next.e, j, back); };
                const std::uint32_t next_w = j < 3 ? last_.w[j + 1] : next.w[0];
                const std::uint32_t w2 = j < 2 ? last_.w[2 + j] : next.w[j - 2];
                of_e[half] = part(kSigma1.of(e(1))) + part(choose(e(1), e(2), e(3))) + part(e(4)) +
                             part(a(4)) + part(next.w[j]) + part(constant) - part(e(0));
                of_a[half] = part(kSigma0.of(a(1))) + part(majority(a(1), a(2), a(3))) +
                             part(e(0)) - part(a(4)) - part(a(0));
                of_w[half] = part(kLittleSigma1.of(w2)) + last_.sum7[j][half] - part(next.w[j]);
                next.sum16[j][half] =
                    static_cast<std::uint32_t>(part(last_.w[j]) + part(kLittleSigma0.of(next_w)));
                next.sum8[j][half] = last_.sum16[j][half];
                next.sum7[j][half] = last_.sum8[j][half] + static_cast<std::uint32_t>(part(next_w));
            }
            carries_of_e(of_e, has_rounds, row.carry_e[j]);
            carries(of_a, has_rounds, 1, row.carry_a[j]);
            carries(of_w, has_schedule, 0, row.carry_w[j]);
            row.sum16[j] = {F(next.sum16[j][0]), F(next.sum16[j][1])};
            row.sum8[j] = {F(next.sum8[j][0]), F(next.sum8[j][1])};
            row.sum7[j] = {F(next.sum7[j][0]), F(next.sum7[j][1])};
        }
        put_words(next, row);
        last_ = next;
    }

    /// The words of a row and their functions.
    void put_words(const State& next, Row& row) const {
        const auto put = [](std::uint32_t word, F(&bits)[32]) {
            for (unsigned k = 0; k < 32; ++k) {
                bits[k] = F(word >> k & 1U);
            }
        };
        for (std::size_t j = 0; j < 4; ++j) {
            put(next.a[j], row.a[j]);
            put(next.e[j], row.e[j]);
            put(next.w[j], row.w[j]);
            // Of the round after: its a(1), a(2), a(3) are a(0), a(1), a(2) of this one.
            const auto a = [&](std::size_t back) { return at(last_.a, next.a, j, back); };
            const Limbs<F> sigma0 = limbs_of<F>(kSigma0.of(a(0)));
            const Limbs<F> most = limbs_of<F>(majority(a(0), a(1), a(2)));
            row.t2[j] = {sigma0.lo + most.lo, sigma0.hi + most.hi};
            row.sigma1[j] = limbs_of<F>(kSigma1.of(next.e[j]));
            row.little_sigma0[j] = limbs_of<F>(kLittleSigma0.of(next.w[j]));
            row.little_sigma1[j] = limbs_of<F>(kLittleSigma1.of(next.w[j]));
        }
        put(next.a[0] ^ last_.a[3], row.differs);
        row.sigma0 = limbs_of<F>(kSigma0.of(next.a[0]));
    }

    /// The carries out of two sums, of which the low one goes into the high one.
    static std::array<F, 2> carried(const Halves& sums) {
        const auto in_field = [](std::int64_t sum) {
            return sum < 0 ? -F(static_cast<std::uint32_t>(-sum))
                           : F(static_cast<std::uint32_t>(sum));
        };
        const F low = in_field(sums[0]) * kInverse65536;
        return {low, (in_field(sums[1]) + low) * kInverse65536};
    }

    /// Where nothing is computed, extra alone solves for the carry, whatever part is.
    static void carries_of_e(const Halves& sums, bool is_computed, CarryColumns<F> (&columns)[2]) {
        const std::array<F, 2> carry = carried(sums);
        for (std::size_t half = 0; half < 2; ++half) {
            if (is_computed) {
                columns[half].extra = F(carry[half].value() / 3);
                columns[half].part = F(carry[half].value() % 3);
            } else {
                columns[half].extra = (carry[half] - columns[half].part) * kInverse3;
            }
        }
    }

    /// The upper bits of two carries plus `least`, or half the carry where nothing is computed.
    static void carries(const Halves& sums, bool is_computed, std::uint32_t least,
                        F (&columns)[2]) {
        const std::array<F, 2> carry = carried(sums);
        for (std::size_t half = 0; half < 2; ++half) {
            columns[half] =
                is_computed ? F((carry[half] + F(least)).value() / 2) : carry[half] * kInverse2;
        }
    }

    std::uint32_t id_;
    State last_;
};

}  // namespace nexus::zkvm
