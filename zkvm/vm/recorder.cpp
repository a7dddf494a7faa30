#include "zkvm/vm/recorder.hpp"

#include "base/assert.hpp"
#include "base/result.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/cell_store.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/host_io.hpp"
#include "zkvm/vm/precompile.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/segment_record.hpp"
#include "zkvm/vm/semantics.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace nexus::zkvm {

class Recorder::State {
public:
    State(const Program& program, const Code& code, const ExecutionInput& input,
          const RecorderOptions& options)
        : program_(program),
          code_(code),
          options_(options),
          public_words_(input.public_input.size() <= kIoBytesMax ? io_words(input.public_input)
                                                                 : std::vector<std::uint32_t>()),
          cells_(options.limits.memory_bytes_max),
          pc_(code.entry()) {
        NEXUS_ASSERT(options.steps_max > 0);
        NEXUS_ASSERT(options.steps_max < 1U << 22U);
    }

    Result<void, Trap> load(const ExecutionInput& input) {
        return load_memory(program_, input,
                           [this](ImageWord word) { return cells_.initialise(word); });
    }

    Result<void, Trap> next(SegmentRecord& record);
    [[nodiscard]] std::vector<ClosingCell> closing() const;

    [[nodiscard]] bool halted() const { return halted_; }
    [[nodiscard]] std::uint64_t cycles() const { return cycles_; }
    [[nodiscard]] const ExecutionResult& result() const { return result_; }

private:
    bool step(SegmentRecord& record);
    bool plan(const LoweredInstruction& instruction, StepPlan& plan);
    bool plan_access(const LoweredInstruction& instruction, StepPlan& plan);
    void plan_jump(const LoweredInstruction& instruction, StepPlan& plan);
    bool plan_ecall(StepPlan& plan);
    bool call_precompile(SegmentRecord& record);
    bool finish();

    /// Notes why the execution ends. Returns false, for the caller to return.
    bool trap(TrapKind kind, std::uint32_t value) {
        trap_ = {kind, pc_, value};
        return false;
    }

    const Program& program_;
    const Code& code_;
    RecorderOptions options_;
    std::vector<std::uint32_t> public_words_;
    CellStore cells_;
    std::uint32_t pc_;
    std::uint64_t cycles_ = 0;
    bool halted_ = false;
    Trap trap_;
    ExecutionResult result_;
};

Result<void, Trap> Recorder::State::next(SegmentRecord& record) {
    NEXUS_ASSERT(!halted_);
    record.steps.clear();
    // Room that is not written costs nothing; growing step by step would copy them again and again.
    record.steps.reserve(options_.steps_max);
    record.precompile_calls.clear();
    record.index = cells_.start_segment();
    record.first_pc = pc_;
    while (!halted_ && record.steps.size() < options_.steps_max &&
           record.precompile_calls.size() < kSegmentCallsMax &&
           cells_.touched_in_segment() < kSegmentCellsMax) {
        if (cycles_ >= options_.limits.cycles_max) {
            const std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
            trap(TrapKind::OutOfCycles,
                 static_cast<std::uint32_t>(std::min(options_.limits.cycles_max, largest)));
            return fail(trap_);
        }
        if (!step(record)) {
            return fail(trap_);
        }
    }
    record.final_pc = halted_ ? 0 : pc_;
    record.halted = halted_;
    cells_.finish_segment(record.boundary);
    return {};
}

bool Recorder::State::step(SegmentRecord& record) {
    const auto index = code_.index_of(pc_);
    if (!index) {
        trap_ = code_.fetch_trap(pc_);
        return false;
    }
    const LoweredInstruction& instruction = code_.instructions()[*index];
    StepPlan planned{.next_pc = pc_ + 4};
    if (!plan(instruction, planned)) {
        return false;
    }
    if (options_.faults != nullptr) {
        options_.faults->change(cycles_, instruction, planned);
    }
    const std::uint32_t time = step_time(record.steps.size());
    Step& step = record.steps.emplace_back();
    step.instruction = *index;
    for (std::uint32_t slot = 0; slot < step.access.size(); ++slot) {
        const PlannedAccess& access = planned.access[slot];
        if (access.cell == kNoCell) {
            continue;
        }
        CellState* cell = cells_.touch(access.cell);
        if (cell == nullptr) {  // a fault has made up an address: plan() has touched its own
            return trap(TrapKind::OutOfMemory, access.cell);
        }
        step.access[slot] = cells_.access(access.cell, *cell, access.after, time + 1 + slot);
    }
    if (options_.faults != nullptr) {
        options_.faults->rewrite(cycles_, instruction, step);
    }
    if (instruction.family == Family::Ecall && !planned.halts && !call_precompile(record)) {
        return false;
    }
    if (planned.halts && !finish()) {
        return false;
    }
    pc_ = planned.next_pc;
    ++cycles_;
    result_.cycles = cycles_;
    return true;
}

