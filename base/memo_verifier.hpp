#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

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
    /// What was checked under a signature. The signature finds it, key and message are compared:
    /// a forger who puts a seen signature under another message inherits no verdict.
    struct Answer {
        PublicKey key;
        Bytes message;
        bool valid = false;
    };

    /// Takes eight bytes of a point on the curve, which are as good as random in honest signatures;
    /// equality looks at all 64.
    struct FirstBytes {
        std::size_t operator()(const Signature& signature) const {
            std::uint64_t first = 0;
            std::memcpy(&first, signature.bytes.data(), sizeof first);
            return static_cast<std::size_t>(first);
        }
    };

    absl::flat_hash_map<Signature, Answer, FirstBytes> answers_;
    std::size_t capacity_;
    std::uint64_t computed_ = 0;
    std::uint64_t remembered_ = 0;
};

}  // namespace nexus
