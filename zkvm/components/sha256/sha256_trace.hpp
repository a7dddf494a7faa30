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
    /// What the next row is computed from.
    struct State {
        Words a{}, e{}, w{};
        std::array<std::array<std::uint32_t, 2>, 4> sum16{}, sum8{}, sum7{};
    };
    static constexpr std::size_t kTarget = 2;  ///< Where the words stand in a call's accesses.
    static constexpr std::size_t kSource = 10;
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
        }
        compute(phase, next);
        finish(next, phase, row);
        return row;
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
                const std::uint32_t choice = (e(1) & e(2)) ^ (~e(1) & e(3));
                const std::uint32_t majority = (a(1) & a(2)) ^ (a(1) & a(3)) ^ (a(2) & a(3));
                const std::uint32_t t1 =
                    e(4) + kSigma1.of(e(1)) + choice + kSha256Constants[t] + next.w[j];
                next.e[j] = a(4) + t1;
                next.a[j] = t1 + kSigma0.of(a(1)) + majority;
            }
        }
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
            std::array<std::int64_t, 2> of_a{};
            std::array<std::int64_t, 2> of_e{};
            std::array<std::int64_t, 2> of_w{};
            for (unsigned half = 0; half < 2; ++half) {
                const auto part = [&](std::uint32_t word) {
                    return static_cast<std::int64_t>(word >> (16 * half) & 0xffffU);
                };
                const auto a = [&](std::size_t back) { return at(last_.a, next.a, j, back); };
                const auto e = [&](std::size_t back) { return at(last_.e, next.e, j, back); };
                const std::uint32_t next_w = j < 3 ? last_.w[j + 1] : next.w[0];
                const std::uint32_t w2 = j < 2 ? last_.w[2 + j] : next.w[j - 2];
                of_e[half] = part(kSigma1.of(e(1))) + part((e(1) & e(2)) ^ (~e(1) & e(3))) +
                             part(e(4)) + part(a(4)) + part(next.w[j]) + part(constant) -
                             part(e(0));
                of_a[half] = part(kSigma0.of(a(1))) +
                             part((a(1) & a(2)) ^ (a(1) & a(3)) ^ (a(2) & a(3))) + part(e(0)) -
                             part(a(4)) - part(a(0));
                of_w[half] = part(kLittleSigma1.of(w2)) + last_.sum7[j][half] - part(next.w[j]);
                next.sum16[j][half] =
                    static_cast<std::uint32_t>(part(last_.w[j]) + part(kLittleSigma0.of(next_w)));
                next.sum8[j][half] = last_.sum16[j][half];
                next.sum7[j][half] = last_.sum8[j][half] + static_cast<std::uint32_t>(part(next_w));
            }
            carries(of_e, has_rounds, F(3), row.carry_e[j]);
            carries(of_a, has_rounds, -F(1), row.carry_a[j]);
            carries(of_w, has_schedule, F(1), row.carry_w[j]);
            row.sum16[j] = {F(next.sum16[j][0]), F(next.sum16[j][1])};
            row.sum8[j] = {F(next.sum8[j][0]), F(next.sum8[j][1])};
            row.sum7[j] = {F(next.sum7[j][0]), F(next.sum7[j][1])};
            for (unsigned k = 0; k < 32; ++k) {
                row.a[j][k] = F(next.a[j] >> k & 1U);
                row.e[j][k] = F(next.e[j] >> k & 1U);
                row.w[j][k] = F(next.w[j] >> k & 1U);
            }
        }
        last_ = next;
    }

    /// The columns of the carries out of the two sums, part + weight * extra. Where nothing is
    /// computed, extra alone solves for them.
    static void carries(const std::array<std::int64_t, 2>& sums, bool is_computed, F weight,
                        CarryColumns<F> (&columns)[2]) {
        F low;
        for (std::size_t half = 0; half < 2; ++half) {
            const std::int64_t sum = sums[half];
            const F sum_in_field = (sum < 0 ? -F(static_cast<std::uint32_t>(-sum))
                                            : F(static_cast<std::uint32_t>(sum)));
            const F carry = (sum_in_field + low) * kInverse65536;
            columns[half] = {F(), F()};
            if (is_computed) {
                // At most one value of extra leaves a part of 0, 1 or 2.
                columns[half].part = carry;
                if (carry.value() > 2) {
                    columns[half].extra = F(1);
                    columns[half].part = carry - weight;
                }
            } else {
                columns[half].extra = carry * weight.inverse();
            }
            low = carry;
        }
    }

    std::uint32_t id_;
    State last_;
};

}  // namespace nexus::zkvm
