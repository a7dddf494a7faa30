#include "zkvm/vm/profiler.hpp"

#include "base/result.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/call_tree.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

constexpr std::uint32_t kMarkerNameBytesMax = 64;
constexpr std::size_t kMarkersMax = 1024;  // different names; open at a time

/// Keeps the markers of the guest, and passes every ecall on.
class Markers final : public EcallObserver {
public:
    explicit Markers(EcallObserver* next) : next_(next) {}

    void on_ecall(const Machine& machine) override {
        const std::uint32_t number = machine.register_value(kA7);
        if (number == kEcallMarkerBegin) {
            begin(machine);
        } else if (number == kEcallMarkerEnd && !open_.empty()) {
            const auto [marker, start] = open_.back();
            open_.pop_back();
            if (marker < markers_.size()) {
                markers_[marker].cycles += machine.cycles() - start;
                ++markers_[marker].count;
            }
        }
        if (next_ != nullptr) {
            next_->on_ecall(machine);
        }
    }

    std::vector<MarkerCycles> take() { return std::move(markers_); }

private:
    void begin(const Machine& machine) {
        const std::string name = read_text(machine, machine.register_value(kA0),
                                           machine.register_value(kA1), kMarkerNameBytesMax);
        const auto found = std::find_if(markers_.begin(), markers_.end(),
                                        [&](const MarkerCycles& one) { return one.name == name; });
        const auto index = static_cast<std::size_t>(found - markers_.begin());
        if (found == markers_.end() && markers_.size() < kMarkersMax) {
            markers_.push_back({.name = name});
        }
        if (open_.size() < kMarkersMax) {
            // The marker's own ecall belongs to nobody.
            open_.emplace_back(index, machine.cycles() + 1);
        }
    }

    EcallObserver* next_;
    std::vector<MarkerCycles> markers_;
    std::vector<std::pair<std::size_t, std::uint64_t>> open_;  // marker, first cycle
};

/// The functions of a program: a number for each symbol, and one for what has no symbol.
class Functions {
public:
    explicit Functions(const Program& program) : program_(program) {
        for (const Symbol& symbol : program.symbols) {
            names_.push_back(symbol.name);
        }
        names_.emplace_back("?");
    }

    [[nodiscard]] std::uint32_t at(std::uint32_t pc) const {
        const Symbol* symbol = find_symbol(program_, pc);
        const std::size_t index = symbol == nullptr
                                      ? program_.symbols.size()
                                      : static_cast<std::size_t>(symbol - program_.symbols.data());
        return static_cast<std::uint32_t>(index);
    }

    [[nodiscard]] std::vector<std::string> names() const { return names_; }

private:
    const Program& program_;
    std::vector<std::string> names_;
};

bool is_link(std::uint32_t cell) {
    constexpr std::uint32_t kAlternateLink = 5;  // t0, of the calling convention's millicode
    return cell == register_cell(kReturnAddress) || cell == register_cell(kAlternateLink);
}

}  // namespace

std::string read_text(const Machine& machine, std::uint32_t address, std::uint32_t size,
                      std::uint32_t size_max) {
    std::string text;
    for (std::uint32_t i = 0; i < std::min(size, size_max) && address < kMemoryEnd; ++i) {
        const std::uint32_t word = machine.word(address);
        text.push_back(static_cast<char>(word >> (8 * (address % 4))));
        ++address;
    }
    return text;
}

Result<Profile, Trap> profile(const Program& program, const ExecutionInput& input,
                              const ExecutionLimits& limits, EcallObserver* observer) {
    const Code code(program);
    Markers markers(observer);
    const auto created = Machine::create(program, code, input, limits, &markers);
    if (!created) {
        return fail(created.error());
    }
    Machine& machine = **created;
    const Functions functions(program);
    std::vector<std::uint32_t> function_of;  // by index of the instruction
    for (const LoweredInstruction& instruction : code.instructions()) {
        function_of.push_back(functions.at(instruction.pc));
    }
    CallTree tree(functions.names());
    Profile profile;
    bool is_halted = false;
    while (!is_halted) {
        const auto index = code.index_of(machine.pc());
        const auto done = machine.run(1);
        if (!done) {
            return fail(done.error());
        }
        is_halted = *done;
        const LoweredInstruction& instruction = code.instructions()[*index];
        tree.count(function_of[*index]);
        ++profile.families[static_cast<std::size_t>(instruction.family)];
        if (instruction.family == Family::Jump) {
            if (is_link(instruction.rd)) {
                tree.call(functions.at(machine.pc()), instruction.pc + 4);
            } else if (is_link(instruction.rs1)) {
                tree.jump_back(machine.pc());
            }
        }
    }
    profile.result = machine.result();
    profile.functions = tree.functions();
    profile.stacks = tree.stacks();
    profile.markers = markers.take();
    return profile;
}

}  // namespace nexus::zkvm
