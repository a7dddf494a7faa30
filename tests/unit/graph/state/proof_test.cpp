#include "graph/state/proof.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/state/state_snapshot.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::graph {
namespace {

constexpr int kKeys = 200;

std::string key_name(int i) { return "key/" + std::to_string(i); }
std::string value_name(int i) { return "value " + std::to_string(i); }

const StateSnapshot& state() {
    static const StateSnapshot built = [] {
        StateWrites writes;
        for (int i = 0; i < kKeys; ++i) {
            const std::string value = value_name(i);
            writes[i % 2 == 0 ? 0 : 1].push_back({key_name(i), to_bytes(as_bytes(value))});
        }
        return StateSnapshot().updated(std::move(writes));
    }();
    return built;
}

TreeId tree_of(int i) { return i % 2 == 0 ? TreeId::Graph : TreeId::Ledger; }

Result<void, ProofFault> present(const StateProof& proof, int i, std::string_view value) {
    return verify_present(state().root(), tree_name(tree_of(i)), as_bytes(key_name(i)),
                          as_bytes(value), proof);
}

Result<void, ProofFault> absent(const StateProof& proof, TreeId tree, std::string_view key) {
    return verify_absent(state().root(), tree_name(tree), as_bytes(key), proof);
}

/// An absent key of the graph tree whose proof has, or has not, a neighbour.
std::pair<std::string, StateProof> absence(bool with_neighbour) {
    for (int i = 0;; ++i) {
        const std::string key = "absent/" + std::to_string(i);
        const StateProof proof = state().prove(TreeId::Graph, key);
        if (proof.tree.neighbour.has_value() == with_neighbour) {
            return {key, proof};
        }
    }
}

ProofError error_of(const Result<void, ProofFault>& result) {
    EXPECT_FALSE(result) << "the proof was accepted";
    return result ? ProofError::UnknownVersion : result.error().error;
}

TEST(StateProof, ShowsEveryKey) {
    for (int i = 0; i < kKeys; ++i) {
        const StateProof proof = state().prove(tree_of(i), key_name(i));
        EXPECT_TRUE(present(proof, i, value_name(i))) << i;
        EXPECT_EQ(codec::decode<StateProof>(codec::encode(proof)), proof);
        EXPECT_FALSE(absent(proof, tree_of(i), key_name(i))) << "presence proves no absence";
    }
}

TEST(StateProof, ShowsAbsence) {
    int with_neighbour = 0;
    for (int i = 0; i < kKeys; ++i) {
        // Each key is absent from the other tree.
        const TreeId other = tree_of(i + 1);
        const StateProof proof = state().prove(other, key_name(i));
        EXPECT_TRUE(absent(proof, other, key_name(i)));
        with_neighbour += proof.tree.neighbour ? 1 : 0;
        EXPECT_FALSE(verify_present(state().root(), tree_name(other), as_bytes(key_name(i)),
                                    as_bytes(value_name(i)), proof));
    }
    EXPECT_GT(with_neighbour, 10);
    EXPECT_LT(with_neighbour, kKeys - 10) << "both kinds of absence must have been seen";
}

TEST(StateProof, WorksForAlmostEmptyTrees) {
    const StateSnapshot empty;
    const StateProof none = empty.prove(TreeId::Graph, "k");
    EXPECT_TRUE(verify_absent(empty.root(), "graph", as_bytes("k"), none));
    const StateSnapshot one = empty.updated({std::vector<StateWrite>{{"k", Bytes{1}}}, {}});
    EXPECT_TRUE(verify_present(one.root(), "graph", as_bytes("k"), Bytes{1},
                               one.prove(TreeId::Graph, "k")));
    EXPECT_TRUE(verify_absent(one.root(), "graph", as_bytes("l"), one.prove(TreeId::Graph, "l")));
    EXPECT_FALSE(verify_absent(one.root(), "graph", as_bytes("k"), none));
}

TEST(StateProof, RefusesAnotherValueKeyTreeOrRoot) {
    const StateProof proof = state().prove(TreeId::Graph, key_name(0));
    EXPECT_EQ(error_of(present(proof, 0, "value 1")), ProofError::RootMismatch);
    EXPECT_EQ(error_of(present(proof, 0, "")), ProofError::RootMismatch);
    EXPECT_EQ(error_of(present(proof, 2, value_name(0))), ProofError::RootMismatch);
    EXPECT_EQ(error_of(verify_present(state().root(), "ledger", as_bytes(key_name(0)),
                                      as_bytes(value_name(0)), proof)),
              ProofError::RootMismatch);
    Hash root = state().root();
    root.bytes[31] ^= 1U;
    const auto wrong =
        verify_present(root, "graph", as_bytes(key_name(0)), as_bytes(value_name(0)), proof);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().expected, ProofMeasure(root));
    EXPECT_EQ(wrong.error().got, ProofMeasure(state().root()));
    const std::string long_name(300, 'x');
    EXPECT_FALSE(verify_present(state().root(), long_name, as_bytes(key_name(0)),
                                as_bytes(value_name(0)), proof));
}

