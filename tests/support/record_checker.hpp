#pragma once

#include "base/concat.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/host_io.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// Holds the records of an execution against the rules that the prover's buses enforce: each cell
/// is one chain of accesses in order of time, from its boundary cell to its end, and one chain of
/// segments, from its closing cell to its end. Written apart from the recorder: it keeps no memory,
/// only tokens.
class RecordChecker {
public:
    /// The first breach in the segment; empty if there is none.
    std::string segment(const Code& code, const SegmentRecord& record) {
        if (record.index != segments_ + 1) {
            return concat("segment ", record.index, " follows ", segments_);
        }
        if (segments_ != 0 && record.first_pc != pc_) {
            return "the pc is not where the segment before left it";
        }
        segments_ = record.index;
        pc_ = record.first_pc;
        tokens_.clear();
        for (const BoundaryCell& cell : record.boundary) {
            if (!tokens_.empty() && cell.cell <= tokens_.rbegin()->first) {
                return concat("boundary cell ", cell.cell, " is out of order");
            }
            tokens_[cell.cell] = {cell.first, 0};
        }
        std::size_t call = 0;
        for (std::size_t i = 0; i < record.steps.size(); ++i) {
            if (std::string error = step(code, record, i, call); !error.empty()) {
                return concat("segment ", record.index, ", step ", i, ": ", error);
            }
        }
        if (call != record.precompile_calls.size()) {
            return "a call of a precompile without an ecall";
        }
        return finish(record);
    }

    /// The same for the end of the execution.
    [[nodiscard]] std::string closing(const std::vector<ClosingCell>& cells, const Program& program,
                                      const ExecutionInput& input,
                                      const ExecutionResult& result) const {
        std::map<std::uint32_t, std::uint32_t> known;  // initial values that are public
        for (const ImageWord& word : program.image) {
            known[word.address] = word.value;
        }
        std::uint32_t address = kPublicInputBegin;
        for (const std::uint32_t word : io_words(input.public_input)) {
            known[address] = word;
            address += 4;
        }
        std::map<std::uint32_t, ClosingCell> by_cell;
        std::uint32_t previous = 0;
        for (const ClosingCell& cell : cells) {
            if (cell.cell <= previous) {
                return concat("closing cell ", cell.cell, " is out of order");
            }
            previous = cell.cell;
            const bool is_private = cell.cell % 4 == 0 && cell.cell >= kPrivateInputBegin &&
                                    cell.cell < kPrivateInputEnd;
            const auto initial = known.find(cell.cell);
            if (!is_private && cell.initial != (initial == known.end() ? 0 : initial->second)) {
                return concat("closing cell ", cell.cell, " starts as ", cell.initial);
            }
            by_cell[cell.cell] = cell;
        }
        for (const auto& [cell, token] : global_) {
            const auto found = by_cell.find(cell);
            if (found == by_cell.end() || found->second.last != token.value ||
                found->second.last_segment != token.time ||
                found->second.initial != first_.at(cell)) {
                return concat("closing cell ", cell, " does not end its chain");
            }
        }
        for (const auto& [cell, closing] : by_cell) {
            if (!global_.contains(cell) &&
                (closing.last_segment != 0 || closing.last != closing.initial)) {
                return concat("closing cell ", cell, " changed without a segment");
            }
        }
        return statement(by_cell, known, result);
    }

private:
    struct Token {
        std::uint32_t value = 0;
        std::uint32_t time = 0;  // in global_: the segment
        friend bool operator==(const Token&, const Token&) = default;
    };

    std::string access(const Access& access, std::uint32_t time) {
        const auto token = tokens_.find(access.cell);
        if (token == tokens_.end()) {
            return concat("cell ", access.cell, " has no boundary cell");
        }
        if (token->second != Token{access.before, access.previous_time}) {
            return concat("cell ", access.cell, " does not follow its last access");
        }
        if (access.previous_time >= time) {
            return concat("cell ", access.cell, " goes back in time");
        }
        token->second = {access.after, time};
        return {};
    }

