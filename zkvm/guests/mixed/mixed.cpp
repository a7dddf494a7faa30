// A load for benchmarks that has every family of instructions in the shares of ordinary programs.
// Public input: about how many cycles to run, four bytes. Output: a checksum, four bytes.
#include "zkvm/guests/sdk/nexus_guest.hpp"

#include <stdint.h>

using namespace nexus::guest;

namespace {

constexpr uint32_t kTable = 1024;  // words: a working set of one page
uint32_t table[kTable];

/// One round costs about so many cycles; a test measures it.
constexpr uint32_t kCyclesPerRound = 50;

/// A round of a hash over the table: arithmetic, shifts, words, bytes, halves, and now and then a
/// division.
uint32_t round(uint32_t state, uint32_t i) {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    uint32_t& word = table[state % kTable];
    word += state + i;
    auto* bytes = reinterpret_cast<uint8_t*>(&table[(state >> 10U) % kTable]);
    bytes[i % 4] = static_cast<uint8_t>(bytes[(i + 1) % 4] + 1);
    auto* halves = reinterpret_cast<int16_t*>(&table[(state >> 20U) % kTable]);
    halves[i % 2] = static_cast<int16_t>(halves[(i + 1) % 2] - 3);
    const uint64_t product = uint64_t{word} * 0x9e37'79b9U + state;
    state += static_cast<uint32_t>(product) ^ static_cast<uint32_t>(product >> 32U);
    if (static_cast<int32_t>(state) < static_cast<int32_t>(word)) {
        state += 0x1234'5678U;
    }
    if (i % 8 == 0) {
        state ^= (state / (i + 1)) + static_cast<uint32_t>(static_cast<int32_t>(state) % 1021);
    }
    return state;
}

}  // namespace

int main() {
    InputReader input = public_input();
    const uint32_t cycles = input.u32();
    input.finish();
    uint32_t state = 0x2545'f491;
    for (uint32_t i = 0; i < cycles / kCyclesPerRound; ++i) {
        state = round(state, i);
    }
    OutputWriter output;
    output.u32(state);
    output.commit();
    return kExitDone;
}
