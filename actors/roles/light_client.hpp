#pragma once

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace nexus::actors {

/// Follows a chain without executing it: believes a header only behind a quorum's signatures.
/// Every role that is no validator owns one. Pure: verification goes through the verifier given.
class LightClient {
public:
    LightClient(ChainId chain, std::shared_ptr<const consensus::ValidatorSet> validators,
                std::string finality_statement);

    /// Accepts a finality proof and remembers its first header if that is higher than the best.
    /// Errors: all of CertificateError; on error nothing changes.
    [[nodiscard]] Result<void, consensus::CertificateError> accept(
        const consensus::FinalityProof& proof, SignatureVerifier& verifier);

    /// The highest header accepted; height 0 before the first.
    [[nodiscard]] const consensus::BlockHeader& best() const { return best_; }

    /// Signatures that the last `accept` had to check: 0 when it knew the certificate already.
    [[nodiscard]] std::size_t signatures_checked() const { return signatures_checked_; }

private:
    ChainId chain_;
    std::shared_ptr<const consensus::ValidatorSet> validators_;
    std::string finality_statement_;
    consensus::BlockHeader best_;
    Hash verified_;  // id of the block whose certificate was checked last: a repeat costs nothing
    std::size_t signatures_checked_ = 0;
};

}  // namespace nexus::actors
