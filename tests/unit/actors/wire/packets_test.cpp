#include "actors/wire/packets.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/simplex/engine.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::sample_packets;

PacketPtr decode(ByteView bytes) { return decode_packet(bytes, consensus::simplex::engine()); }

PacketType type_of(const Packet& packet) { return static_cast<const WirePacket&>(packet).type(); }

TEST(Packets, TheSamplesShowEveryType) {
    std::set<PacketType> types;
    for (const PacketPtr& packet : sample_packets()) {
        types.insert(type_of(*packet));
    }
    EXPECT_EQ(types.size(), static_cast<std::size_t>(PacketType::Last) + 1)
        << "a new type needs a sample, or no test here sees it";
}

TEST(Packets, EachTypeComesBackFromItsEncodingAsItWas) {
    for (const PacketPtr& packet : sample_packets()) {
        SCOPED_TRACE(std::string(packet->kind()));
        const Bytes encoding = encode_packet(*packet);
        const PacketPtr again = decode(encoding);
        ASSERT_NE(again, nullptr);
        EXPECT_EQ(type_of(*again), type_of(*packet));
        EXPECT_EQ(again->kind(), packet->kind());
        EXPECT_EQ(again->digest(), packet->digest());
        EXPECT_EQ(again->size(), packet->size());
        EXPECT_EQ(encode_packet(*again), encoding) << "there is one encoding of a packet";
    }
}

TEST(Packets, SizeIsTheEncodingAndTheFrameAndDigestIsItsHash) {
    for (const PacketPtr& packet : sample_packets()) {
        SCOPED_TRACE(std::string(packet->kind()));
        const Bytes encoding = encode_packet(*packet);
        EXPECT_EQ(packet->size(), encoding.size() + kFrameBytes);
        EXPECT_EQ(packet->digest(), sha256(encoding));
        EXPECT_EQ(encoding.at(0), static_cast<std::uint8_t>(type_of(*packet)));
    }
}

TEST(Packets, DifferentPacketsHaveDifferentDigests) {
    std::set<Hash> digests;
    for (const PacketPtr& packet : sample_packets()) {
        digests.insert(packet->digest());
    }
    EXPECT_EQ(digests.size(), sample_packets().size());
}

TEST(Packets, EveryTruncationIsRefused) {
    for (const PacketPtr& packet : sample_packets()) {
        SCOPED_TRACE(std::string(packet->kind()));
        const Bytes encoding = encode_packet(*packet);
        for (std::size_t size = 0; size < encoding.size(); ++size) {
            // A copy of its own, so that reading past the end is seen.
            const Bytes cut(encoding.begin(), encoding.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_EQ(decode(cut), nullptr) << "the first " << size << " bytes are no packet";
        }
    }
}

TEST(Packets, ATrailingByteIsRefused) {
    for (const PacketPtr& packet : sample_packets()) {
        SCOPED_TRACE(std::string(packet->kind()));
        Bytes encoding = encode_packet(*packet);
        encoding.push_back(0);
        EXPECT_EQ(decode(encoding), nullptr);
    }
}

TEST(Packets, AnUnknownTypeIsRefused) {
    Bytes encoding = encode_packet(*make_packet(BlockRequest{.after = Height{6}}));
    for (int type = static_cast<int>(PacketType::Last) + 1; type < 256; ++type) {
        encoding[0] = static_cast<std::uint8_t>(type);
        EXPECT_EQ(decode(encoding), nullptr) << "type " << type;
    }
    EXPECT_EQ(decode(Bytes{}), nullptr) << "nothing is no packet";
}

TEST(Packets, WhateverAChangedByteGivesItStillHasOneEncoding) {
    for (const PacketPtr& packet : sample_packets()) {
        SCOPED_TRACE(std::string(packet->kind()));
        Bytes encoding = encode_packet(*packet);
        for (std::size_t at = 0; at < encoding.size(); ++at) {
            const std::uint8_t before = encoding[at];
            encoding[at] = static_cast<std::uint8_t>(before ^ 0xFFU);
            if (const PacketPtr other = decode(encoding)) {
                EXPECT_EQ(encode_packet(*other), encoding) << "changed at byte " << at;
                EXPECT_NE(other->digest(), packet->digest());
            }
            encoding[at] = before;
        }
    }
}

TEST(Packets, AListThatClaimsToBeLongAllocatesNothingAndIsRefused) {
    // The count of a list of transactions, up to its limit and beyond it, with nothing behind.
    for (const int top : {0x00, 0x01, 0x7F, 0xFF}) {
        const Bytes encoding = {static_cast<std::uint8_t>(PacketType::Transactions),
                                static_cast<std::uint8_t>(top), 0xFF, 0xFF, 0xFF};
        EXPECT_EQ(decode(encoding), nullptr);
    }
}

TEST(Packets, ABlockWhosePayloadIsNotItsHeadersIsRefused) {
    nexus::tests::ToyChain chain;
    const auto block = chain.extend({nexus::tests::transfer(0, 0, 1)}).block;
    consensus::BlockHeader header = block->header;
    const consensus::PayloadPtr other = consensus::make_payload({1, 2, 3});
    const auto crooked =
        std::make_shared<const consensus::Block>(consensus::Block{header, other, block->id});
    const PacketPtr packet =
        make_packet(BlockResponse{.blocks = {{.block = crooked, .certificate = nullptr}}});
    EXPECT_EQ(decode(encode_packet(*packet)), nullptr)
        << "a block's id does not cover payload bytes that its header does not name";
}

TEST(Packets, AFinalityProofSurvivesItsForm) {
    nexus::tests::ToyChain chain;
    chain.extend({}, false);
    chain.extend({});
    const consensus::FinalityProof proof = chain.prove(1);
    const consensus::FinalityProof again = finality_proof(finality_part(proof));
    EXPECT_EQ(again.headers, proof.headers);
    ASSERT_NE(again.certificate, nullptr);
    EXPECT_EQ(again.certificate->block, proof.certificate->block);
    EXPECT_EQ(finality_proof(FinalityPart{}).certificate, nullptr);
}

TEST(Packets, ADeliveryIsSignedForOneMissionAndOneEvidence) {
    using nexus::tests::id_of;
    const auto mission = graph::mission_id(id_of(0), Nonce{1});
    const auto other = graph::mission_id(id_of(0), Nonce{2});
    const Hash evidence = sha256(as_bytes("work"));
    EXPECT_NE(delivery_bytes(mission, evidence), delivery_bytes(other, evidence));
    EXPECT_NE(delivery_bytes(mission, evidence), delivery_bytes(mission, sha256(as_bytes("idle"))));
}

}  // namespace
}  // namespace nexus::actors
