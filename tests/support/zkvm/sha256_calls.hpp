#pragma once

#include "tests/support/zkvm/lookups.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/sha256/sha256_trace.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/precompile.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// A call of the precompile sha256 as a recorder writes it down, with its true result.
inline PrecompileCall sha256_call(std::uint32_t step, const std::array<std::uint32_t, 8>& state,
                                  const std::array<std::uint32_t, 16>& block,
                                  std::uint32_t target = 0x2'0000,
                                  std::uint32_t source = 0x3'0000) {
    std::array<std::uint32_t, 8> after = state;
    find_precompile(kPrecompileSha256)->compute(after, block);
    PrecompileCall call{kPrecompileSha256, step, target, source, {}};
    call.accesses = {{register_cell(kA0), target, target, 3},
                     {register_cell(kA1), source, source, 7}};
    for (std::uint32_t i = 0; i < 8; ++i) {
        call.accesses.push_back({target + 4 * i, state[i], after[i], 9 + i});
    }
    for (std::uint32_t i = 0; i < 16; ++i) {
        call.accesses.push_back({source + 4 * i, block[i], block[i], i});
    }
    return call;
}

/// The table of sha256 on its own, which a cheat may change: its rows, and row 1 before them, which
/// no constraint binds. Says what a verifier would see of it.
class Sha256Rows {
public:
    using Row = Sha256Table::Row<F>;

    /// `calls` happened; the rows say that `told` did.
    Sha256Rows(std::vector<PrecompileCall> calls, const std::vector<PrecompileCall>& told)
        : calls_(std::move(calls)) {
        Sha256Trace<F> trace;
        for (const PrecompileCall& call : told) {
            const auto values = trace.call(call);
            rows.insert(rows.end(), values.begin(), values.end());
        }
        for (std::size_t i = 0; i < kIdle; ++i) {
            rows.push_back(trace.idle());
        }
    }

    explicit Sha256Rows(const std::vector<PrecompileCall>& calls) : Sha256Rows(calls, calls) {}

    Row noise{};  ///< Row 1.
    std::vector<Row> rows;

    /// The row of a call.
    Row& at(std::size_t call, int phase) {
        return rows[Sha256Table::kRows * call + static_cast<std::size_t>(phase)];
    }

    /// Names of the constraints that do not hold, and "lookup".
    [[nodiscard]] std::set<std::string> broken() const {
        std::set<std::string> names;
        const Row* before = &noise;
        for (const Row& row : rows) {
            RowText text;
            Sha256Table::eval(text, row);
            RowText chain;
            Sha256Table::chain(chain, row, *before);
            for (const RowText* one : {&text, &chain}) {
                for (std::size_t k = 0; k < one->values.size(); ++k) {
                    if (!one->values[k].is_zero()) {
                        names.insert(one->names[k]);
                    }
                }
            }
            for (const FlatMessage& message : text.messages) {
                if (!message.multiplicity.is_zero() && !is_answered(message)) {
                    names.insert("lookup");
                }
            }
            before = &row;
        }
        return names;
    }

    /// What the table says to others: all messages that its own do not answer, lookups aside.
    [[nodiscard]] std::vector<FlatMessage> said() const {
        std::vector<FlatMessage> all;
        for (const Row& row : rows) {
            RowText text;
            Sha256Table::eval(text, row);
            std::copy_if(text.messages.begin(), text.messages.end(), std::back_inserter(all),
                         [](const FlatMessage& message) {
                             return message.bus != Bus::range && message.bus != Bus::bytes;
                         });
        }
        return RowText::balance(std::move(all));
    }

    /// What the machine says of the calls: written from the meaning of the precompile alone.
    [[nodiscard]] std::vector<FlatMessage> expected() const {
        std::vector<FlatMessage> all;
        for (const PrecompileCall& call : calls_) {
            const std::uint32_t ts = step_time(call.step);
            all.push_back(message(Bus::syscall, -F(1), {kPrecompileSha256, ts}));
            for (const Access& access : call.accesses) {
                const auto token = [&](F multiplicity, std::uint32_t value, std::uint32_t time) {
                    all.push_back(message(Bus::memory, multiplicity,
                                          {access.cell, value & 0xffffU, value >> 16U, time}));
                };
                token(-F(1), access.before, access.previous_time);
                token(F(1), access.after, ts + 2);
            }
        }
        return RowText::balance(std::move(all));
    }

    [[nodiscard]] bool lies() const { return !same_messages(said(), expected()); }

    /// Whether row i, changed, breaks a constraint or says something else than `honest`.
    [[nodiscard]] bool is_seen(std::size_t i, const std::vector<FlatMessage>& honest) const {
        RowText text;
        Sha256Table::eval(text, rows[i]);
        if (!text.holds() || !same_messages(text.spoken(), honest)) {
            return true;
        }
        RowText chain;
        Sha256Table::chain(chain, rows[i], i == 0 ? noise : rows[i - 1]);
        if (i + 1 < rows.size()) {
            Sha256Table::chain(chain, rows[i + 1], rows[i]);
        }
        return !chain.holds();
    }

    /// Makes the columns fit which other columns determine: functions, sums, carries. But those
    /// that the constraints `lies` are about stay as they are, or, if carries, solve for any sum.
    void repair(const std::set<std::string>& lies = {}) {
        const Row* before = &noise;
        for (Row& row : rows) {
            repair_row(row, *before, lies);
            repair_carries(row, *before, lies);
            before = &row;
        }
    }

private:
    static constexpr std::size_t kIdle = 8;

