#include "graph/state/state_tree.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/prng.hpp"
#include "tests/unit/graph/state/naive_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using tests::NaiveTree;

Bytes bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

StateTree tree_of(const std::vector<std::string>& keys) {
    std::vector<StateWrite> writes;
    for (const std::string& key : keys) {
        writes.push_back({key, bytes("value of " + key)});
    }
    return StateTree().updated(std::move(writes));
}

TEST(StateTree, HashesAsDocumented) {
    EXPECT_EQ(StateTree().root(), Hash{});
    const Hash path = sha256(as_bytes("k"));
    const StateTree one = StateTree().updated({{"k", bytes("v")}});
    EXPECT_EQ(one.root(), sha256_node(0, path, sha256(as_bytes("v"))));
    // Pinned: the root of three keys.
    EXPECT_EQ(to_hex(tree_of({"a", "b", "c"}).root().view()),
              "1c53cddc55afe44a9c0a8154037940faf683d7d4f99ca206c7019c14492a69b8");
}

TEST(StateTree, FindsWhatItHolds) {
    const StateTree tree = tree_of({"a", "b", "c"});
    EXPECT_EQ(tree.size(), 3U);
    ASSERT_TRUE(tree.find("b"));
    EXPECT_EQ(to_bytes(*tree.find("b")), bytes("value of b"));
    EXPECT_FALSE(tree.find("d"));
    EXPECT_FALSE(StateTree().find("a"));
}

TEST(StateTree, KeepsOldVersions) {
    const StateTree before = tree_of({"a", "b", "c"});
    const Hash root = before.root();
    const StateTree after = before.updated({{"a", std::nullopt}, {"b", bytes("new")}});
    EXPECT_EQ(before.root(), root);
    EXPECT_EQ(to_bytes(before.find("b").value()), bytes("value of b"));
    EXPECT_TRUE(before.find("a"));
    EXPECT_FALSE(after.find("a"));
    EXPECT_EQ(to_bytes(after.find("b").value()), bytes("new"));
    EXPECT_EQ(after.size(), 2U);
}

TEST(StateTree, IgnoresWritesThatChangeNothing) {
    const StateTree tree = tree_of({"a", "b", "c"});
    EXPECT_EQ(tree.updated({}).root(), tree.root());
    EXPECT_EQ(tree.updated({{"zzz", std::nullopt}}).root(), tree.root());
    EXPECT_EQ(tree.updated({{"a", bytes("value of a")}}).root(), tree.root());
    EXPECT_EQ(StateTree().updated({{"a", std::nullopt}, {"b", std::nullopt}}).root(), Hash{});
}

TEST(StateTree, EmptiesCompletely) {
    const StateTree tree = tree_of({"a", "b", "c"});
    const StateTree empty =
        tree.updated({{"a", std::nullopt}, {"b", std::nullopt}, {"c", std::nullopt}});
    EXPECT_EQ(empty.root(), Hash{});
    EXPECT_EQ(empty.size(), 0U);
}

TEST(StateTree, ALeafLeftAloneRises) {
    for (const char* survivor : {"a", "b", "c", "d", "e"}) {
        std::vector<StateWrite> erase;
        for (const char* key : {"a", "b", "c", "d", "e"}) {
            if (std::string_view(key) != survivor) {
                erase.push_back({key, std::nullopt});
            }
        }
        EXPECT_EQ(tree_of({"a", "b", "c", "d", "e"}).updated(erase).root(),
                  tree_of({survivor}).root());
    }
}

TEST(StateTree, WalksInTheOrderOfHashedKeys) {
    std::vector<Hash> paths;
    tree_of({"a", "b", "c", "d", "e", "f"})
        .for_each([&paths](std::string_view key, ByteView value) {
            EXPECT_EQ(to_bytes(value), bytes("value of " + std::string(key)));
            paths.push_back(sha256(as_bytes(key)));
        });
    EXPECT_EQ(paths.size(), 6U);
    EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
}

