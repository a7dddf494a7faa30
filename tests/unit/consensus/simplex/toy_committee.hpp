#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/settings.hpp"
#include "consensus/simplex/statement.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::consensus::simplex::toy {

// Signatures that anybody could forge but nobody here does: a hash of key and message. A thousand
// times cheaper than Ed25519, and as deterministic.

inline PublicKey key_of(ValidatorIndex index) {
    PublicKey key;
    key.bytes[0] = static_cast<std::uint8_t>(index.value + 1);
    key.bytes[1] = static_cast<std::uint8_t>(index.value >> 8U);
    return key;
}

inline Signature sign(const PublicKey& key, ByteView message) {
    Bytes bytes = to_bytes(key.view());
    bytes.insert(bytes.end(), message.begin(), message.end());
    const Hash digest = sha256(bytes);
    Signature signature;
    std::ranges::copy(digest.bytes, signature.bytes.begin());
    return signature;
}

class ToySigner final : public Signer {
public:
    explicit ToySigner(ValidatorIndex index) : key_(key_of(index)) {}
    Signature sign(ByteView message) override { return toy::sign(key_, message); }

private:
    PublicKey key_;
};

class ToyVerifier final : public SignatureVerifier {
public:
    bool verify(const PublicKey& key, ByteView message, const Signature& signature) override {
        return toy::sign(key, message) == signature;
    }
};

inline bool all_hold(const SignatureChecks& checks) {
    return std::ranges::all_of(checks, [](const SignatureCheck& check) {
        return toy::sign(check.key, *check.message) == check.signature;
    });
}

inline constexpr ChainId kChain{7};

/// Validators of the given stakes; every signature above is at hand.
struct ToyCommittee {
    std::shared_ptr<const ValidatorSet> validators;
    BlockPtr genesis = make_genesis(kChain, Hash{});

    explicit ToyCommittee(const std::vector<std::uint64_t>& stakes) {
        std::vector<Validator> members;
        for (std::uint32_t i = 0; i < stakes.size(); ++i) {
            members.push_back({.key = key_of(ValidatorIndex{i}), .power = Power{stakes[i]}});
        }
        validators = std::make_shared<const ValidatorSet>(std::move(members));
    }

    static ToyCommittee equal(std::size_t size) {
        return ToyCommittee(std::vector<std::uint64_t>(size, 1));
    }

    static Parameters parameters() {
        Parameters values;
        for (const ParameterSpec& spec : parameter_specs()) {
            values.emplace(spec.name, spec.fallback);
        }
        return values;
    }

    [[nodiscard]] ProtocolConfig config(ValidatorIndex self,
                                        Parameters values = parameters()) const {
        return {.chain = kChain,
                .validators = validators,
                .self = self,
                .genesis = genesis,
                .signer = std::make_shared<ToySigner>(self),
                .parameters = std::move(values)};
    }

    [[nodiscard]] ValidatorIndex leader(View view) const {
        return ValidatorIndex{static_cast<std::uint32_t>(view.value % validators->size())};
    }

    static Signature signature(ValidatorIndex signer, std::string_view statement, View view,
                               const Hash& block) {
        return sign(key_of(signer), statement_bytes(statement, kChain, view, block));
    }

    static std::shared_ptr<const Vote> vote(VoteKind kind, View view, const Hash& block,
                                            std::uint32_t signer) {
        return std::make_shared<const Vote>(
            kind, kChain, view, block, ValidatorIndex{signer},
            signature(ValidatorIndex{signer}, statement_of(kind), view, block));
    }

    /// Signed by validators `first`, `first + 1`, ... `count` of them.
    static CertificatePtr certificate(VoteKind kind, View view, const Hash& block,
                                      std::uint32_t count, std::uint32_t first = 0) {
        auto certificate = std::make_shared<Certificate>();
        certificate->statement = std::string(statement_of(kind));
        certificate->chain = kChain;
        certificate->view = view;
        certificate->block = block;
        for (std::uint32_t i = first; i < first + count; ++i) {
            certificate->endorsements.push_back(
                {.signer = ValidatorIndex{i},
                 .signature = signature(ValidatorIndex{i}, statement_of(kind), view, block)});
        }
        return certificate;
    }

    /// A block of that view on top of `parent`, by the view's leader.
    [[nodiscard]] BlockPtr block(View view, const BlockPtr& parent, std::string_view text = "",
                                 Duration later = milliseconds(1)) const {
        PayloadPtr payload = make_payload(to_bytes(as_bytes(text)));
        const BlockHeader header = {.chain = kChain,
                                    .height = parent->header.height.next(),
                                    .view = view,
                                    .parent = parent->id,
                                    .payload = payload->id,
                                    .state_root = {},
                                    .receipts_root = {},
                                    .time = parent->header.time + later,
                                    .proposer = leader(view)};
        return make_block(header, std::move(payload));
    }

    [[nodiscard]] std::shared_ptr<const Proposal> proposal(
        const BlockPtr& block, CertificatePtr parent,
        std::vector<CertificatePtr> nullifications = {}) const {
        return std::make_shared<const Proposal>(
            block,
            signature(block->header.proposer, kProposeStatement, block->header.view, block->id),
            std::move(parent), std::move(nullifications));
    }
};

template <class T>
std::vector<T> all_of(const Effects& effects) {
    std::vector<T> found;
    for (const Effect& effect : effects) {
        if (const T* one = std::get_if<T>(&effect)) {
            found.push_back(*one);
        }
    }
    return found;
}

}  // namespace nexus::consensus::simplex::toy