    static FlatMessage message(Bus bus, F multiplicity, const std::vector<std::uint32_t>& limbs) {
        FlatMessage flat;
        flat.bus = bus;
        flat.size = limbs.size();
        std::copy(limbs.begin(), limbs.end(), flat.limbs.begin());
        flat.multiplicity = multiplicity;
        return flat;
    }

    /// What the constraint with this name leaves over, in the order of words and halves.
    static std::vector<F> rest(const Row& row, const Row& before, const std::string& name) {
        RowText text;
        Sha256Table::eval(text, row);
        Sha256Table::chain(text, row, before);
        std::vector<F> values;
        for (std::size_t k = 0; k < text.values.size(); ++k) {
            if (name == text.names[k]) {
                values.push_back(text.values[k]);
            }
        }
        return values;
    }

    static void repair_row(Row& row, const Row& before, const std::set<std::string>& lies) {
        const auto fit = [&](const char* name, F* columns) {
            if (!lies.contains(name)) {
                for (const F left : rest(row, before, name)) {
                    *columns++ -= left;
                }
            }
        };
        fit("differs", row.differs);
        fit("Sigma0(a)", &row.sigma0.lo);
        fit("T_2 of round 1", &row.t2[0].lo);
        fit("T_2", &row.t2[1].lo);
        fit("Sigma1(e)", &row.sigma1[0].lo);
        fit("sigma0(w)", &row.little_sigma0[0].lo);
        fit("sigma1(w)", &row.little_sigma1[0].lo);
        fit("sum16", &row.sum16[0].lo);
        fit("sum8", &row.sum8[0].lo);
        fit("sum7", &row.sum7[0].lo);
    }

    static Limbs<F> limbs_of_bits(const F (&bits)[32]) {
        Limbs<F> limbs{};
        for (unsigned k = 16; k-- > 0;) {
            limbs.lo = limbs.lo + limbs.lo + bits[k];
            limbs.hi = limbs.hi + limbs.hi + bits[16 + k];
        }
        return limbs;
    }

    static void repair_carries(Row& row, const Row& before, const std::set<std::string>& lies) {
        const auto computes = [&](int begin, const char* name) {
            return !lies.contains(name) &&
                   std::any_of(row.phase + begin, row.phase + Sha256Table::kStore,
                               [](F phase) { return !phase.is_zero(); });
        };
        const bool has_a = computes(Sha256Table::kLoad, "carry of a");
        const bool has_e = computes(Sha256Table::kLoad, "carry of e");
        const bool has_w = computes(Sha256Table::kSchedule, "carry of w");
        const F inverse = F(65536).inverse();
        for (std::size_t j = 0; j < 4; ++j) {
            const Limbs<F>& t2 = j > 0 ? row.t2[j - 1] : before.t2[3];
            const Limbs<F>& sigma1 = j < 2 ? before.little_sigma1[2 + j] : row.little_sigma1[j - 2];
            const Limbs<F> a = limbs_of_bits(row.a[j]);
            const Limbs<F> d = limbs_of_bits(before.a[j]);
            const Limbs<F> e = limbs_of_bits(row.e[j]);
            const Limbs<F> w = limbs_of_bits(row.w[j]);
            const F a_low = (t2.lo + e.lo - d.lo - a.lo) * inverse;
            const F a_high = (t2.hi + e.hi - d.hi - a.hi + a_low) * inverse;
            const F w_low = (sigma1.lo + before.sum7[j].lo - w.lo) * inverse;
            const F w_high = (sigma1.hi + before.sum7[j].hi - w.hi + w_low) * inverse;
            fit_upper(row.carry_a[j][0], a_low, 1, has_a);
            fit_upper(row.carry_a[j][1], a_high, 1, has_a);
            fit_upper(row.carry_w[j][0], w_low, 0, has_w);
            fit_upper(row.carry_w[j][1], w_high, 0, has_w);
            if (!lies.contains("carry of e")) {
                fit_new_state(row, before, j);
            }
            for (std::size_t half = 0; half < 2; ++half) {
                CarryColumns<F>& columns = row.carry_e[j][half];
                const F left = rest(row, before, half == 0 ? "e, low" : "e, high")[j] * inverse;
                const F carry = left + columns.part + F(3) * columns.extra;
                if (!has_e) {
                    columns.extra += left * F(3).inverse();
                } else if (carry.value() < 6) {
                    columns = {F(carry.value() % 3), F(carry.value() / 3)};
                }
            }
        }
    }

    static void fit_new_state(Row& row, const Row& before, std::size_t j) {
        const bool is_a = !row.phase[Sha256Table::kStore].is_zero();
        if (!is_a && row.phase[Sha256Table::kStore + 1].is_zero()) {
            return;
        }
        const Limbs<F> y = limbs_of_bits(is_a ? before.a[3 - j] : before.e[3 - j]);
        const Limbs<F> w = limbs_of_bits(row.w[j]);
        const F low = (row.old[j].lo + y.lo - w.lo) * F(65536).inverse();
        const F high = (row.old[j].hi + y.hi - w.hi + low) * F(65536).inverse();
        if (low.value() < 2 && high.value() < 2) {
            row.carry_e[j][0].part = low;
            row.carry_e[j][1].part = high;
        }
    }

    /// A carry that no column fits, of a sum that is a lie, is left alone.
    static void fit_upper(F& upper, F carry, std::uint32_t least, bool is_computed) {
        const F shifted = carry + F(least);
        if (!is_computed) {
            upper = carry * F(2).inverse();
        } else if (shifted.value() < 4) {
            upper = F(shifted.value() / 2);
        }
    }

    std::vector<PrecompileCall> calls_;
};

}  // namespace nexus::zkvm::tests