bool Recorder::State::plan(const LoweredInstruction& instruction, StepPlan& plan) {
    const std::uint8_t op = instruction.op;
    if (instruction.family == Family::Ecall) {
        return plan_ecall(plan);
    }
    const std::uint32_t a = cells_.register_value(instruction.rs1);
    plan.access[0] = {instruction.rs1, a};
    if (instruction.family == Family::Word || instruction.family == Family::Subword) {
        return plan_access(instruction, plan);
    }
    if (instruction.family == Family::Jump) {
        plan_jump(instruction, plan);
    } else {
        const std::uint32_t b = cells_.register_value(instruction.rs2);
        const std::uint32_t operand = b + instruction.imm;
        std::uint32_t result = 0;
        switch (instruction.family) {
            case Family::Add:
                result = semantics::add(static_cast<AddOp>(op), a, operand);
                break;
            case Family::Bitwise:
                result = semantics::bitwise(static_cast<BitwiseOp>(op), a, operand);
                break;
            case Family::LessThan:
                result = semantics::less_than(static_cast<LessThanOp>(op), a, operand);
                break;
            case Family::Shift:
                result = semantics::shift(static_cast<ShiftOp>(op), a, operand);
                break;
            case Family::Mul:
                result = semantics::multiply(static_cast<MulOp>(op), a, b);
                break;
            case Family::Div:
                result = semantics::divide(static_cast<DivOp>(op), a, b);
                break;
            default:  // Branch: the rest is planned elsewhere
                if (semantics::is_taken(static_cast<BranchOp>(op), a, b)) {
                    plan.next_pc = instruction.pc + instruction.imm;
                }
                break;
        }
        plan.access[1] = {instruction.rs2, b};
        if (instruction.family != Family::Branch) {
            plan.access[2] = {instruction.rd, result};
        }
    }
    return plan.next_pc % 4 == 0 || trap(TrapKind::MisalignedJump, plan.next_pc);
}

void Recorder::State::plan_jump(const LoweredInstruction& instruction, StepPlan& plan) {
    plan.access[2] = {instruction.rd, instruction.pc + 4};
    plan.next_pc = (plan.access[0].after + instruction.imm) & ~1U;
}

bool Recorder::State::plan_access(const LoweredInstruction& instruction, StepPlan& plan) {
    const std::uint32_t address = plan.access[0].after + instruction.imm;
    const bool is_word = instruction.family == Family::Word;
    const auto op = static_cast<SubwordOp>(instruction.op);
    const bool is_store =
        is_word ? static_cast<WordOp>(instruction.op) == WordOp::Store : semantics::is_store(op);
    if (const auto fault = access_fault(address, is_word ? 4 : semantics::size_of(op), is_store)) {
        return trap(*fault, address);
    }
    const std::uint32_t cell = address & ~3U;
    const CellState* memory = cells_.touch(cell);
    if (memory == nullptr) {
        return trap(TrapKind::OutOfMemory, address);
    }
    const std::uint32_t word = memory->value;
    if (!is_store) {
        const std::uint32_t value = is_word ? word : semantics::load(op, word, address);
        plan.access[1] = {cell, word};
        plan.access[2] = {instruction.rd, value};
        return true;
    }
    const std::uint32_t value = cells_.register_value(instruction.rd);
    const std::size_t memory_slot = is_word ? 2 : 1;
    plan.access[memory_slot] = {cell, is_word ? value : semantics::store(op, word, address, value)};
    plan.access[3 - memory_slot] = {instruction.rd, value};
    return true;
}

bool Recorder::State::plan_ecall(StepPlan& plan) {
    const std::uint32_t number = cells_.register_value(register_cell(kA7));
    plan.access[0] = {register_cell(kA7), number};
    if (number == kEcallHalt) {
        plan.halts = true;
        return true;
    }
    if (!calls_precompile(number)) {
        return true;
    }
    const auto precompile = check_precompile(number, cells_.register_value(register_cell(kA0)),
                                             cells_.register_value(register_cell(kA1)));
    return precompile || trap(precompile.error().kind, precompile.error().value);
}

