#pragma once

#include "base/result.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/sparse_memory.hpp"
#include "zkvm/vm/trap.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace nexus::zkvm {

class Machine;

/// Hears of the ecalls that change nothing in the machine: debug print, markers, unknown numbers.
class EcallObserver {
public:
    EcallObserver() = default;
    EcallObserver(const EcallObserver&) = delete;
    EcallObserver& operator=(const EcallObserver&) = delete;
    virtual ~EcallObserver() = default;

    /// `machine.pc()` is that of the ecall, which `machine.cycles()` does not count yet.
    virtual void on_ecall(const Machine& machine) = 0;
};

/// Executes a program as fast as it can, and keeps no record.
///
/// Determinism: the same program, input and limits, the same steps.
class Machine {
public:
    /// Pre: `code` was made from `program`, and both outlive the machine, as does the observer.
    /// Errors: InputTooLong, OutOfMemory.
    static Result<std::unique_ptr<Machine>, Trap> create(const Program& program, const Code& code,
                                                         const ExecutionInput& input,
                                                         const ExecutionLimits& limits,
                                                         EcallObserver* observer = nullptr);

    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Executes until the program halts or `cycles` more instructions are executed, and says
    /// whether it halted. Pre: !halted(), and no call has failed. Errors: every TrapKind but
    /// InputTooLong; registers, memory and pc are then as before the instruction of the trap.
    Result<bool, Trap> run(std::uint64_t cycles);

    [[nodiscard]] bool halted() const { return halted_; }
    [[nodiscard]] std::uint32_t pc() const;

    /// Instructions so far.
    [[nodiscard]] std::uint64_t cycles() const { return cycles_; }

    /// The value of register `number`. Pre: number < 32.
    [[nodiscard]] std::uint32_t register_value(std::uint32_t number) const;

    /// The aligned word of memory around `address`. Pre: address < kMemoryEnd.
    [[nodiscard]] std::uint32_t word(std::uint32_t address) const;

    /// What the program left. Pre: halted().
    [[nodiscard]] const ExecutionResult& result() const;

private:
    struct FastOp;
    struct Handlers;  // the functions that execute instructions
    using Handler = const FastOp* (*)(Machine&, const FastOp*);

    /// An instruction, ready to be executed: its function returns the op that comes next, or null
    /// where the machine stops.
    struct FastOp {
        Handler handler;
        std::uint8_t rd;  // registers by number; 32 is the sink
        std::uint8_t rs1;
        std::uint8_t rs2;
        std::uint32_t imm;  // of branches, and of jumps to a fixed target: distance in ops
    };

    Machine(const Program& program, const Code& code, const ExecutionLimits& limits,
            EcallObserver* observer);

    void translate(const Program& program, const Code& code);
    [[nodiscard]] const FastOp* op_at(std::uint32_t pc);
    [[nodiscard]] std::uint32_t pc_of(const FastOp* op) const;
    std::uint32_t* reach(std::uint32_t address, std::uint32_t size);
    std::uint32_t* reach_new_page(std::uint32_t address, std::uint32_t size);
    const FastOp* stop(TrapKind kind, std::uint32_t pc, std::uint32_t value);
    bool ecall();
    bool halt();
    bool call_precompile();

    ExecutionLimits limits_;
    const Code* code_;
    EcallObserver* observer_;

    std::array<std::uint32_t, kRegisterCellCount> registers_{};
    SparseMemory<std::uint32_t> memory_;
    std::uint32_t text_begin_ = 0;
    std::vector<FastOp> ops_;       // one a word of text, then kPastEnd and kOutside
    const FastOp* at_ = nullptr;    // executed next
    std::uint32_t outside_pc_ = 0;  // what was jumped to where at_ is the last op

    std::uint64_t cycles_ = 0;
    bool halted_ = false;
    bool is_ecall_ = false;  // why the loop stopped: an ecall, or else trap_
    Trap trap_;
    ExecutionResult result_;
};

}  // namespace nexus::zkvm
