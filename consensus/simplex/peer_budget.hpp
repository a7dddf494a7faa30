#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::consensus::simplex {

/// What a peer can make us send beyond the protocol's own messages.
enum class Favour : std::uint8_t {
    Help,          ///< certificates for a laggard
    Block,         ///< answer to a block request
    Certificates,  ///< answer to a certificate request
    Last = Certificates,
};

/// How many favours each peer has had in this interval of `resend_ms`, so that a Byzantine peer
/// cannot turn us into an amplifier. Shape: three bytes a validator.
class PeerBudget {
public:
    static constexpr std::array<std::uint8_t, 3> kLimits = {1, 32, 4};

    explicit PeerBudget(std::size_t validators) : spent_(validators) {}

    [[nodiscard]] bool has(ValidatorIndex peer, Favour favour) const {
        return spent_[peer.value][index(favour)] < kLimits[index(favour)];
    }

    /// Pre: has(peer, favour).
    void spend(ValidatorIndex peer, Favour favour) {
        NEXUS_ASSERT(has(peer, favour));
        ++spent_[peer.value][index(favour)];
    }

    /// A new interval begins.
    void renew() { std::ranges::fill(spent_, std::array<std::uint8_t, 3>{}); }

    /// Appends all that distinguishes this budget from others.
    void digest(Bytes& out) const {
        for (const auto& peer : spent_) {
            out.insert(out.end(), peer.begin(), peer.end());
        }
    }

private:
    static std::size_t index(Favour favour) { return static_cast<std::size_t>(favour); }

    std::vector<std::array<std::uint8_t, 3>> spent_;
};

}  // namespace nexus::consensus::simplex