bool Recorder::State::call_precompile(SegmentRecord& record) {
    const std::uint32_t number = cells_.register_value(register_cell(kA7));
    if (!calls_precompile(number)) {
        return true;
    }
    const std::uint32_t target = cells_.register_value(register_cell(kA0));
    const std::uint32_t source = cells_.register_value(register_cell(kA1));
    const auto checked = check_precompile(number, target, source);
    if (!checked) {  // a fault has changed a7
        return trap(checked.error().kind, checked.error().value);
    }
    const Precompile& precompile = **checked;
    const std::uint32_t target_words = precompile.target_words;
    const std::uint32_t count = target_words + precompile.source_words;
    const auto address_of = [&](std::uint32_t i) {
        return i < target_words ? target + 4 * i : source + 4 * (i - target_words);
    };
    std::array<std::uint32_t, 2 * kPrecompileWordsMax> values{};
    for (std::uint32_t i = 0; i < count; ++i) {
        const CellState* cell = cells_.touch(address_of(i));
        if (cell == nullptr) {
            return trap(TrapKind::OutOfMemory, address_of(i));
        }
        values[i] = cell->value;
    }
    const std::span<std::uint32_t> all(values);
    precompile.compute(all.first(target_words), all.subspan(target_words, precompile.source_words));

    const std::size_t step = record.steps.size() - 1;
    const std::uint32_t time = step_time(step) + kPrecompileTime;
    PrecompileCall& call = record.precompile_calls.emplace_back();
    call.number = precompile.number;
    call.step = static_cast<std::uint32_t>(step);
    call.target = target;
    call.source = source;
    call.accesses.reserve(2 + count);
    const auto access = [&](std::uint32_t cell, std::uint32_t after) {
        call.accesses.push_back(cells_.access(cell, *cells_.find(cell), after, time));
    };
    access(register_cell(kA0), target);
    access(register_cell(kA1), source);
    for (std::uint32_t i = 0; i < count; ++i) {
        access(address_of(i), values[i]);
    }
    return true;
}

bool Recorder::State::finish() {
    const auto word_at = [this](std::uint32_t address) {
        const CellState* cell = cells_.find(address);
        return cell == nullptr ? 0 : cell->value;
    };
    auto output = read_output(word_at, pc_);
    if (!output) {
        trap_ = output.error();
        return false;
    }
    result_.exit_code = cells_.register_value(register_cell(kA0));
    result_.output = std::move(*output);
    halted_ = true;
    return true;
}

std::vector<ClosingCell> Recorder::State::closing() const {
    NEXUS_ASSERT(halted_);
    std::vector<ClosingCell> cells = cells_.touched();
    const auto add_untouched = [&](std::uint32_t cell, std::uint32_t value) {
        const CellState* state = cells_.find(cell);
        if (state == nullptr || state->last_segment == 0) {
            cells.push_back({cell, value, value, 0});
        }
    };
    add_untouched(register_cell(kA0), 0);
    for (const ImageWord& word : program_.image) {
        add_untouched(word.address, word.value);
    }
    std::uint32_t address = kPublicInputBegin;
    for (const std::uint32_t word : public_words_) {
        add_untouched(address, word);
        address += 4;
    }
    const auto output_words = static_cast<std::uint32_t>(1 + (result_.output.size() + 3) / 4);
    for (std::uint32_t i = 0; i < output_words; ++i) {
        add_untouched(kOutputBegin + 4 * i, 0);
    }
    std::sort(cells.begin(), cells.end(), [](const ClosingCell& left, const ClosingCell& right) {
        return left.cell < right.cell;
    });
    return cells;
}

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

Result<Recorder, Trap> Recorder::create(const Program& program, const Code& code,
                                        const ExecutionInput& input,
                                        const RecorderOptions& options) {
    auto state = std::make_unique<State>(program, code, input, options);
    if (const auto loaded = state->load(input); !loaded) {
        return fail(loaded.error());
    }
    return Recorder(std::move(state));
}

Result<void, Trap> Recorder::next(SegmentRecord& record) { return state_->next(record); }
bool Recorder::halted() const { return state_->halted(); }
std::uint64_t Recorder::cycles() const { return state_->cycles(); }

const ExecutionResult& Recorder::result() const {
    NEXUS_ASSERT(state_->halted());
    return state_->result();
}

std::vector<ClosingCell> Recorder::closing() const { return state_->closing(); }

}  // namespace nexus::zkvm
