#include "graph/transaction/transaction.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::graph {
namespace {

using tests::id_of;
using tests::key_of;
using tests::signed_by;
using tests::units;
using tests::verifier;

SovereignRegister full_register() {
    SovereignRegister body;
    body.name = {"Cabin"};
    body.governance = {GovernanceModel::Council, 500'000, AmendmentRule::Supermajority};
    body.geography = {"Texas, United States", GeoPoint{30'270'000, -98'410'000}, {{"us-east-2"}}};
    body.stack = {{{"convergence"}, {"monetary"}}, {{"api", "https://cabin.example"}}};
    return body;
}

/// One transaction of every kind.
std::vector<TransactionPtr> one_of_each() {
    ContributorRegister contributor = tests::World::contributor("ada");
    contributor.details.skills = {{"carpentry"}, {"welding"}};
    contributor.details.attribute_commitment = tests::digest("salted");
    contributor.details.attributes = {{{"alias", Text{"al"}}}};
    MissionCreate mission;
    mission.title = "Plant trees";
    mission.required_role = Name{"member"};
    mission.required_credential = CredentialRequirement{SovereignId{1}, tests::digest("schema")};
    const std::vector<Body> bodies = {
        Transfer{id_of(1), units(5)},
        TreasuryDeposit{SovereignId{1}, units(7)},
        full_register(),
        SovereignUpdate{SovereignId{1}, Stack{{{"convergence"}}, {}}},
        SchemaPublish{tests::extension(NodeKind::Mission, SovereignId{1})},
        contributor,
        ProfileUpdate{contributor.details},
        RoleAssign{SovereignId{1}, id_of(1), {"member"}, Height{9}},
        RoleRevoke{SovereignId{1}, id_of(1), {"member"}},
        CredentialAnchor{SovereignId{1}, id_of(1), tests::digest("s"), tests::digest("d"),
                         Instant{5}},
        CredentialRevoke{SovereignId{1}, tests::digest("d")},
        mission,
        MissionApply{mission_id(id_of(0), Nonce{3}), tests::digest("d")},
        MissionAssign{mission_id(id_of(0), Nonce{3}), id_of(1)},
        MissionComplete{mission_id(id_of(0), Nonce{3}), id_of(1), tests::digest("work")},
        MissionPayout{mission_id(id_of(0), Nonce{3}), id_of(1)},
        AssetRegister{SovereignId{1},
                      id_of(0),
                      AssetClass::Energy,
                      TokenKind::Unique,
                      tests::digest("s"),
                      {},
                      tests::digest("m")},
        AssetTransfer{asset_id(id_of(0), Nonce{3}), SovereignId{2}},
        Payment{id_of(1), units(5), "for the roof"},
    };
    std::vector<TransactionPtr> transactions;
    for (const Body& body : bodies) {
        transactions.push_back(signed_by(0, Nonce{transactions.size()}, body));
    }
    return transactions;
}

TEST(Transaction, SurvivesItsEncoding) {
    std::set<std::string_view> kinds;
    std::set<TransactionId> ids;
    for (const TransactionPtr& transaction : one_of_each()) {
        const auto decoded = SignedTransaction::decode(transaction->encoding());
        ASSERT_TRUE(decoded) << kind_of(transaction->content().body);
        EXPECT_EQ((*decoded)->content(), transaction->content());
        EXPECT_EQ((*decoded)->id(), transaction->id());
        EXPECT_EQ((*decoded)->id(), transaction_id(transaction->content()));
        EXPECT_EQ((*decoded)->size(), transaction->size());
        EXPECT_TRUE((*decoded)->is_signed(verifier()));
        kinds.insert(kind_of(transaction->content().body));
        ids.insert(transaction->id());
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<Body>) << "a kind is missing from this test";
    EXPECT_EQ(ids.size(), std::variant_size_v<Body>);
}

TEST(Transaction, ChangesItsSignatureOrItsIdWithEveryByte) {
    for (const TransactionPtr& transaction : one_of_each()) {
        Bytes encoding = to_bytes(transaction->encoding());
        for (std::size_t i = 0; i < encoding.size(); ++i) {
            encoding[i] ^= 1U;
            if (const auto decoded = SignedTransaction::decode(encoding)) {
                const bool is_content = i < encoding.size() - Signature::kSize;
                EXPECT_EQ((*decoded)->id() != transaction->id(), is_content);
                EXPECT_EQ(to_hex((*decoded)->encoding()), to_hex(encoding)) << "one encoding only";
                if (i % 16 == 0) {
                    EXPECT_FALSE((*decoded)->is_signed(verifier())) << "byte " << i;
                }
            }
            encoding[i] ^= 1U;
        }
    }
}

TEST(Transaction, RefusesPrefixesSuffixesAndGiants) {
    const TransactionPtr transaction = one_of_each()[2];
    const Bytes encoding = to_bytes(transaction->encoding());
    for (std::size_t size = 0; size < encoding.size(); ++size) {
        EXPECT_FALSE(SignedTransaction::decode(ByteView(encoding).first(size)));
    }
    Bytes longer = encoding;
    longer.push_back(0);
    EXPECT_EQ(SignedTransaction::decode(longer).error(), codec::Error::TrailingBytes);
    EXPECT_EQ(SignedTransaction::decode(Bytes(kTransactionBytesMax + 1)).error(),
              codec::Error::TooLong);
}

TEST(Transaction, IsPinned) {
    const TransactionPtr transaction = signed_by(0, Nonce{3}, Transfer{id_of(1), units(300)});
    EXPECT_EQ(to_hex(transaction->encoding()).substr(0, 2), "4d") << "the chain comes first";
    EXPECT_EQ(transaction->size(), 1U + 32 + 32 + 1 + 1 + 32 + 2 + 64);
    EXPECT_EQ(id_of(0),
              AccountId{tagged_hash("nexus/account", key_of(0).public_key().view()).bytes});
    EXPECT_EQ(transaction->id(),
              TransactionId{tagged_hash("nexus/transaction",
                                        transaction->encoding().first(transaction->size() - 64))
                                .bytes});
}

TEST(Transaction, DerivesIdsFromSenderAndNonce) {
    EXPECT_NE(mission_id(id_of(0), Nonce{1}), mission_id(id_of(0), Nonce{2}));
    EXPECT_NE(mission_id(id_of(0), Nonce{1}), mission_id(id_of(1), Nonce{1}));
    EXPECT_NE(mission_id(id_of(0), Nonce{1}).bytes, asset_id(id_of(0), Nonce{1}).bytes);
}

TEST(Payload, ReturnsItsTransactions) {
    const auto transactions = one_of_each();
    const Bytes payload = encode_payload(transactions);
    const auto decoded = decode_payload(payload);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->size(), transactions.size());
    std::size_t bytes = payload_count_bytes(transactions.size());
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        EXPECT_EQ((*decoded)[i]->id(), transactions[i]->id());
        bytes += payload_frame_bytes(transactions[i]->size());
    }
    EXPECT_EQ(payload.size(), bytes);
    EXPECT_EQ(encode_payload({}), Bytes{0});
    EXPECT_TRUE(decode_payload(Bytes{0})->empty());
}

