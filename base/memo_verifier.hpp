#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>

namespace nexus {

/// Checks each distinct (key, message, signature) once and remembers the answer, so that a hundred
/// simulated validators pay for one real check. Shared by all nodes of one simulation.
///
/// Determinism: a check is a pure function, so that an entry kept or dropped changes no answer; the
///              table is never iterated.
/// Threading:   none; one simulation runs on one thread.
class MemoVerifier final : public SignatureVerifier {
public:
    /// Forgets everything when it holds `capacity` answers: bounded memory, and no order to keep.
    explicit MemoVerifier(std::size_t capacity = 1U << 20U) : capacity_(capacity) {}

    bool verify(const PublicKey& key, ByteView message, const Signature& signature) override;

    [[nodiscard]] std::uint64_t checks_computed() const { return computed_; }
    [[nodiscard]] std::uint64_t checks_remembered() const { return remembered_; }

private:
    /// SHA-256(key ‖ signature ‖ message): the signature alone would let a forger who repeats a
    /// seen signature over another message inherit its verdict.
    absl::flat_hash_map<Hash, bool> answers_;
    std::size_t capacity_;
    std::uint64_t computed_ = 0;
    std::uint64_t remembered_ = 0;
};

}  // namespace nexus
