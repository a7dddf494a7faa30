#pragma once

#include <cstdint>

namespace nexus::zkvm {

/// What tables talk over: a multiset of messages in which all that is sent is received. The number
/// is the first limb of each message, so that messages of different buses never meet. What each
/// bus carries: zkvm/README.md.
enum class Bus : std::uint32_t {
    memory = 1,
    program = 2,
    range = 3,
    bytes = 4,
    bitand_bytes = 5,
    shift = 6,
    syscall = 7,
    image = 8,
    output = 9,
    global = 10,
    noise = 11,
    run = 12,
};

/// Most limbs a message has, not counting the number of its bus: what the powers of the challenge
/// beta must reach to, and what the soundness error of the buses is computed with.
inline constexpr std::size_t kBusLimbsMax = 8;

/// True for the buses that balance over all segments of an execution; the others balance within
/// each segment.
constexpr bool is_global(Bus bus) { return bus == Bus::global; }

}  // namespace nexus::zkvm
