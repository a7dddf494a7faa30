#pragma once

#include "base/prng.hpp"
#include "tests/support/zkvm/column_names.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/stark/witness_forger.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// Adds a number to one cell of one row of the trace; lookups are counted anew.
class OneCell : public WitnessForger {
public:
    OneCell(const ProgramKey<Koala4>& key, std::size_t table, std::size_t column,
            std::size_t trace_row, F change)
        : key_(key), table_(table), column_(column), trace_row_(trace_row), change_(change) {}

    void boundary(std::uint32_t /*segment*/, Witness<F>& witness) override {
        if (kTables[table_].is_boundary) {
            forge(witness);
        }
    }
    void tables(std::uint32_t segment, Witness<F>& witness) override {
        if (!kTables[table_].is_boundary) {
            forge(witness);
        }
        if (!is_preprocessed(table_)) {
            recount_lookups(witness, key_, segment_parameters(segment, true), true);
        }
    }

private:
    void forge(Witness<F>& witness) const {
        const Rows rows{witness.heights[table_], kLogExcludedZk};
        witness.columns[table_].at(rows.active_row(trace_row_), column_) += change_;
    }

    const ProgramKey<Koala4>& key_;
    std::size_t table_, column_, trace_row_;
    F change_;
};

/// Columns that some row that is there may choose, by table: ForgeryReport finds them, and its test
/// gives the reasons.
inline bool is_free_somewhere(std::size_t table, const std::string& column) {
    static const std::map<std::string, std::set<std::string>> kFree{
        {"branch", {"inverse"}},
        {"div", {"borrow", "carry", "slack.lo", "slack.hi"}},
        {"ecall", {"inverse_lo", "inverse_hi", "inverse_precompile"}},
        {"mul", {"wrap_low", "wrap_high"}}};
    const auto found = kFree.find(kTables[table].name);
    return column.starts_with("noise") || (found != kFree.end() && found->second.contains(column));
}

/// A cell of a row that says something, in a column that is bound in every such row.
struct SampledCell {
    std::size_t column = 0;
    std::size_t trace_row = 0;

    /// Pre: the execution has one segment, and the table a row that says something.
    static SampledCell draw(const ExecutionWitness& honest, std::size_t table, Prng& prng) {
        const std::vector<std::string> names = column_names(table);
        SampledCell cell{prng.below(names.size()), 0};
        while (is_free_somewhere(table, names[cell.column])) {
            cell.column = prng.below(names.size());
        }
        std::vector<std::size_t> speaking;
        const Rows rows = honest.rows(1, table);
        RowText text(honest.parameters(1));
        for (std::size_t i = 0; i < rows.active(); ++i) {
            const std::size_t row = rows.active_row(i);
            read_row(table, honest.cells(1, table, row), honest.fixed(table, row), text);
            if (!text.spoken().empty()) {
                speaking.push_back(i);
            }
        }
        cell.trace_row = speaking.at(prng.below(speaking.size()));
        return cell;
    }
};

}  // namespace nexus::zkvm::tests
