#pragma once

#include "base/concat.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/common/opcodes.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/stark/challenges.hpp"
#include "zkvm/vm/address_map.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

inline std::string to_string(const FlatMessage& message) {
    std::string text = concat("bus ", static_cast<std::uint32_t>(message.bus), " (");
    for (std::size_t i = 0; i < message.size; ++i) {
        text += concat(i == 0 ? "" : ", ", message.limbs[i]);
    }
    return concat(text, ") x ", message.multiplicity.value());
}

/// Holds a witness against all that the proof system checks of it, without a proof: the
/// constraints of every row, those between rows, and the balance of the buses, with what the
/// verifier itself says on them. Sums are exact: no challenge.
class WitnessChecker {
public:
    /// Each breach as one line; at most `kReportMax`. None if the witness is that of an execution.
    static std::vector<std::string> check(const ExecutionWitness& execution) {
        WitnessChecker checker(execution);
        for (std::uint32_t s = 1; s <= execution.segments(); ++s) {
            checker.segment(s);
        }
        checker.pc_tokens();
        checker.expect_balance("between segments", checker.global_);
        return checker.found_;
    }

    static constexpr std::size_t kReportMax = 20;

private:
    explicit WitnessChecker(const ExecutionWitness& execution)
        : e_(execution), claim_(execution.claim()) {}

    void report(const std::string& line) {
        if (found_.size() < kReportMax) {
            found_.push_back(line);
        }
    }

    void segment(std::uint32_t s) {
        local_.clear();
        RowText text(e_.parameters(s));
        for (std::size_t t = 0; t < kTableCount; ++t) {
            if (e_.witness(s).heights[t] == 0) {
                continue;
            }
            const Rows rows = e_.rows(s, t);
            for (std::size_t i = 0; i < rows.active(); ++i) {
                row(s, t, i, text);
            }
        }
        if (s == e_.segments()) {
            claim_messages();
        }
        expect_balance(concat("segment ", s), local_);
    }

    void row(std::uint32_t s, std::size_t t, std::size_t i, RowText& text) {
        const Rows rows = e_.rows(s, t);
        const std::size_t row = rows.active_row(i);
        const std::vector<F> cells = e_.cells(s, t, row);
        read_row(t, cells, e_.fixed(t, row), text);
        expect_holds(s, t, i, text);
        for (const FlatMessage& message : text.messages) {
            if (!message.multiplicity.is_zero()) {
                (is_global(message.bus) ? global_ : local_).push_back(message);
            }
        }
        if (kTables[t].has_chain) {
            // The row before steps over the excluded rows.
            const std::size_t before = rows.is_excluded(row - 1) ? row - 2 : row - 1;
            read_chain(t, cells, e_.cells(s, t, before), text);
            expect_holds(s, t, i, text);
        }
    }

    void expect_holds(std::uint32_t s, std::size_t t, std::size_t i, const RowText& text) {
        for (std::size_t k = 0; k < text.values.size(); ++k) {
            if (!text.values[k].is_zero()) {
                report(
                    concat("segment ", s, ", ", kTables[t].name, ", row ", i, ": ", text.names[k]));
            }
        }
    }

    void expect_balance(const std::string& where, std::vector<FlatMessage>& messages) {
        for (const FlatMessage& message : RowText::balance(std::move(messages))) {
            report(concat(where, ": unmatched ", to_string(message)));
        }
    }

    static FlatMessage message(Bus bus, F multiplicity, const std::vector<std::uint32_t>& limbs) {
        FlatMessage flat;
        flat.bus = bus;
        flat.size = limbs.size();
        std::copy(limbs.begin(), limbs.end(), flat.limbs.begin());
        flat.multiplicity = multiplicity;
        return flat;
    }

    /// What the verifier says on the buses of the last segment.
    void claim_messages() {
        const auto word = [&](Bus bus, F multiplicity, std::uint32_t cell, std::uint32_t value) {
            local_.push_back(message(bus, multiplicity, {cell, value & 0xffffU, value >> 16U}));
        };
        std::uint32_t cell = kPublicInputBegin;
        for (const std::uint32_t value : region_words(claim_.public_input)) {
            word(Bus::image, F(1), cell, value);
            cell += 4;
        }
        cell = kOutputBegin;
        for (const std::uint32_t value : region_words(claim_.public_output)) {
            word(Bus::output, -F(1), cell, value);
            cell += 4;
        }
        word(Bus::output, -F(1), register_cell(kA0), claim_.exit_code);
    }

    void pc_tokens() {
        global_.push_back(message(Bus::global, F(1), {kPcCell, e_.program().entry, 0, 0}));
        global_.push_back(message(Bus::global, -F(1), {kPcCell, kHaltPc, 0, e_.segments()}));
    }

    const ExecutionWitness& e_;
    Claim claim_;
    std::vector<FlatMessage> local_;   // of the segment at hand
    std::vector<FlatMessage> global_;  // of all segments so far
    std::vector<std::string> found_;
};

}  // namespace nexus::zkvm::tests
