#include "consensus/simplex/messages.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/message.hpp"
#include "consensus/simplex/block_codec.hpp"
#include "consensus/simplex/statement.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

bool none_is_null(const std::vector<CertificatePtr>& certificates) {
    return std::ranges::none_of(certificates, [](const auto& one) { return one == nullptr; });
}

MessagePtr decode_proposal(codec::Decoder& decoder) {
    BlockPtr block = get_block(decoder);
    Signature signature;
    decoder(signature);
    CertificatePtr parent = get_optional_certificate(decoder);
    std::vector<CertificatePtr> nullifications = get_certificates(decoder, kCertificatesMax);
    if (!decoder.ok()) {
        return nullptr;
    }
    return std::make_shared<const Proposal>(std::move(block), signature, std::move(parent),
                                            std::move(nullifications));
}

MessagePtr decode_vote(codec::Decoder& decoder) {
    VoteKind vote{};
    ChainId chain;
    View view;
    Hash block;
    ValidatorIndex signer;
    Signature signature;
    decoder(vote, chain, view);
    if (vote != VoteKind::Nullify) {
        decoder(block);
    }
    decoder(signer, signature);
    return std::make_shared<const Vote>(vote, chain, view, block, signer, signature);
}

MessagePtr decode_block_response(codec::Decoder& decoder) {
    BlockPtr block = get_block(decoder);
    CertificatePtr certificate = get_optional_certificate(decoder);
    if (!decoder.ok()) {
        return nullptr;
    }
    return std::make_shared<const BlockResponse>(std::move(block), std::move(certificate));
}

MessagePtr decode_body(codec::Decoder& decoder) {
    MessageType type{};
    decoder(type);
    if (!decoder.ok()) {
        return nullptr;
    }
    switch (type) {
        case MessageType::Proposal:
            return decode_proposal(decoder);
        case MessageType::Vote:
            return decode_vote(decoder);
        case MessageType::Certificates:
            return std::make_shared<const Certificates>(
                get_certificates(decoder, kCertificatesMax));
        case MessageType::BlockRequest: {
            Hash block;
            decoder(block);
            return std::make_shared<const BlockRequest>(block);
        }
        case MessageType::BlockResponse:
            return decode_block_response(decoder);
        case MessageType::CertificateRequest: {
            View first;
            View last;
            decoder(first, last);
            return std::make_shared<const CertificateRequest>(first, last);
        }
    }
    return nullptr;
}

}  // namespace

Proposal::Proposal(BlockPtr block, const Signature& signature, CertificatePtr parent,
                   std::vector<CertificatePtr> nullifications)
    : SimplexMessage(MessageType::Proposal),
      block_(std::move(block)),
      signature_(signature),
      parent_(std::move(parent)),
      nullifications_(std::move(nullifications)) {
    NEXUS_ASSERT(block_ != nullptr);
    NEXUS_ASSERT(none_is_null(nullifications_));
}

Bytes Proposal::encode() const {
    codec::Encoder encoder;
    encoder(type());
    put_block(encoder, *block_);
    encoder(signature_);
    put_optional_certificate(encoder, parent_);
    put_certificates(encoder, nullifications_);
    return encoder.take();
}

Bytes Vote::encode() const {
    codec::Encoder encoder(128);
    encoder(type(), vote_, chain_, view_);
    if (vote_ != VoteKind::Nullify) {
        encoder(block_);
    }
    encoder(signer_, signature_);
    return encoder.take();
}

Certificates::Certificates(std::vector<CertificatePtr> certificates)
    : SimplexMessage(MessageType::Certificates), certificates_(std::move(certificates)) {
    NEXUS_ASSERT(none_is_null(certificates_));
}

Bytes Certificates::encode() const {
    codec::Encoder encoder;
    encoder(type());
    put_certificates(encoder, certificates_);
    return encoder.take();
}

Bytes BlockRequest::encode() const {
    codec::Encoder encoder;
    encoder(type(), block_);
    return encoder.take();
}

BlockResponse::BlockResponse(BlockPtr block, CertificatePtr certificate)
    : SimplexMessage(MessageType::BlockResponse),
      block_(std::move(block)),
      certificate_(std::move(certificate)) {
    NEXUS_ASSERT(block_ != nullptr);
}

Bytes BlockResponse::encode() const {
    codec::Encoder encoder;
    encoder(type());
    put_block(encoder, *block_);
    put_optional_certificate(encoder, certificate_);
    return encoder.take();
}

Bytes CertificateRequest::encode() const {
    codec::Encoder encoder;
    encoder(type(), first_, last_);
    return encoder.take();
}

MessagePtr decode_message(ByteView bytes) {
    codec::Decoder decoder(bytes);
    MessagePtr message = decode_body(decoder);
    return decoder.finish() ? message : nullptr;
}

}  // namespace nexus::consensus::simplex
