#pragma once

#include "base/bytes.hpp"
#include "zkvm/hash/digest.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// Names a program: its code, its image, its entry and the code rate its columns are committed at.
using ProgramId = TaggedBytes<struct ProgramIdTag, 32>;

/// What a proof proves: this program, given this public input and some private input, halted with
/// this exit code and left this output.
struct Claim {
    ProgramId program;
    Bytes public_input;
    Bytes public_output;
    std::uint32_t exit_code = 0;

    friend bool operator==(const Claim&, const Claim&) = default;
};

}  // namespace nexus::zkvm
