#pragma once

#include "base/concat.hpp"
#include "base/prng.hpp"
#include "tests/support/zkvm/column_names.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/lookups.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/common/opcodes.hpp"
#include "zkvm/isa/lowered.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// What the op of the program bus is called.
inline std::string op_name(std::uint32_t number) {
    static constexpr std::array<const char*, 35> kNames = {
        "none", "add",    "sub",   "and",  "or",   "xor", "slt",  "sltu", "beq",
        "bne",  "blt",    "bge",   "bltu", "bgeu", "sll", "srl",  "sra",  "jump",
        "lw",   "sw",     "lb",    "lbu",  "lh",   "lhu", "sb",   "sh",   "mul",
        "mulh", "mulhsu", "mulhu", "div",  "divu", "rem", "remu", "ecall"};
    return number < kNames.size() ? kNames[number] : "no op";
}

/// Changes every cell of every row of a witness, one at a time, and collects the cells whose
/// change nothing sees: no constraint of the row fails, none between it and its neighbours, all its
/// lookups have an answer, and what else it says on the buses is what it said before. Lookups need
/// not be those of before: a prover who changes a cell counts them anew.
struct ForgeryReport {
    /// "table.column, kind of row" -> how many changes nothing saw. Kinds: the operation, where its
    /// divisor is 0 with "by 0", "real", "padding".
    std::map<std::string, std::size_t> uncaught;
    std::size_t tried = 0;

    /// "table, kind of row" -> the fields that nothing binds, in the order of the columns. A field
    /// of several columns is named once if all of them are free.
    [[nodiscard]] std::map<std::string, std::string> summary() const {
        std::map<std::string, std::set<std::string>> free;  // by "table, kind": columns
        for (const auto& [name, count] : uncaught) {
            const std::size_t dot = name.find('.');
            const std::size_t comma = name.rfind(", ");
            free[name.substr(0, dot) + name.substr(comma)].insert(
                name.substr(dot + 1, comma - dot - 1));
        }
        std::map<std::string, std::string> fields;
        for (const auto& [key, columns] : free) {
            fields[key] = fields_of(key.substr(0, key.find(',')), columns);
        }
        return fields;
    }

    /// All rows of segment `segment`, but of padding and of preprocessed tables only some.
    static ForgeryReport of(const ExecutionWitness& execution, std::uint32_t segment = 1) {
        ForgeryReport report;
        for (std::size_t t = 0; t < kTableCount; ++t) {
            if (execution.witness(segment).heights[t] != 0) {
                report.table(execution, segment, t);
            }
        }
        return report;
    }

private:
    static std::string fields_of(const std::string& table, const std::set<std::string>& free) {
        std::size_t t = 0;
        while (table != kTables[t].name) {
            ++t;
        }
        const auto field_of = [](const std::string& column) {
            return column.substr(0, column.find_first_of(".["));
        };
        std::map<std::string, bool> is_whole;
        for (const std::string& column : column_names(t)) {
            is_whole.try_emplace(field_of(column), true);
            is_whole[field_of(column)] &= free.contains(column);
        }
        std::string text;
        std::set<std::string> said;
        for (const std::string& column : column_names(t)) {
            const std::string name = is_whole[field_of(column)] ? field_of(column) : column;
            if (free.contains(column) && said.insert(name).second) {
                text += (text.empty() ? "" : " ") + name;
            }
        }
        return text;
    }

    static constexpr std::size_t kIdleRows = 4;

    static bool divides_by_zero(std::size_t table, const std::vector<F>& cells) {
        if (table != kTableIndex<DivTable>) {
            return false;
        }
        DivTable::Row<F> row;
        std::copy(cells.begin(), cells.end(), columns_of<F>(row));
        return row.c_is_zero == F(1);
    }

    static std::string kind_of(const RowText& text, std::size_t table,
                               const std::vector<F>& cells) {
        for (const FlatMessage& message : text.messages) {
            if (!message.multiplicity.is_zero()) {
                if (is_preprocessed(table)) {
                    return "real";
                }
                for (const FlatMessage& other : text.messages) {
                    if (other.bus == Bus::program) {
                        return op_name(other.limbs[1]) +
                               (divides_by_zero(table, cells) ? " by 0" : "");
                    }
                }
                return "real";
            }
        }
        return "padding";
    }

    void table(const ExecutionWitness& e, std::uint32_t segment, std::size_t t) {
        const std::vector<std::string> names = column_names(t);
        const Rows rows = e.rows(segment, t);
        std::map<std::string, std::size_t> seen;
        RowText text(e.parameters(segment));
        for (std::size_t i = 0; i < rows.active(); ++i) {
            const std::size_t at = rows.active_row(i);
            Neighbours here{.cells = e.cells(segment, t, at),
                            .before = {},
                            .after = {},
                            .fixed = e.fixed(t, at)};
            read_row(t, here.cells, here.fixed, text);
            const std::string kind = kind_of(text, t, here.cells);
            if ((kind == "padding" || is_preprocessed(t)) && seen[kind]++ >= kIdleRows) {
                continue;
            }
            if (kTables[t].has_chain) {
                here.before = e.cells(segment, t, i == 0 ? 1 : rows.active_row(i - 1));
                if (i + 1 < rows.active()) {
                    here.after = e.cells(segment, t, rows.active_row(i + 1));
                }
            }
            const std::vector<FlatMessage> honest = claims_of(text);
            for (std::size_t c = 0; c < names.size(); ++c) {
                const std::string name = concat(kTables[t].name, ".", names[c], ", ", kind);
                column(t, c, here, honest, name, text);
            }
        }
    }

    /// What the row says that others must match; lookups ask whether it is well formed.
    static std::vector<FlatMessage> claims_of(const RowText& text) {
        std::vector<FlatMessage> claims = text.spoken();
        std::erase_if(claims, [](const FlatMessage& message) { return is_lookup(message.bus); });
        return claims;
    }

    struct Neighbours {
        std::vector<F> cells, before, after, fixed;
    };

    void column(std::size_t t, std::size_t c, Neighbours& here,
                const std::vector<FlatMessage>& honest, const std::string& name, RowText& text) {
        const F was = here.cells[c];
        const F random = F::from_u64(prng_.next());
        for (const F value : {was + F(1), was - F(1), F(), F(1), was + F(65536), random}) {
            if (value == was) {
                continue;
            }
            ++tried;
            here.cells[c] = value;
            if (!is_caught(t, here, honest, text)) {
                ++uncaught[name];
            }
        }
        here.cells[c] = was;
    }

    static bool is_caught(std::size_t t, const Neighbours& here,
                          const std::vector<FlatMessage>& honest, RowText& text) {
        read_row(t, here.cells, here.fixed, text);
        if (!is_consistent(text) || !same_messages(claims_of(text), honest)) {
            return true;
        }
        if (kTables[t].has_chain) {
            read_chain(t, here.cells, here.before, text);
            if (!text.holds()) {
                return true;
            }
            if (!here.after.empty()) {
                read_chain(t, here.after, here.cells, text);
                return !text.holds();
            }
        }
        return false;
    }

    Prng prng_{1, "forgery"};
};

}  // namespace nexus::zkvm::tests
