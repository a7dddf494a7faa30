#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::consensus {

/// One validator's signature in a certificate.
struct Endorsement {
    ValidatorIndex signer;
    Signature signature;

    static void describe(auto& codec, auto& self) { codec(self.signer, self.signature); }
};

/// A quorum certificate: validators of more than two thirds of the stake signed the same statement.
/// `statement` names what they signed, for example "simplex/finalize"; each protocol documents its
/// statements. Invariant after verification: signers rise strictly.
struct Certificate {
    std::string statement;
    ChainId chain;
    View view;
    Hash block;  ///< Zero where the statement is about no block (a nullification).
    std::vector<Endorsement> endorsements;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.statement, 64);
        codec(self.chain, self.view, self.block);
        codec.ordered(self.endorsements, [](const Endorsement& e) { return e.signer; }, 65'536);
    }
};
using CertificatePtr = std::shared_ptr<const Certificate>;

/// The bytes a validator signs for a statement about a view and a block of a chain.
Bytes statement_bytes(std::string_view statement, ChainId chain, View view, const Hash& block);

/// A finalized block, and the certificate that anybody who knows the validators can check.
///
/// `certificate` finalizes `headers.back()`, and each header is the parent of the next; so it
/// finalizes `headers.front()`, the one in question, too. One header in the common case.
struct FinalityProof {
    std::vector<BlockHeader> headers;
    CertificatePtr certificate;
};

enum class CertificateError : std::uint8_t {
    NoHeader,          ///< a finality proof without a header, or without a certificate
    WrongStatement,    ///< not the statement that finalizes in this protocol
    WrongChain,        ///< signed for another chain
    WrongBlock,        ///< the certificate names another block than the last header
    BrokenLink,        ///< a header is not the parent of the next
    UnknownSigner,     ///< an index outside the validator set
    SignersNotRising,  ///< a signer twice, or out of order
    BadSignature,      ///< a signature that does not verify
    NoQuorum,          ///< valid signatures of two thirds of the stake or less
};

std::string_view to_string(CertificateError error);

/// Checks structure, every signature, and the quorum.
/// Errors: UnknownSigner, SignersNotRising, BadSignature, NoQuorum.
Result<void, CertificateError> verify_certificate(const Certificate& certificate,
                                                  const ValidatorSet& validators,
                                                  SignatureVerifier& verifier);

/// What a light client runs: knows the chain, the validators and which statement finalizes.
/// Errors: all of CertificateError.
Result<void, CertificateError> verify_finality(const FinalityProof& proof, ChainId chain,
                                               std::string_view finality_statement,
                                               const ValidatorSet& validators,
                                               SignatureVerifier& verifier);

}  // namespace nexus::consensus
