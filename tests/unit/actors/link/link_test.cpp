#include "actors/link/link.hpp"

#include "tests/support/link_pair.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::actors {
namespace {

using tests::LinkPair;
using tests::seed_of;

Bytes text(std::string_view characters) { return to_bytes(as_bytes(characters)); }

TEST(Link, NamesBothEnds) {
    LinkPair pair;
    EXPECT_FALSE(pair.dialler.is_authenticated());
    ASSERT_TRUE(pair.settle());
    ASSERT_TRUE(pair.at_dialler.authenticated);
    ASSERT_TRUE(pair.at_acceptor.authenticated);
    EXPECT_EQ(pair.dialler.peer(), pair.acceptor_key.public_key());
    EXPECT_EQ(pair.acceptor.peer(), pair.dialler_key.public_key());
}

TEST(Link, DeliversMessagesOfAnySize) {
    LinkPair pair;
    std::vector<Bytes> sent;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPartBytesMax - 1, kPartBytesMax,
                                   kPartBytesMax + 1, std::size_t{1'000'000}}) {
        sent.emplace_back(size, static_cast<std::uint8_t>(size));
        ASSERT_TRUE(pair.dialler.send(Lane::Normal, sent.back()));
        ASSERT_TRUE(pair.acceptor.send(Lane::Bulk, sent.back()));
    }
    ASSERT_TRUE(pair.settle());
    const auto bytes_of = [](const LinkEvents& events) {
        std::vector<Bytes> all;
        for (const auto& message : events.messages) {
            all.push_back(message.bytes);
        }
        return all;
    };
    EXPECT_EQ(bytes_of(pair.at_acceptor), sent);
    EXPECT_EQ(bytes_of(pair.at_dialler), sent);
    EXPECT_EQ(pair.at_dialler.messages.back().lane, Lane::Bulk);
}

TEST(Link, SendsNothingBeforeItKnowsWhoIsThere) {
    LinkPair pair;
    ASSERT_TRUE(pair.dialler.send(Lane::Urgent, text("vote")));
    const Bytes hello = pair.dialler.take_output(LinkPair::kAll);
    EXPECT_LT(hello.size(), 128U);
    EXPECT_TRUE(pair.dialler.take_output(LinkPair::kAll).empty());
    EXPECT_EQ(pair.dialler.queue().bytes(Lane::Urgent), 4U);
}

TEST(Link, UrgentOvertakesBulk) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    ASSERT_TRUE(pair.dialler.send(Lane::Bulk, Bytes(4'000'000)));
    ASSERT_TRUE(pair.dialler.send(Lane::Bulk, Bytes(4'000'000)));
    (void)pair.acceptor.receive(pair.dialler.take_output(1));
    ASSERT_TRUE(pair.dialler.send(Lane::Urgent, text("vote")));
    const LinkEvents events = pair.acceptor.receive(pair.dialler.take_output(1));
    ASSERT_EQ(events.messages.size(), 1U) << "one record later, not 8 MB later";
    EXPECT_EQ(events.messages[0].bytes, text("vote"));
}

TEST(Link, AnswersPings) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    pair.dialler.ping(77);
    ASSERT_TRUE(pair.settle());
    EXPECT_EQ(pair.at_dialler.pongs, std::vector<std::uint64_t>{77});
}

TEST(Link, SaysGoodbyeAndKeepsWhatCameBefore) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    ASSERT_TRUE(pair.dialler.send(Lane::Normal, text("last")));
    Bytes bytes = pair.dialler.take_output(LinkPair::kAll);
    pair.dialler.close();
    const Bytes close = pair.dialler.take_output(LinkPair::kAll);
    bytes.insert(bytes.end(), close.begin(), close.end());
    const LinkEvents events = pair.acceptor.receive(bytes);
    ASSERT_EQ(events.messages.size(), 1U);
    EXPECT_EQ(events.ended, LinkError::ClosedByPeer);
    EXPECT_EQ(pair.acceptor.end_of_stream(), LinkError::ClosedByPeer);
    EXPECT_EQ(pair.dialler.receive({}).ended, LinkError::ClosedByUs);
    EXPECT_FALSE(is_misbehaviour(LinkError::ClosedByPeer));
}