/// Changes each byte of an encoding in turn: the proof must fail to decode or to verify.
template <class Verify>
void expect_every_byte_counts(const StateProof& proof, Verify verify) {
    const Bytes encoding = codec::encode(proof);
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
            Bytes changed = encoding;
            changed[i] = static_cast<std::uint8_t>(changed[i] ^ flip);
            const auto decoded = codec::decode<StateProof>(changed);
            EXPECT_FALSE(decoded && verify(*decoded)) << "byte " << i << " flip " << flip;
        }
    }
    for (std::size_t size = 0; size < encoding.size(); ++size) {
        EXPECT_FALSE(codec::decode<StateProof>(ByteView(encoding).first(size))) << size;
    }
}

TEST(StateProof, RefusesEveryChangedByte) {
    expect_every_byte_counts(state().prove(TreeId::Ledger, key_name(7)), [](const StateProof& p) {
        return present(p, 7, value_name(7)).has_value();
    });
    for (const bool with_neighbour : {true, false}) {
        const auto [key, proof] = absence(with_neighbour);
        expect_every_byte_counts(proof, [key = key](const StateProof& p) {
            return absent(p, TreeId::Graph, key).has_value();
        });
    }
}

TEST(StateProof, NamesWhatIsWrongWithTheShape) {
    const StateProof good = state().prove(TreeId::Graph, key_name(0));
    ASSERT_TRUE(present(good, 0, value_name(0)));
    const auto error_after = [&good](auto change) {
        StateProof proof = good;
        change(proof);
        return error_of(present(proof, 0, value_name(0)));
    };
    EXPECT_EQ(error_after([](StateProof& p) { p.version = 2; }), ProofError::UnknownVersion);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.depth = 257; }), ProofError::DepthTooLarge);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.present.push_back(0); }),
              ProofError::BitmapLength);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.present.clear(); }), ProofError::BitmapLength);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.present.back() |= 1U; }),
              good.tree.depth % 8 == 0 ? ProofError::SiblingCount : ProofError::BitmapSpareBits);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.siblings.pop_back(); }),
              ProofError::SiblingCount)
        << "a sibling less";
    EXPECT_EQ(
        error_after([](StateProof& p) { p.tree.siblings.push_back(p.root_path.siblings[0]); }),
        ProofError::SiblingCount);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.siblings[0] = {}; }),
              ProofError::EmptySibling);
    EXPECT_EQ(error_after([](StateProof& p) { p.tree.neighbour.emplace(); }),
              ProofError::UnexpectedNeighbour);
    EXPECT_EQ(error_after([](StateProof& p) { p.root_path.index = 2; }), ProofError::RootPathShape);
    EXPECT_EQ(error_after([](StateProof& p) { p.root_path.count = 0; }), ProofError::RootPathShape);
    EXPECT_EQ(error_after([](StateProof& p) { p.root_path.count = 5000; }),
              ProofError::RootPathShape);
    EXPECT_EQ(error_after([](StateProof& p) { p.root_path.siblings.clear(); }),
              ProofError::RootPathShape);
    EXPECT_EQ(
        error_after([](StateProof& p) { p.root_path.siblings.push_back(p.root_path.siblings[0]); }),
        ProofError::RootPathShape);
    EXPECT_EQ(error_after([](StateProof& p) { p.root_path.index = 1; }), ProofError::RootMismatch);
}