TEST(StateTree, AllowsEmptyKeysAndValues) {
    const StateTree tree = StateTree().updated({{"", Bytes{}}, {std::string("\0x", 2), Bytes{0}}});
    EXPECT_TRUE(tree.find(""));
    EXPECT_TRUE(tree.find("")->empty());
    EXPECT_TRUE(tree.find(std::string_view("\0x", 2)));
    EXPECT_FALSE(tree.find("x"));
}

// Many batches of many sizes, with overwrites and erasures, against the definition.
TEST(StateTree, EqualsTheDefinition) {
    Prng prng(1, "tree");
    StateTree tree;
    NaiveTree naive;
    for (int batch = 0; batch < 120; ++batch) {
        std::vector<StateWrite> writes;
        std::map<std::string, std::optional<Bytes>> changes;
        const std::uint64_t count = 1 + prng.below(batch % 10 == 0 ? 60 : 6);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string key = "k" + std::to_string(prng.below(150));
            const bool erases = prng.below(3) == 0;
            changes[key] =
                erases ? std::nullopt : std::optional(bytes("v" + std::to_string(prng.below(4))));
        }
        for (const auto& [key, value] : changes) {
            writes.push_back({key, value});
            if (value) {
                naive.values[key] = *value;
            } else {
                naive.values.erase(key);
            }
        }
        prng.shuffle(writes);
        tree = tree.updated(writes);
        ASSERT_EQ(tree.root(), naive.root()) << "batch " << batch;
        ASSERT_EQ(tree.size(), naive.values.size());
    }
}

TEST(StateTree, ChangesLeadFromOneVersionToAnother) {
    Prng prng(3, "changes");
    std::vector<StateTree> versions{StateTree()};
    for (int batch = 0; batch < 60; ++batch) {
        std::map<std::string, std::optional<Bytes>> writes;
        for (std::uint64_t i = prng.below(8); i > 0; --i) {
            writes["k" + std::to_string(prng.below(40))] =
                prng.below(3) == 0 ? std::nullopt
                                   : std::optional(bytes("v" + std::to_string(prng.below(4))));
        }
        std::vector<StateWrite> list;
        for (const auto& [key, value] : writes) {
            list.push_back({key, value});
        }
        versions.push_back(versions.back().updated(std::move(list)));
    }
    for (int pair = 0; pair < 400; ++pair) {
        const StateTree& from = versions[prng.below(versions.size())];
        const StateTree& to = versions[prng.below(versions.size())];
        const std::vector<StateWrite> changes = to.changes_since(from);
        for (const StateWrite& change : changes) {
            const auto before = from.find(change.key);
            EXPECT_EQ(change.value.has_value(), to.find(change.key).has_value());
            EXPECT_TRUE(!before || !change.value || to_bytes(*before) != *change.value)
                << "nothing is told that did not change";
        }
        EXPECT_TRUE(
            std::is_sorted(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
                return sha256(as_bytes(a.key)) < sha256(as_bytes(b.key));
            }));
        EXPECT_EQ(from.updated(changes).root(), to.root());
    }
}

TEST(StateTree, ForgetsItsHistory) {
    Prng prng(2, "history");
    std::vector<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        keys.push_back("k" + std::to_string(i));
    }
    const Hash at_once = tree_of(keys).root();
    for (int round = 0; round < 5; ++round) {
        prng.shuffle(keys);
        StateTree tree = StateTree().updated({{"noise", bytes("x")}});
        for (const std::string& key : keys) {
            tree = tree.updated({{key, bytes("old")}});
        }
        for (const std::string& key : keys) {
            tree = tree.updated({{key, bytes("value of " + key)}});
        }
        EXPECT_EQ(tree.updated({{"noise", std::nullopt}}).root(), at_once);
    }
}

TEST(StateTreeDeathTest, RefusesAKeyTwice) {
    EXPECT_DEATH((void)StateTree().updated({{"a", Bytes{1}}, {"a", Bytes{2}}}), "path");
}

}  // namespace
}  // namespace nexus::graph
