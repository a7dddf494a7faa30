#include "consensus/simplex/messages.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/message.hpp"
#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/support/seed.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::ToyCommittee;

/// One of every kind.
std::vector<MessagePtr> examples() {
    const ToyCommittee committee = ToyCommittee::equal(4);
    const BlockPtr one = committee.block(View{1}, committee.genesis, "payload");
    const BlockPtr four = committee.block(View{4}, one);
    const CertificatePtr parent =
        ToyCommittee::certificate(VoteKind::Notarize, View{1}, one->id, 3);
    const std::vector<CertificatePtr> skipped = {
        ToyCommittee::certificate(VoteKind::Nullify, View{2}, Hash{}, 3),
        ToyCommittee::certificate(VoteKind::Nullify, View{3}, Hash{}, 4)};
    return {
        committee.proposal(one, nullptr),
        committee.proposal(four, parent, skipped),
        ToyCommittee::vote(VoteKind::Notarize, View{1}, one->id, 2),
        ToyCommittee::vote(VoteKind::Nullify, View{300}, Hash{}, 0),
        ToyCommittee::vote(VoteKind::Finalize, View{1}, one->id, 3),
        std::make_shared<const Certificates>(skipped),
        std::make_shared<const Certificates>(std::vector<CertificatePtr>{}),
        std::make_shared<const BlockRequest>(one->id),
        std::make_shared<const BlockResponse>(one, parent),
        std::make_shared<const BlockResponse>(four, nullptr),
        std::make_shared<const CertificateRequest>(View{3}, View{70}),
    };
}

TEST(SimplexMessages, SurviveTheirEncoding) {
    for (const MessagePtr& message : examples()) {
        const Bytes bytes = message->encode();
        const MessagePtr decoded = engine().decode(bytes);
        ASSERT_NE(decoded, nullptr) << message->kind();
        EXPECT_EQ(decoded->kind(), message->kind());
        EXPECT_EQ(decoded->encode(), bytes) << message->kind();
    }
}

TEST(SimplexMessages, AreNotReadWithATrailingByteOrCutShort) {
    for (const MessagePtr& message : examples()) {
        Bytes bytes = message->encode();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_EQ(engine().decode(ByteView(bytes).first(size)), nullptr)
                << message->kind() << " cut to " << size;
        }
        bytes.push_back(0);
        EXPECT_EQ(engine().decode(bytes), nullptr) << message->kind();
    }
}

TEST(SimplexMessages, AreReadOnlyFromTheirOneEncoding) {
    const std::uint64_t seed = tests::seed_from_environment(1);
    SCOPED_TRACE(tests::replay_line(seed, "SimplexMessages.AreReadOnlyFromTheirOneEncoding"));
    Prng prng(seed, "messages");
    std::uint64_t decoded_count = 0;
    for (int round = 0; round < 100; ++round) {
        for (const MessagePtr& message : examples()) {
            Bytes bytes = message->encode();
            bytes[prng.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << prng.below(8));
            if (const MessagePtr decoded = engine().decode(bytes); decoded != nullptr) {
                ++decoded_count;
                ASSERT_EQ(decoded->encode(), bytes) << message->kind();
            }
        }
        if (HasFailure()) {
            return;
        }
    }
    EXPECT_GT(decoded_count, 0U);
}

TEST(SimplexMessages, RefuseAPayloadThatTheHeaderDoesNotName) {
    const ToyCommittee committee = ToyCommittee::equal(4);
    const BlockPtr block = committee.block(View{1}, committee.genesis, "payload");
    Bytes bytes = std::make_shared<const BlockResponse>(block, nullptr)->encode();
    const std::string text = "payload";
    const auto at = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
    ASSERT_NE(at, bytes.end());
    *at = 'P';
    EXPECT_EQ(engine().decode(bytes), nullptr);
}

TEST(SimplexMessages, RefuseMoreCertificatesThanTheLimit) {
    const CertificatePtr one = ToyCommittee::certificate(VoteKind::Nullify, View{1}, Hash{}, 1);
    const auto with = [&](std::size_t count) {
        return Certificates(std::vector<CertificatePtr>(count, one)).encode();
    };
    EXPECT_NE(engine().decode(with(kCertificatesMax)), nullptr);
    EXPECT_EQ(engine().decode(with(kCertificatesMax + 1)), nullptr);
}

// A count that promises what the bytes do not hold must not allocate for it.
TEST(SimplexMessages, RefuseCountsThatTheBytesCannotHold) {
    const Bytes huge_certificate = {2, 1, 1, 'x', 1, 1};
    EXPECT_EQ(engine().decode(huge_certificate), nullptr);
    EXPECT_EQ(engine().decode(Bytes{2, 0xff, 0xff, 0xff, 0xff, 0x0f}), nullptr);
    EXPECT_EQ(engine().decode(Bytes{}), nullptr);
    EXPECT_EQ(engine().decode(Bytes{6}), nullptr) << "there is no such type";
}

}  // namespace
}  // namespace nexus::consensus::simplex