    std::string step(const Code& code, const SegmentRecord& record, std::size_t i,
                     std::size_t& call) {
        const Step& step = record.steps[i];
        if (code.instructions()[step.instruction].pc != pc_) {
            return "not the instruction at the pc";
        }
        for (std::uint32_t slot = 0; slot < 3; ++slot) {
            if (step.access[slot].cell == kNoCell) {
                continue;
            }
            const std::uint32_t time = step_time(i) + 1 + slot;
            if (std::string error = access(step.access[slot], time); !error.empty()) {
                return error;
            }
        }
        if (call < record.precompile_calls.size() && record.precompile_calls[call].step == i) {
            for (const Access& one : record.precompile_calls[call].accesses) {
                const std::uint32_t time = step_time(i) + kPrecompileTime;
                if (std::string error = access(one, time); !error.empty()) {
                    return error;
                }
            }
            ++call;
        }
        const bool is_last = i + 1 == record.steps.size();
        pc_ = is_last ? record.final_pc : code.instructions()[record.steps[i + 1].instruction].pc;
        return {};
    }

    std::string finish(const SegmentRecord& record) {
        for (const BoundaryCell& cell : record.boundary) {
            if (tokens_.at(cell.cell) != Token{cell.last, cell.last_time}) {
                return concat("boundary cell ", cell.cell, " does not end its chain");
            }
            if (cell.last_time == 0) {
                return concat("boundary cell ", cell.cell, " was not touched");
            }
            const auto [token, is_new] = global_.try_emplace(cell.cell, Token{cell.first, 0});
            if (is_new) {
                first_[cell.cell] = cell.first;
            }
            if (token->second != Token{cell.first, cell.previous_segment}) {
                return concat("boundary cell ", cell.cell, " does not follow its last segment");
            }
            token->second = {cell.last, record.index};
        }
        return {};
    }

    /// All that the statement speaks of is there, with the value it says.
    static std::string statement(const std::map<std::uint32_t, ClosingCell>& cells,
                                 const std::map<std::uint32_t, std::uint32_t>& known,
                                 const ExecutionResult& result) {
        for (const auto& [cell, value] : known) {
            if (!cells.contains(cell)) {
                return concat("closing lacks the public cell ", cell);
            }
        }
        std::map<std::uint32_t, std::uint32_t> last = {{register_cell(kA0), result.exit_code}};
        std::uint32_t address = kOutputBegin;
        for (const std::uint32_t word : io_words(result.output)) {
            last[address] = word;
            address += 4;
        }
        for (const auto& [cell, value] : last) {
            const auto found = cells.find(cell);
            if (found == cells.end() || found->second.last != value) {
                return concat("closing lacks the output cell ", cell);
            }
        }
        return {};
    }

    std::uint32_t segments_ = 0;
    std::uint32_t pc_ = 0;
    std::map<std::uint32_t, Token> tokens_;         // of this segment
    std::map<std::uint32_t, Token> global_;         // cell -> last value, last segment
    std::map<std::uint32_t, std::uint32_t> first_;  // cell -> value when first touched
};

/// Records a whole execution and checks it. `error` says what is wrong with the record; the outcome
/// is what the execution ended in.
struct CheckedRecord {
    std::string error;
    Result<ExecutionResult, Trap> outcome;
    std::vector<SegmentRecord> segments;
    std::vector<ClosingCell> closing;
};

inline CheckedRecord record_and_check(const Program& program, const ExecutionInput& input,
                                      const RecorderOptions& options) {
    CheckedRecord checked{.error = {}, .outcome = fail(Trap{}), .segments = {}, .closing = {}};
    const Code code(program);
    auto recorder = Recorder::create(program, code, input, options);
    if (!recorder) {
        checked.outcome = fail(recorder.error());
        return checked;
    }
    RecordChecker checker;
    while (!recorder->halted()) {
        SegmentRecord record;
        const auto done = recorder->next(record);
        if (!done) {
            checked.outcome = fail(done.error());
            return checked;
        }
        if (checked.error.empty()) {
            checked.error = checker.segment(code, record);
        }
        checked.segments.push_back(std::move(record));
    }
    checked.outcome = recorder->result();
    checked.closing = recorder->closing();
    if (checked.error.empty()) {
        checked.error = checker.closing(checked.closing, program, input, recorder->result());
    }
    return checked;
}

}  // namespace nexus::zkvm::tests
