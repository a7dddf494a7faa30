#include "zkvm/vm/machine.hpp"

#include "base/assert.hpp"
#include "base/result.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/host_io.hpp"
#include "zkvm/vm/machine_handlers.hpp"
#include "zkvm/vm/precompile.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>

namespace nexus::zkvm {
namespace {

std::uint8_t register_of(std::uint32_t cell) { return static_cast<std::uint8_t>(cell / 4); }

}  // namespace

Machine::Machine(const Program& program, const Code& code, const ExecutionLimits& limits,
                 EcallObserver* observer)
    : limits_(limits), code_(&code), observer_(observer), memory_(limits.memory_bytes_max) {
    translate(program, code);
}

Result<std::unique_ptr<Machine>, Trap> Machine::create(const Program& program, const Code& code,
                                                       const ExecutionInput& input,
                                                       const ExecutionLimits& limits,
                                                       EcallObserver* observer) {
    std::unique_ptr<Machine> machine(new Machine(program, code, limits, observer));
    const auto write = [&](ImageWord word) {
        std::uint32_t* cell = machine->memory_.touch(word.address);
        if (cell != nullptr) {
            *cell = word.value;
        }
        return cell != nullptr;
    };
    if (const auto loaded = load_memory(program, input, write); !loaded) {
        return fail(loaded.error());
    }
    return machine;
}

void Machine::translate(const Program& program, const Code& code) {
    const FastOp no_instruction{&Handlers::no_instruction, 0, 0, 0, 0};
    std::size_t count = 0;
    if (!program.text.empty()) {
        text_begin_ = program.text.front().pc;
        count = (program.text.back().pc - text_begin_) / 4 + 1;
    }
    ops_.assign(count + 2, no_instruction);
    ops_.back().handler = &Handlers::outside;
    for (const LoweredInstruction& instruction : code.instructions()) {
        const std::size_t position = (instruction.pc - text_begin_) / 4;
        FastOp op{.handler = Handlers::of(instruction),
                  .rd = register_of(instruction.rd),
                  .rs1 = register_of(instruction.rs1),
                  .rs2 = register_of(instruction.rs2),
                  .imm = instruction.imm};
        const bool is_jal = instruction.family == Family::Jump && instruction.rs1 == kZeroCell;
        if (is_jal || instruction.family == Family::Branch) {
            const std::uint32_t target =
                is_jal ? instruction.imm : instruction.pc + instruction.imm;
            // A target that is no word of text keeps the general form, which finds the trap.
            if (target % 4 == 0 && (target - text_begin_) / 4 < count) {
                op.handler = Handlers::of_near(instruction);
                op.imm = (target - instruction.pc) / 4;
                op.imm |= target < instruction.pc ? 0xc000'0000U : 0;
            }
        }
        ops_[position] = op;
    }
    at_ = op_at(code.entry());
}

const Machine::FastOp* Machine::op_at(std::uint32_t pc) {
    NEXUS_ASSERT(pc % 4 == 0);
    const std::size_t position = (pc - text_begin_) / 4;
    if (pc >= text_begin_ && position < ops_.size() - 2) {
        return &ops_[position];
    }
    outside_pc_ = pc;
    return &ops_.back();
}

std::uint32_t Machine::pc_of(const FastOp* op) const {
    if (op == &ops_.back()) {
        return outside_pc_;
    }
    return text_begin_ + static_cast<std::uint32_t>(op - ops_.data()) * 4;
}

std::uint32_t Machine::pc() const { return pc_of(at_); }

std::uint32_t* Machine::reach_new_page(std::uint32_t address, std::uint32_t size) {
    return access_fault(address, size, false) ? nullptr : memory_.touch(address);
}

const Machine::FastOp* Machine::stop(TrapKind kind, std::uint32_t pc, std::uint32_t value) {
    is_ecall_ = false;
    trap_ = {kind, pc, value};
    return nullptr;
}

Result<bool, Trap> Machine::run(std::uint64_t cycles) {
    NEXUS_ASSERT(!halted_);
    while (cycles != 0) {
        if (cycles_ >= limits_.cycles_max) {
            const std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
            return fail(Trap{TrapKind::OutOfCycles, pc(),
                             static_cast<std::uint32_t>(std::min(limits_.cycles_max, largest))});
        }
        const std::uint64_t turn = std::min(cycles, limits_.cycles_max - cycles_);
        std::uint64_t left = turn;
        const FastOp* at = at_;
        const FastOp* next = at;
        while (left != 0 && (next = at->handler(*this, at)) != nullptr) {
            at = next;
            --left;
        }
        at_ = at;
        cycles_ += turn - left;
        cycles -= turn - left;
        if (next != nullptr) {
            continue;
        }
        // The instruction at `at` was not executed: it traps, or it is for us.
        if (!is_ecall_ || !ecall()) {
            return fail(trap_);
        }
        ++cycles_;
        --cycles;
        if (halted_) {
            result_.cycles = cycles_;
            return true;
        }
        at_ = at + 1;
    }
    return false;
}

bool Machine::ecall() {
    const std::uint32_t number = registers_[kA7];
    if (number == kEcallHalt) {
        return halt();
    }
    if (calls_precompile(number)) {
        return call_precompile();
    }
    if (observer_ != nullptr) {
        observer_->on_ecall(*this);
    }
    return true;
}

bool Machine::halt() {
    auto output = read_output([this](std::uint32_t address) { return word(address); }, pc());
    if (!output) {
        trap_ = output.error();
        return false;
    }
    result_.exit_code = registers_[kA0];
    result_.output = std::move(*output);
    halted_ = true;
    return true;
}

bool Machine::call_precompile() {
    const std::uint32_t target = registers_[kA0];
    const std::uint32_t source = registers_[kA1];
    const auto precompile = check_precompile(registers_[kA7], target, source);
    if (!precompile) {
        trap_ = {precompile.error().kind, pc(), precompile.error().value};
        return false;
    }
    const std::uint32_t target_words = (*precompile)->target_words;
    const std::uint32_t source_words = (*precompile)->source_words;
    std::array<std::uint32_t, 2 * kPrecompileWordsMax> values{};
    std::array<std::uint32_t*, 2 * kPrecompileWordsMax> cells{};
    for (std::uint32_t i = 0; i < target_words + source_words; ++i) {
        const std::uint32_t address =
            i < target_words ? target + 4 * i : source + 4 * (i - target_words);
        cells[i] = memory_.touch(address);
        if (cells[i] == nullptr) {
            trap_ = {TrapKind::OutOfMemory, pc(), address};
            return false;
        }
        values[i] = *cells[i];
    }
    const std::span<std::uint32_t> all(values);
    (*precompile)->compute(all.first(target_words), all.subspan(target_words, source_words));
    for (std::uint32_t i = 0; i < target_words; ++i) {
        *cells[i] = values[i];
    }
    return true;
}

std::uint32_t Machine::register_value(std::uint32_t number) const {
    NEXUS_ASSERT(number < 32);
    return registers_[number];
}

std::uint32_t Machine::word(std::uint32_t address) const {
    NEXUS_ASSERT(address < kMemoryEnd);
    const std::uint32_t* found = memory_.find(address);
    return found == nullptr ? 0 : *found;
}

const ExecutionResult& Machine::result() const {
    NEXUS_ASSERT(halted_);
    return result_;
}

Result<ExecutionResult, Trap> execute(const Program& program, const ExecutionInput& input,
                                      const ExecutionLimits& limits) {
    const Code code(program);
    auto machine = Machine::create(program, code, input, limits);
    if (!machine) {
        return fail(machine.error());
    }
    const auto halted = (*machine)->run(std::numeric_limits<std::uint64_t>::max());
    if (!halted) {
        return fail(halted.error());
    }
    return (*machine)->result();
}

}  // namespace nexus::zkvm
