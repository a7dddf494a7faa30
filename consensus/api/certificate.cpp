#include "consensus/api/certificate.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/validator_set.hpp"

#include <absl/numeric/int128.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nexus::consensus {

std::string_view to_string(CertificateError error) {
    switch (error) {
        case CertificateError::NoHeader:
            return "NoHeader";
        case CertificateError::WrongStatement:
            return "WrongStatement";
        case CertificateError::WrongChain:
            return "WrongChain";
        case CertificateError::WrongBlock:
            return "WrongBlock";
        case CertificateError::BrokenLink:
            return "BrokenLink";
        case CertificateError::UnknownSigner:
            return "UnknownSigner";
        case CertificateError::SignersNotRising:
            return "SignersNotRising";
        case CertificateError::BadSignature:
            return "BadSignature";
        case CertificateError::NoQuorum:
            return "NoQuorum";
    }
    return "?";
}

Bytes statement_bytes(std::string_view statement, ChainId chain, View view, const Hash& block) {
    codec::Encoder encoder(96);
    encoder(std::string("nexus/vote"), std::string(statement), chain, view, block);
    return encoder.take();
}

Result<void, CertificateError> verify_certificate(const Certificate& certificate,
                                                  const ValidatorSet& validators,
                                                  SignatureVerifier& verifier) {
    const Bytes message = statement_bytes(certificate.statement, certificate.chain,
                                          certificate.view, certificate.block);
    Power power;
    std::optional<ValidatorIndex> previous;
    for (const Endorsement& endorsement : certificate.endorsements) {
        if (!validators.contains(endorsement.signer)) {
            return fail(CertificateError::UnknownSigner);
        }
        if (previous && endorsement.signer <= *previous) {
            return fail(CertificateError::SignersNotRising);
        }
        previous = endorsement.signer;
        const Validator& validator = validators.at(endorsement.signer);
        if (!verifier.verify(validator.key, message, endorsement.signature)) {
            return fail(CertificateError::BadSignature);
        }
        power += validator.power;
    }
    // Written out, not shared with consensus/quorum: the light client's rule stands on its own, so
    // that a mistake in the protocols' quorum cannot hide behind the same mistake here.
    if (absl::uint128(power.value) * 3 <= absl::uint128(validators.total().value) * 2) {
        return fail(CertificateError::NoQuorum);
    }
    return {};
}

Result<void, CertificateError> verify_finality(const FinalityProof& proof, ChainId chain,
                                               std::string_view finality_statement,
                                               const ValidatorSet& validators,
                                               SignatureVerifier& verifier) {
    if (proof.headers.empty() || proof.certificate == nullptr) {
        return fail(CertificateError::NoHeader);
    }
    const Certificate& certificate = *proof.certificate;
    if (certificate.statement != finality_statement) {
        return fail(CertificateError::WrongStatement);
    }
    if (certificate.chain != chain || proof.headers.back().chain != chain) {
        return fail(CertificateError::WrongChain);
    }
    if (certificate.block != block_id(proof.headers.back())) {
        return fail(CertificateError::WrongBlock);
    }
    for (std::size_t i = 1; i < proof.headers.size(); ++i) {
        if (proof.headers[i].parent != block_id(proof.headers[i - 1])) {
            return fail(CertificateError::BrokenLink);
        }
    }
    return verify_certificate(certificate, validators, verifier);
}

}  // namespace nexus::consensus
