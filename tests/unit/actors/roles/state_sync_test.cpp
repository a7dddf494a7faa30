#include "actors/roles/state_sync.hpp"

#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/state/state_parts.hpp"
#include "graph/state/state_snapshot.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

constexpr NodeId kPeer{3};

/// A checkpoint of so many parts, more or less.
Checkpoint checkpoint_of(std::size_t parts) {
    graph::StateWrites writes;
    for (std::size_t i = 0; i < parts; ++i) {
        writes[0].push_back({std::to_string(i), Bytes(graph::kStatePartBytes - 100)});
    }
    const graph::StateSnapshot state = graph::StateSnapshot().updated(std::move(writes));
    const consensus::PayloadPtr payload = consensus::make_payload({});
    consensus::BlockHeader header;
    header.height = Height{7};
    header.payload = payload->id;
    header.state_root = state.root();
    return {.block = {.block = consensus::make_block(header, payload),
                      .certificate = std::make_shared<const consensus::Certificate>()},
            .state = state};
}

TEST(StateSync, AStateGoesOverInParts) {
    const Checkpoint checkpoint = checkpoint_of(20);
    StateServer server;
    const StateOffer offer = server.offer(checkpoint);
    ASSERT_GE(offer.parts, 20U);
    StateFetch fetch(kPeer, offer.block, offer.parts);
    std::vector<StateRequest> waiting = fetch.requests(false);
    std::size_t answered = 0;
    while (!fetch.is_complete()) {
        ASSERT_FALSE(waiting.empty());
        ASSERT_LE(waiting.size(), StateFetch::kInFlightMax);
        const StateRequest last = waiting.back();  // the order of answers does not matter
        waiting.pop_back();
        const auto part = server.part(last);
        ASSERT_TRUE(part.has_value());
        fetch.add(*part);
        ++answered;
        for (const StateRequest& request : fetch.requests(false)) {
            waiting.push_back(request);
        }
    }
    EXPECT_EQ(answered, offer.parts);
    const auto state = fetch.join();
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(state->root(), checkpoint.state.root());
}

TEST(StateSync, AFetchOutlivesTheOfferOfTheNextCheckpoint) {
    StateServer server;
    const auto has = [&](const StateOffer& offer) {
        return server.part({.block = offer.block.block->id, .part = offer.parts - 1}).has_value();
    };
    const StateOffer first = server.offer(checkpoint_of(3));
    const StateOffer second = server.offer(checkpoint_of(4));
    EXPECT_TRUE(has(first) && has(second));
    (void)server.offer(checkpoint_of(4));
    EXPECT_TRUE(has(first)) << "the same again takes no place";
    const StateOffer third = server.offer(checkpoint_of(5));
    EXPECT_TRUE(has(second) && has(third));
    EXPECT_FALSE(has(first)) << "but memory is bounded";
}

TEST(StateSync, WhatWasLostIsAskedForAgain) {
    StateServer server;
    const StateOffer offer = server.offer(checkpoint_of(12));
    StateFetch fetch(kPeer, offer.block, offer.parts);
    EXPECT_EQ(fetch.requests(false).size(), StateFetch::kInFlightMax);
    EXPECT_TRUE(fetch.requests(false).empty());
    fetch.add(*server.part({.block = offer.block.block->id, .part = 2}));
    const auto again = fetch.requests(true);
    ASSERT_EQ(again.size(), StateFetch::kInFlightMax) << "seven that are missing and a new one";
    EXPECT_EQ(again[2].part, 3U);
    EXPECT_EQ(again.back().part, StateFetch::kInFlightMax);
}

TEST(StateSync, OnlyMissingPartsThatWereAskedForAreTaken) {
    StateServer server;
    const StateOffer offer = server.offer(checkpoint_of(12));
    const Hash id = offer.block.block->id;
    StateFetch fetch(kPeer, offer.block, offer.parts);
    (void)fetch.requests(false);
    fetch.add({.block = {}, .part = 0, .bytes = Bytes(3)});
    fetch.add({.block = id, .part = offer.parts, .bytes = Bytes(3)});
    fetch.add({.block = id, .part = 9, .bytes = Bytes(3)});
    fetch.add({.block = id, .part = 0, .bytes = {}});
    fetch.add({.block = id, .part = 0, .bytes = Bytes(StateFetch::kPartBytesMax + 1)});
    EXPECT_EQ(fetch.requests(true).size(), StateFetch::kInFlightMax) << "none was taken";
    fetch.add(*server.part({.block = id, .part = 0}));
    fetch.add({.block = id, .part = 0, .bytes = Bytes(3)});
    for (std::uint32_t part = 1; part < offer.parts; ++part) {
        (void)fetch.requests(false);
        fetch.add(*server.part({.block = id, .part = part}));
    }
    ASSERT_TRUE(fetch.is_complete());
    EXPECT_TRUE(fetch.join().has_value()) << "the second part 0 must not replace the first";
}

TEST(StateSync, AStateOfAnotherRootIsRefused) {
    StateServer server;
    StateOffer offer = server.offer(checkpoint_of(3));
    const Checkpoint other = checkpoint_of(4);
    StateFetch fetch(kPeer, other.block, offer.parts);
    (void)fetch.requests(false);
    for (std::uint32_t part = 0; part < offer.parts; ++part) {
        StatePart lie = *server.part({.block = offer.block.block->id, .part = part});
        lie.block = other.block.block->id;
        fetch.add(lie);
    }
    ASSERT_TRUE(fetch.is_complete());
    const auto state = fetch.join();
    ASSERT_FALSE(state.has_value());
    EXPECT_EQ(state.error(), graph::StatePartsError::WrongRoot);
}

TEST(StateSync, PatienceEndsWhereTooLittleComes) {
    StateServer server;
    StateOffer offer = server.offer(checkpoint_of(3));
    StateFetch fetch(kPeer, offer.block, StateFetch::kPartsMax);
    std::uint32_t calls = 0;
    for (std::uint32_t part = 0; !fetch.is_stuck(); ++part, ++calls) {
        (void)fetch.requests(true);
        fetch.add({.block = offer.block.block->id, .part = part, .bytes = Bytes(1, 1)});
        ASSERT_LT(calls, 100U) << "one part a second would take a quarter of an hour";
    }
    EXPECT_GE(calls, StateFetch::kFirstCalls);
}

TEST(StateSync, PatienceEndsWhereNothingComes) {
    StateServer server;
    const StateOffer offer = server.offer(checkpoint_of(3));
    StateFetch fetch(kPeer, offer.block, offer.parts);
    (void)fetch.requests(false);
    for (int i = 0; i < StateFetch::kPatience; ++i) {
        EXPECT_FALSE(fetch.is_stuck());
    }
    fetch.add(*server.part({.block = offer.block.block->id, .part = 1}));
    for (int i = 0; i < StateFetch::kPatience; ++i) {
        EXPECT_FALSE(fetch.is_stuck());
    }
    EXPECT_TRUE(fetch.is_stuck());
}

TEST(StateSync, AServerKnowsWhatItHasOffered) {
    StateServer server;
    EXPECT_FALSE(server.part({}).has_value());
    const StateOffer offer = server.offer(checkpoint_of(2));
    EXPECT_TRUE(server.part({.block = offer.block.block->id, .part = 0}).has_value());
    EXPECT_FALSE(server.part({.block = offer.block.block->id, .part = offer.parts}).has_value());
    EXPECT_FALSE(server.part({.block = {}, .part = 0}).has_value());
}

}  // namespace
}  // namespace nexus::actors
