#include "consensus/simplex/journal.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace nexus::consensus::simplex {
namespace {

using toy::ToyCommittee;

OwnVote nullify(std::uint64_t view) {
    return {.kind = VoteKind::Nullify, .view = View{view}, .block = {}};
}

TEST(SimplexJournal, KeepsVotesBlocksAndWaitingCertificates) {
    const ToyCommittee committee = ToyCommittee::equal(4);
    const BlockPtr block = committee.block(View{5}, committee.genesis, "payload");
    Journal journal;
    journal.note_certificate(ToyCommittee::certificate(VoteKind::Nullify, View{4}, Hash{}, 3));
    EXPECT_FALSE(journal.is_due()) << "a certificate alone is not worth a write";
    journal.note_block(block);
    journal.note_vote({.kind = VoteKind::Notarize, .view = View{5}, .block = block->id});
    ASSERT_TRUE(journal.is_due());

    const std::optional<Record> record = Record::decode(journal.take(View{2}));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->floor, View{2});
    ASSERT_EQ(record->votes.size(), 1U);
    EXPECT_EQ(record->votes[0].block, block->id);
    ASSERT_EQ(record->blocks.size(), 1U);
    EXPECT_EQ(record->blocks[0]->id, block->id);
    ASSERT_EQ(record->certificates.size(), 1U);
    EXPECT_EQ(record->certificates[0]->view, View{4});
    EXPECT_FALSE(journal.is_due());
}

TEST(SimplexJournal, DoesNotReadADamagedRecord) {
    Journal journal;
    journal.note_vote(nullify(1));
    Bytes bytes = journal.take(View{0});
    bytes.push_back(0);
    EXPECT_FALSE(Record::decode(bytes));
    EXPECT_FALSE(Record::decode(Bytes{1}));
}

TEST(SimplexJournal, ForgetsThePrefixBelowADurableFloor) {
    Journal journal;
    for (std::uint64_t view = 1; view <= 4; ++view) {
        journal.note_vote(nullify(view));
        (void)journal.take(View{0});
    }
    EXPECT_EQ(journal.take_forgettable(), 0U) << "nothing is final";

    journal.note_vote(nullify(5));
    (void)journal.take(View{3});
    EXPECT_EQ(journal.take_forgettable(), 2U) << "views 1 and 2: 3 itself may prove its block";
    EXPECT_EQ(journal.take_forgettable(), 0U) << "each is counted once";
}

TEST(SimplexJournal, CountsRestoredRecordsToo) {
    Journal first;
    first.note_vote(nullify(1));
    const auto record = Record::decode(first.take(View{0}));
    ASSERT_TRUE(record);

    Journal second;
    second.restore(*record);
    second.note_vote(nullify(9));
    (void)second.take(View{8});
    EXPECT_EQ(second.take_forgettable(), 1U);
}

TEST(SimplexJournal, DropsWaitingCertificatesThatAreFinal) {
    Journal journal;
    for (std::uint64_t view = 1; view <= 3; ++view) {
        journal.note_certificate(
            ToyCommittee::certificate(VoteKind::Nullify, View{view}, Hash{}, 3));
    }
    journal.prune(View{3});
    journal.note_vote(nullify(4));
    const auto record = Record::decode(journal.take(View{3}));
    ASSERT_TRUE(record);
    ASSERT_EQ(record->certificates.size(), 1U);
    EXPECT_EQ(record->certificates[0]->view, View{3});
}

}  // namespace
}  // namespace nexus::consensus::simplex
