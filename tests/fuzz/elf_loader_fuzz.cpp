#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

constexpr ExecutionLimits kLimits{.cycles_max = 10'000, .memory_bytes_max = 1U << 20U};

/// What Program promises.
void check_invariant(const Program& program) {
    std::uint64_t previous = 0;
    bool has_entry = false;
    for (const TextWord& word : program.text) {
        NEXUS_ASSERT(word.pc % 4 == 0);
        NEXUS_ASSERT(word.pc >= kImageBegin);
        NEXUS_ASSERT(word.pc < kImageEnd);
        NEXUS_ASSERT(word.pc > previous);
        previous = word.pc;
        has_entry = has_entry || word.pc == program.entry;
    }
    NEXUS_ASSERT(has_entry);
    previous = 0;
    for (const ImageWord& word : program.image) {
        NEXUS_ASSERT(word.address % 4 == 0);
        NEXUS_ASSERT(word.address >= kImageBegin);
        NEXUS_ASSERT(word.address < kImageEnd);
        NEXUS_ASSERT(word.address > previous);
        NEXUS_ASSERT(word.value != 0);
        previous = word.address;
    }
    previous = 0;
    for (const Symbol& symbol : program.symbols) {
        NEXUS_ASSERT(symbol.address > previous);
        NEXUS_ASSERT(!symbol.name.empty());
        previous = symbol.address;
    }
}

Result<ExecutionResult, Trap> record(const Program& program) {
    const Code code(program);
    RecorderOptions options;
    options.steps_max = 1000;
    options.limits = kLimits;
    auto recorder = Recorder::create(program, code, {}, options);
    if (!recorder) {
        return fail(recorder.error());
    }
    SegmentRecord segment;
    while (!recorder->halted()) {
        if (const auto done = recorder->next(segment); !done) {
            return fail(done.error());
        }
    }
    NEXUS_ASSERT(!recorder->closing().empty());
    return recorder->result();
}

}  // namespace
}  // namespace nexus::zkvm

// Input: an ELF file. What loads keeps its promises, and both executors end it in the same way.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus::zkvm;  // NOLINT(google-build-using-namespace)
    const auto program = load_elf(nexus::ByteView(data, size));
    if (!program) {
        NEXUS_ASSERT(!describe(program.error()).empty());
        return 0;
    }
    check_invariant(*program);
    const auto fast = execute(*program, {}, kLimits);
    const auto slow = record(*program);
    NEXUS_ASSERT(fast.has_value() == slow.has_value());
    if (fast) {
        NEXUS_ASSERT(fast->exit_code == slow->exit_code);
        NEXUS_ASSERT(fast->output == slow->output);
        NEXUS_ASSERT(fast->cycles == slow->cycles);
    } else {
        NEXUS_ASSERT(fast.error() == slow.error());
        NEXUS_ASSERT(!describe(fast.error(), *program).empty());
    }
    return 0;
}
