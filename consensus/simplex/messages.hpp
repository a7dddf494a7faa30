#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/message.hpp"
#include "consensus/simplex/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

/// The most certificates in one message: a proposal carries no more nullifications, a receiver
/// that lacks older ones asks for them.
inline constexpr std::size_t kCertificatesMax = 64;
/// The most bytes of one payload.
inline constexpr std::size_t kPayloadBytesMax = 1U << 24U;

/// Engine::name, and the protocol of every message below.
inline constexpr std::string_view kProtocolName = "simplex";

enum class MessageType : std::uint8_t {
    Proposal,
    Vote,
    Certificates,
    BlockRequest,
    BlockResponse,
    CertificateRequest,
    Last = CertificateRequest,
};

/// The base of the messages below; `type` says which of them it is.
class SimplexMessage : public Message {
public:
    explicit SimplexMessage(MessageType type) : Message(kProtocolName), type_(type) {}
    [[nodiscard]] MessageType type() const { return type_; }

private:
    MessageType type_;
};

/// The message as one of ours, or null.
inline const SimplexMessage* as_simplex(const Message& message) {
    return message.protocol() == kProtocolName ? static_cast<const SimplexMessage*>(&message)
                                               : nullptr;
}

/// The leader's block for a view, and why the view may extend its parent.
///
/// `parent` notarizes or finalizes the parent block; null for the genesis. `nullifications` are
/// those of the views between the parent's and this one, rising, at most the newest
/// kCertificatesMax of them.
class Proposal final : public SimplexMessage {
public:
    Proposal(BlockPtr block, const Signature& signature, CertificatePtr parent,
             std::vector<CertificatePtr> nullifications);

    [[nodiscard]] std::string_view kind() const override { return "simplex/proposal"; }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] const BlockPtr& block() const { return block_; }
    [[nodiscard]] const Signature& signature() const { return signature_; }
    [[nodiscard]] const CertificatePtr& parent() const { return parent_; }
    [[nodiscard]] const std::vector<CertificatePtr>& nullifications() const {
        return nullifications_;
    }

private:
    BlockPtr block_;
    Signature signature_;
    CertificatePtr parent_;
    std::vector<CertificatePtr> nullifications_;
};

/// One validator's vote.
class Vote final : public SimplexMessage {
public:
    Vote(VoteKind vote, ChainId chain, View view, const Hash& block, ValidatorIndex signer,
         const Signature& signature)
        : SimplexMessage(MessageType::Vote),
          vote_(vote),
          chain_(chain),
          view_(view),
          block_(block),
          signer_(signer),
          signature_(signature) {}

    [[nodiscard]] std::string_view kind() const override { return statement_of(vote_); }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] VoteKind vote() const { return vote_; }
    [[nodiscard]] ChainId chain() const { return chain_; }
    [[nodiscard]] View view() const { return view_; }
    [[nodiscard]] const Hash& block() const { return block_; }  ///< Zero for Nullify.
    [[nodiscard]] ValidatorIndex signer() const { return signer_; }
    [[nodiscard]] const Signature& signature() const { return signature_; }

private:
    VoteKind vote_;
    ChainId chain_;
    View view_;
    Hash block_;
    ValidatorIndex signer_;
    Signature signature_;
};

/// Certificates for somebody who may lack them: after a timeout, to a laggard, as an answer.
class Certificates final : public SimplexMessage {
public:
    explicit Certificates(std::vector<CertificatePtr> certificates);

    [[nodiscard]] std::string_view kind() const override { return "simplex/certificates"; }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] const std::vector<CertificatePtr>& certificates() const { return certificates_; }

private:
    std::vector<CertificatePtr> certificates_;
};

/// "Send me the block of this id."
class BlockRequest final : public SimplexMessage {
public:
    explicit BlockRequest(const Hash& block)
        : SimplexMessage(MessageType::BlockRequest), block_(block) {}

    [[nodiscard]] std::string_view kind() const override { return "simplex/block_request"; }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] const Hash& block() const { return block_; }

private:
    Hash block_;
};

/// A block that was asked for, and a certificate for it where there is one.
class BlockResponse final : public SimplexMessage {
public:
    BlockResponse(BlockPtr block, CertificatePtr certificate);

    [[nodiscard]] std::string_view kind() const override { return "simplex/block_response"; }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] const BlockPtr& block() const { return block_; }
    [[nodiscard]] const CertificatePtr& certificate() const { return certificate_; }

private:
    BlockPtr block_;
    CertificatePtr certificate_;
};

/// "Send me what certificates you have for these views, the newest first."
class CertificateRequest final : public SimplexMessage {
public:
    CertificateRequest(View first, View last)
        : SimplexMessage(MessageType::CertificateRequest), first_(first), last_(last) {}

    [[nodiscard]] std::string_view kind() const override { return "simplex/certificate_request"; }
    [[nodiscard]] Bytes encode() const override;

    [[nodiscard]] View first() const { return first_; }
    [[nodiscard]] View last() const { return last_; }

private:
    View first_;
    View last_;
};

/// The message whose encoding is exactly `bytes`, or null.
MessagePtr decode_message(ByteView bytes);

}  // namespace nexus::consensus::simplex
