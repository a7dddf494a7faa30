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

    /// Makes the columns fit in which a row has no choice, or one that no constraint limits: the
    /// sums, and the carries of rows that do not compute (with `all_carries`, of the others too).
    void repair(bool all_carries = false) {
        const Row* before = &noise;
        for (Row& row : rows) {
            repair_row(row, *before, all_carries);
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
        RowText chain;
        Sha256Table::chain(chain, row, before);
        std::vector<F> values;
        for (std::size_t k = 0; k < chain.values.size(); ++k) {
            if (name == chain.names[k]) {
                values.push_back(chain.values[k]);
            }
        }
        return values;
    }

    static void repair_row(Row& row, const Row& before, bool all_carries) {
        for (const auto& [name, sums] :
             {std::pair{"sum16", &row.sum16}, {"sum8", &row.sum8}, {"sum7", &row.sum7}}) {
            const std::vector<F> left = rest(row, before, name);
            for (std::size_t j = 0; j < 4; ++j) {
                (*sums)[j].lo -= left[2 * j];
                (*sums)[j].hi -= left[2 * j + 1];
            }
        }
        const auto any = [&](int begin) {
            return std::any_of(row.phase + begin, row.phase + Sha256Table::kStore,
                               [](F phase) { return !phase.is_zero(); });
        };
        const bool has_rounds = any(Sha256Table::kLoad) && !all_carries;
        const bool has_schedule = any(Sha256Table::kSchedule) && !all_carries;
        for (std::size_t half = 0; half < 2; ++half) {
            const std::string which = half == 0 ? ", low" : ", high";
            const auto fit = [&](const char* word, F weight, CarryColumns<F>(&columns)[4][2]) {
                const std::vector<F> left = rest(row, before, word + which);
                for (std::size_t j = 0; j < 4; ++j) {
                    columns[j][half].extra += left[j] * (F(65536) * weight).inverse();
                }
            };
            if (!has_rounds) {
                fit("a", -F(1), row.carry_a);
                fit("e", F(3), row.carry_e);
            }
            if (!has_schedule) {
                fit("w", F(1), row.carry_w);
            }
        }
    }

    std::vector<PrecompileCall> calls_;
};

}  // namespace nexus::zkvm::tests
