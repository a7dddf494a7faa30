#pragma once

#include "zkvm/stark/claim.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// What a verifier needs to know of a program, in full. Its hash is the ProgramId.
struct VerifyingKey {
    std::uint8_t log_blowup = 1;
    std::uint8_t extension_degree = 4;
    std::uint8_t program_log_rows = 0;
    std::uint8_t image_log_rows = 0;
    std::uint32_t entry = 0;
    Digest root;  ///< Of the preprocessed columns.

    friend bool operator==(const VerifyingKey&, const VerifyingKey&) = default;
};

[[nodiscard]] ProgramId program_id(const VerifyingKey& key);

}  // namespace nexus::zkvm
