#pragma once

#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace nexus::actors {

/// How a validator that has lost its journal finds out how far its earlier lives can have gone: it
/// asks all others for a certificate that proves where they are, until those who have answered
/// share an honest one with every quorum (consensus::Recovered says what follows).
///
/// Source: [VRR] B. Liskov, J. Cowling, "Viewstamped Replication Revisited", 2012, section 4.3,
///         with Byzantine answers: only certificates count, and a liar can at most keep one back.
class AmnesiaInquiry {
public:
    /// `nonce` names this inquiry: answers to those of earlier lives are too old.
    /// Pre: validators not null, contains(self).
    AmnesiaInquiry(std::shared_ptr<const consensus::ValidatorSet> validators, ValidatorIndex self,
                   std::uint64_t nonce);

    [[nodiscard]] RecoveryRequest request() const { return {.nonce = nonce_}; }
    /// True for an answer to this inquiry of a validator that has not answered yet.
    [[nodiscard]] bool expects(ValidatorIndex from, const RecoveryResponse& response) const;
    /// Counts an answer. Pre: expects(from, response), and its certificate, if any, is one of this
    /// chain and verified.
    void add(ValidatorIndex from, const RecoveryResponse& response);

    /// Whom to ask for blocks: all others in turn. Nothing where there is nobody else.
    [[nodiscard]] std::optional<ValidatorIndex> next_to_sync_from();

    /// Who has not answered yet.
    [[nodiscard]] std::vector<ValidatorIndex> silent() const;
    /// True once enough have answered. Then it stays true.
    [[nodiscard]] bool is_complete() const;
    /// The certificate of the highest view among the answers; null where none had one.
    [[nodiscard]] const consensus::CertificatePtr& highest() const { return highest_; }

private:
    std::shared_ptr<const consensus::ValidatorSet> validators_;
    ValidatorIndex self_;
    std::uint64_t nonce_;
    std::uint32_t turn_;          // of the last one who was asked for blocks
    std::vector<bool> answered_;  // by ValidatorIndex
    consensus::Power power_;      // of those
    consensus::CertificatePtr highest_;
};

}  // namespace nexus::actors
