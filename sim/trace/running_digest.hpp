#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "sim/trace/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::sim {

/// SHA-256 over all events of a run, in order.
///
/// Shape: a packet is 64 bytes, one block of SHA-256; any other event is 32. Little-endian:
///        kind 1 | label 3 | incarnation 4 | time 8 | node 4 | source 4 | value 8 | content 0
///        or 32. The kind tells the length, so two different runs never give the same bytes.
class RunningDigest {
public:
    void add(const Event& event);

    /// The digest of all events so far; more may follow.
    [[nodiscard]] Hash value() const;

private:
    static constexpr std::size_t kRecordMax = 64;

    void flush();

    Sha256 hash_;
    std::array<std::uint8_t, 64 * kRecordMax> buffer_{};  // many blocks a call into OpenSSL
    std::size_t used_ = 0;
};

}  // namespace nexus::sim
