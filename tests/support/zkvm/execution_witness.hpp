#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/witness.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// An execution, segment by segment, with the columns of all its tables: what a prover commits to.
class ExecutionWitness {
public:
    struct Options {
        std::uint32_t segment_steps = 1U << 20U;
        bool zero_knowledge = true;
        bool with_noise = false;  ///< Fills row 1 as a prover does; else it is 0.
        FaultInjector* faults = nullptr;
    };

    /// Pre: the program halts.
    ExecutionWitness(Program program, ExecutionInput input, const Options& options)
        : program_(std::move(program)),
          input_(std::move(input)),
          code_(program_),
          key_(program_, code_, kTestProfile),
          zero_knowledge_(options.zero_knowledge) {
        auto recorder = Recorder::create(
            program_, code_, input_,
            {.steps_max = options.segment_steps, .limits = {}, .faults = options.faults});
        NEXUS_ASSERT(recorder.has_value());
        while (!recorder->halted()) {
            const auto done = recorder->next(records_.emplace_back());
            NEXUS_ASSERT(done.has_value());
        }
        closing_ = recorder->closing();
        result_ = recorder->result();
        std::optional<MaskRng> noise;
        if (options.with_noise) {
            noise.emplace(MaskRng::Seed{7});
        }
        for (std::uint32_t s = 1; s <= records_.size(); ++s) {
            const SegmentInput segment = segment_input(s);
            Witness<F>& witness = witnesses_.emplace_back();
            witness.heights = segment_heights(segment, key_.heights());
            fill_boundary(witness, arena_, segment, noise ? &*noise : nullptr);
            fill_tables(witness, arena_, segment, noise ? &*noise : nullptr);
        }
    }

    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const ExecutionInput& input() const { return input_; }
    [[nodiscard]] const Code& code() const { return code_; }
    [[nodiscard]] const ProgramKey<Koala4>& key() const { return key_; }
    [[nodiscard]] const std::vector<SegmentRecord>& records() const { return records_; }
    [[nodiscard]] std::uint32_t segments() const {
        return static_cast<std::uint32_t>(records_.size());
    }
    /// Segments count from 1.
    [[nodiscard]] Witness<F>& witness(std::uint32_t segment) { return witnesses_[segment - 1]; }
    [[nodiscard]] const Witness<F>& witness(std::uint32_t segment) const {
        return witnesses_[segment - 1];
    }
    [[nodiscard]] Claim claim() const {
        return {key_.id(), input_.public_input, result_.output, result_.exit_code};
    }
    [[nodiscard]] std::array<std::uint32_t, 2> parameters(std::uint32_t segment) const {
        return segment_parameters(segment, segment == segments());
    }
    [[nodiscard]] Rows rows(std::uint32_t segment, std::size_t table) const {
        const bool masked = zero_knowledge_ || is_preprocessed(table);
        return {witness(segment).heights[table], masked ? kLogExcludedZk : 0};
    }
    /// A row of the matrix (not of the trace).
    [[nodiscard]] std::vector<F> cells(std::uint32_t segment, std::size_t table,
                                       std::size_t row) const {
        return row_of(witness(segment).columns[table], row);
    }
    [[nodiscard]] std::vector<F> fixed(std::size_t table, std::size_t row) const {
        return is_preprocessed(table) ? row_of(key_.trace(table), row) : std::vector<F>();
    }

    [[nodiscard]] SegmentInput segment_input(std::uint32_t segment) const {
        return {.program = &program_,
                .code = &code_,
                .record = &records_[segment - 1],
                .closing = closing_,
                .public_input_words = 1 + (input_.public_input.size() + 3) / 4,
                .output_words = 1 + (result_.output.size() + 3) / 4,
                .is_last = segment == records_.size(),
                .zero_knowledge = zero_knowledge_};
    }

private:
    static std::vector<F> row_of(const Matrix<F>& columns, std::size_t row) {
        std::vector<F> cells(columns.width());
        for (std::size_t c = 0; c < cells.size(); ++c) {
            cells[c] = columns.at(row, c);
        }
        return cells;
    }

    Program program_;
    ExecutionInput input_;
    Code code_;
    ProgramKey<Koala4> key_;
    bool zero_knowledge_;
    Arena arena_;
    std::vector<SegmentRecord> records_;
    std::vector<ClosingCell> closing_;
    ExecutionResult result_;
    std::vector<Witness<F>> witnesses_;
};

}  // namespace nexus::zkvm::tests
