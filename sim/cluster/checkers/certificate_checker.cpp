#include "sim/cluster/checkers/certificate_checker.hpp"

#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <memory>
#include <string>
#include <utility>

namespace nexus::sim {

CertificateChecker::CertificateChecker(ChainId chain, std::string finality_statement,
                                       std::shared_ptr<const consensus::ValidatorSet> validators,
                                       SignatureVerifier& verifier)
    : Checker("certificates", "a light client accepts what validators commit"),
      chain_(chain),
      finality_statement_(std::move(finality_statement)),
      validators_(std::move(validators)),
      verifier_(verifier) {}

void CertificateChecker::on_commit(const CommitEvent& event) {
    const Height height = event.block->header.height;
    if (event.certificate == nullptr || (!event.is_first && height.value % 16 != 0)) {
        return;
    }
    count();
    const auto verified = consensus::verify_finality(
        {.headers = {event.block->header}, .certificate = event.certificate}, chain_,
        finality_statement_, *validators_, verifier_);
    if (!verified) {
        violation(concat(time_text(event.at), ": the certificate of ", event.validator_name,
                         " for height ", height.value,
                         " is refused: ", consensus::to_string(verified.error())));
    }
}

}  // namespace nexus::sim
