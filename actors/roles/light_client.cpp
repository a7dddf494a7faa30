#include "actors/roles/light_client.hpp"

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"

#include <memory>
#include <string>
#include <utility>

namespace nexus::actors {

LightClient::LightClient(ChainId chain, std::shared_ptr<const consensus::ValidatorSet> validators,
                         std::string finality_statement)
    : chain_(chain),
      validators_(std::move(validators)),
      finality_statement_(std::move(finality_statement)) {}

Result<void, consensus::CertificateError> LightClient::accept(const consensus::FinalityProof& proof,
                                                              SignatureVerifier& verifier) {
    signatures_checked_ = 0;
    // The header is hashed again, so only the very header that was proven is waved through.
    const bool known = proof.headers.size() == 1 && proof.headers.front() == best_ &&
                       best_.height.value > 0 && consensus::block_id(best_) == verified_;
    if (known) {
        return {};
    }
    const auto checked =
        consensus::verify_finality(proof, chain_, finality_statement_, *validators_, verifier);
    if (!checked) {
        return fail(checked.error());
    }
    signatures_checked_ = proof.certificate->endorsements.size();
    if (proof.headers.front().height > best_.height) {
        best_ = proof.headers.front();
        verified_ = consensus::block_id(best_);
    }
    return {};
}

}  // namespace nexus::actors
