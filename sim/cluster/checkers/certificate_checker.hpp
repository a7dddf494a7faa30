#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/validator_set.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <memory>
#include <string>

namespace nexus::sim {

/// Certificates: what a validator commits a light client can check. Verifies the certificate of the
/// first commit of every height, and those of all validators at every 16th.
class CertificateChecker final : public Checker {
public:
    CertificateChecker(ChainId chain, std::string finality_statement,
                       std::shared_ptr<const consensus::ValidatorSet> validators,
                       SignatureVerifier& verifier);
    void on_commit(const CommitEvent& event) override;

private:
    ChainId chain_;
    std::string finality_statement_;
    std::shared_ptr<const consensus::ValidatorSet> validators_;
    SignatureVerifier& verifier_;
};

}  // namespace nexus::sim