// Every sibling counts, and so does its place.
TEST(StateProof, RefusesAChangedOrSkippedSibling) {
    const StateProof good = state().prove(TreeId::Graph, key_name(0));
    for (std::size_t i = 0; i < good.tree.siblings.size(); ++i) {
        StateProof changed = good;
        changed.tree.siblings[i].bytes[i % 32] ^= 1U;
        EXPECT_EQ(error_of(present(changed, 0, value_name(0))), ProofError::RootMismatch);
        if (i > 0) {
            StateProof swapped = good;
            std::swap(swapped.tree.siblings[i], swapped.tree.siblings[i - 1]);
            EXPECT_EQ(error_of(present(swapped, 0, value_name(0))), ProofError::RootMismatch);
        }
    }
    StateProof shorter = good;  // the last sibling and its bit: the shape is in order
    ASSERT_EQ(shorter.tree.depth % 8 != 0, true);
    shorter.tree.siblings.pop_back();
    shorter.tree.present.back() = static_cast<std::uint8_t>(
        shorter.tree.present.back() & ~(0x80U >> ((good.tree.depth - 1U) % 8U)));
    EXPECT_EQ(error_of(present(shorter, 0, value_name(0))), ProofError::RootMismatch);
}

// The attacks on absence: a forged empty place, another leaf that is off the way, the key itself.
TEST(StateProof, RefusesForgedAbsence) {
    const StateProof member = state().prove(TreeId::Graph, key_name(0));
    const auto [other_key, other] = absence(true);
    StateProof forged = member;
    EXPECT_EQ(error_of(absent(forged, TreeId::Graph, key_name(0))), ProofError::RootMismatch)
        << "a member's place is not empty";
    forged.tree.neighbour =
        NeighbourLeaf{sha256(as_bytes(key_name(0))), sha256(as_bytes(value_name(0)))};
    EXPECT_EQ(error_of(absent(forged, TreeId::Graph, key_name(0))), ProofError::NeighbourIsKey);
    EXPECT_EQ(error_of(absent(other, TreeId::Graph, key_name(0))), ProofError::NeighbourElsewhere)
        << "the absence of one key shows nothing of another";
    forged = state().prove(TreeId::Graph, key_name(2));
    forged.tree.neighbour =
        NeighbourLeaf{sha256(as_bytes(key_name(2))), sha256(as_bytes(value_name(2)))};
    EXPECT_EQ(error_of(absent(forged, TreeId::Graph, key_name(0))), ProofError::NeighbourElsewhere)
        << "a true leaf that is not on the way";
}

// The format holds for more named roots than there are: a path of an RFC 6962 tree of three.
TEST(StateProof, VerifierTakesAnyNumberOfNamedRoots) {
    const auto named = [](std::string_view name, const Hash& root) {
        Bytes input{0, static_cast<std::uint8_t>(name.size())};
        input.insert(input.end(), name.begin(), name.end());
        input.insert(input.end(), root.bytes.begin(), root.bytes.end());
        return sha256(input);
    };
    const Hash path = sha256(as_bytes("k"));
    const Hash tree_root = sha256_node(0, path, sha256(as_bytes("v")));
    const Hash a = named("graph", Hash{});
    const Hash b = named("ledger", Hash{});
    const Hash c = named("logs", tree_root);
    const Hash top = sha256_node(1, sha256_node(1, a, b), c);
    Bytes input{0, 0, 0, 1, 0, 0, 0, 3};
    input.insert(input.end(), top.bytes.begin(), top.bytes.end());
    const Hash root = tagged_hash("nexus/state-root", input);
    StateProof proof;
    proof.root_path = {2, 3, {sha256_node(1, a, b)}};
    EXPECT_TRUE(verify_present(root, "logs", as_bytes("k"), as_bytes("v"), proof));
    proof.root_path = {1, 3, {a, c}};
    EXPECT_TRUE(verify_absent(root, "ledger", as_bytes("k"), proof));
}

TEST(StateProof, IsSmall) {
    const Bytes encoding = codec::encode(state().prove(TreeId::Graph, key_name(0)));
    EXPECT_LT(encoding.size(), 450U) << "about 7 siblings of 32 bytes in a tree of 100";
}

}  // namespace
}  // namespace nexus::graph