/// Truncation: an attacker who cuts the connection cannot make it look like a goodbye.
TEST(Link, TellsACutFromAGoodbye) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    ASSERT_TRUE(pair.dialler.send(Lane::Normal, Bytes(100'000)));
    const Bytes bytes = pair.dialler.take_output(LinkPair::kAll);
    const LinkEvents events = pair.acceptor.receive(ByteView(bytes).first(70'000));
    EXPECT_TRUE(events.messages.empty()) << "half a message is none";
    EXPECT_EQ(pair.acceptor.end_of_stream(), LinkError::Truncated);
    EXPECT_EQ(pair.acceptor.receive(bytes).ended, LinkError::Truncated) << "nothing after the end";
}

/// Every single byte of the whole conversation, changed: no message that was not sent arrives, and
/// nobody is taken for somebody else.
TEST(Link, AnyChangedByteEndsIt) {
    const std::size_t hello = LinkPair().dialler.take_output(LinkPair::kAll).size();
    for (int direction = 0; direction < 2; ++direction) {
        for (std::size_t place = 0;; ++place) {
            LinkPair pair;
            std::size_t seen = 0;
            bool is_changed = false;
            const auto change = [&](Bytes bytes) {
                if (place >= seen && place < seen + bytes.size()) {
                    bytes[place - seen] ^= 0x10U;
                    is_changed = true;
                }
                seen += bytes.size();
                return bytes;
            };
            (void)pair.dialler.send(Lane::Normal, text("there"));
            (void)pair.acceptor.send(Lane::Normal, text("back"));
            std::vector<Assembler::Message> arrived;
            bool ended = false;
            for (int turn = 0; turn < 4; ++turn) {
                Bytes there = pair.dialler.take_output(LinkPair::kAll);
                there = direction == 0 ? change(there) : there;
                const LinkEvents a = pair.acceptor.receive(there);
                Bytes back = pair.acceptor.take_output(LinkPair::kAll);
                back = direction == 1 ? change(back) : back;
                const LinkEvents b = pair.dialler.receive(back);
                for (const LinkEvents* events : {&a, &b}) {
                    arrived.insert(arrived.end(), events->messages.begin(), events->messages.end());
                    ended = ended || events->ended.has_value();
                }
            }
            if (!is_changed) {
                ASSERT_GT(place, hello);
                break;
            }
            // A length that grew makes the other side wait, and nothing comes of it.
            EXPECT_TRUE(ended || arrived.size() < 2) << "direction " << direction << ", " << place;
            for (const Assembler::Message& message : arrived) {
                EXPECT_TRUE(message.bytes == text("there") || message.bytes == text("back"));
            }
        }
    }
}

TEST(Link, RefusesRecordsOutOfOrder) {
    for (const bool again : {true, false}) {
        LinkPair pair;
        ASSERT_TRUE(pair.settle());
        (void)pair.dialler.send(Lane::Normal, text("one"));
        const Bytes one = pair.dialler.take_output(LinkPair::kAll);
        (void)pair.dialler.send(Lane::Normal, text("two"));
        const Bytes two = pair.dialler.take_output(LinkPair::kAll);
        if (again) {
            EXPECT_EQ(pair.acceptor.receive(one).messages.size(), 1U);
            EXPECT_EQ(pair.acceptor.receive(one).ended, LinkError::BadRecord) << "replayed";
        } else {
            EXPECT_EQ(pair.acceptor.receive(two).ended, LinkError::BadRecord) << "one was lost";
        }
    }
}

/// What a node sent comes back to it: the keys of the directions differ.
TEST(Link, RefusesItsOwnRecords) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    (void)pair.dialler.send(Lane::Normal, text("mirror"));
    EXPECT_EQ(pair.dialler.receive(pair.dialler.take_output(LinkPair::kAll)).ended,
              LinkError::BadRecord);
}

TEST(Link, RefusesTheRecordsOfAnotherLink) {
    LinkPair first(10);
    LinkPair second(20);
    ASSERT_TRUE(first.settle());
    ASSERT_TRUE(second.settle());
    (void)first.dialler.send(Lane::Normal, text("old"));
    EXPECT_EQ(second.acceptor.receive(first.dialler.take_output(LinkPair::kAll)).ended,
              LinkError::BadRecord);
}

TEST(Link, HoldsLittleForStrangers) {
    LinkPair pair;
    const LinkEvents large = pair.acceptor.receive(Bytes{0, 1, 0, 0});
    EXPECT_EQ(large.ended, LinkError::FrameTooLong) << "65536 bytes for a hello";
    LinkPair other;
    EXPECT_FALSE(other.acceptor.receive(Bytes{0, 0, 1, 0, 9, 9, 9}).ended.has_value());
    EXPECT_EQ(other.acceptor.held(), 7U) << "256 announced, 3 there";
    EXPECT_EQ(other.acceptor.receive(Bytes(253, 9)).ended, LinkError::Malformed);
}

/// A peer that only asks gets no answers beyond what a socket takes away.
TEST(Link, HoldsFewAnswersToPings) {
    LinkPair pair;
    ASSERT_TRUE(pair.settle());
    for (int i = 0; i < 20'000; ++i) {
        pair.dialler.ping(1);
    }
    EXPECT_FALSE(pair.acceptor.receive(pair.dialler.take_output(LinkPair::kAll)).ended);
    EXPECT_LT(pair.acceptor.take_output(LinkPair::kAll).size(), 70'000U);
}

}  // namespace
}  // namespace nexus::actors
