#include "consensus/simplex/signed_matters.hpp"

#include "consensus/registry/signed_matters.hpp"
#include "consensus/simplex/journal.hpp"
#include "consensus/simplex/statement.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nexus::consensus::simplex {
namespace {

Hash block(std::uint8_t number) {
    Hash hash;
    hash.bytes[0] = number;
    return hash;
}

TEST(SignedMatters, AreTheVotesOfARecord) {
    Record record;
    record.votes = {{VoteKind::Notarize, View{7}, block(1)},
                    {VoteKind::Nullify, View{7}, Hash{}},
                    {VoteKind::Finalize, View{8}, block(2)}};
    const auto matters = signed_in(record.encode());
    ASSERT_EQ(matters.size(), 3U);
    EXPECT_EQ(matters[0].matter, "notarize, view 7");
    EXPECT_EQ(matters[0].content, block(1));
    EXPECT_EQ(matters[1].matter, "nullify or finalize, view 7");
    EXPECT_EQ(matters[1].content, Hash{});
    EXPECT_EQ(matters[2].matter, "nullify or finalize, view 8")
        << "to nullify and to finalize one view is a double sign";
}

TEST(SignedMatters, OfACertificateAreThoseOfItsVotes) {
    Certificate certificate;
    certificate.view = View{7};
    certificate.block = block(1);
    for (const VoteKind kind : kAllVoteKinds) {
        certificate.statement = statement_of(kind);
        Record record;
        record.votes = {{kind, View{7}, block(1)}};
        const SignedMatter matter = signed_by(certificate);
        EXPECT_EQ(matter.matter, signed_in(record.encode()).front().matter);
        EXPECT_EQ(matter.content, block(1));
    }
}

TEST(SignedMatters, OfOtherBytesAreNone) {
    EXPECT_TRUE(signed_in({}).empty());
    EXPECT_TRUE(signed_in(Bytes{1, 2, 3}).empty());
}

TEST(SignedMatters, HaveAReaderByProtocol) {
    ASSERT_NE(find_signed_matter_reader("simplex"), nullptr);
    EXPECT_EQ(find_signed_matter_reader("none"), nullptr);
}

}  // namespace
}  // namespace nexus::consensus::simplex