TEST(Payload, RefusesWhatIsNoPayload) {
    const auto transactions = one_of_each();
    const Bytes payload = encode_payload(transactions);
    for (std::size_t size = 0; size < payload.size(); ++size) {
        EXPECT_FALSE(decode_payload(ByteView(payload).first(size))) << size;
    }
    Bytes changed = payload;
    changed.push_back(0);
    EXPECT_EQ(decode_payload(changed).error(),
              (PayloadFault{transactions.size(), codec::Error::TrailingBytes}));
    changed = payload;
    changed[0] = static_cast<std::uint8_t>(transactions.size() + 1);
    EXPECT_EQ(decode_payload(changed).error().index, transactions.size());
    EXPECT_EQ(decode_payload(payload, 3).error(), (PayloadFault{0, codec::Error::TooLong}));
    EXPECT_EQ(decode_payload(Bytes{0xff, 0xff, 0xff, 0xff, 0x0f}).error().error,
              codec::Error::TooLong);
    EXPECT_EQ(decode_payload(Bytes{0x80, 0x00}).error().error, codec::Error::NotMinimal);
    const Bytes bad_second = [&] {
        Bytes bytes = encode_payload(std::span(transactions).first(2));
        const std::size_t second = 1 + payload_frame_bytes(transactions[0]->size());
        bytes[second + 2 + 66] = 99;  // the tag of the body
        return bytes;
    }();
    EXPECT_EQ(decode_payload(bad_second).error(), (PayloadFault{1, codec::Error::OutOfRange}));
}

TEST(Names, AllowOnlyWhatCannotBeMistaken) {
    for (const char* name : {"a", "Cabin", "build_republic", "RNS.ID", "Game B", "O'Neil-2"}) {
        EXPECT_TRUE(is_valid_name(name)) << name;
    }
    for (const char* name : {"", " a", "a ", "a  b", "-a", "a.", "a/b", "a\nb", "caf\xc3\xa9"}) {
        EXPECT_FALSE(is_valid_name(name)) << name;
    }
    EXPECT_TRUE(is_valid_name(std::string(64, 'a')));
    EXPECT_FALSE(is_valid_name(std::string(65, 'a')));
    EXPECT_EQ(folded_name("RNS.ID-z9"), "rns.id-z9");
}

}  // namespace
}  // namespace nexus::graph
