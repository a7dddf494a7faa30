#include "actors/node/state_versions.hpp"

#include "actors/node/disk_format.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "graph/state/state_snapshot.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using graph::StateSnapshot;
using nexus::tests::TemporaryFolder;

/// A database with nothing but versions of a state.
class Database {
public:
    explicit Database(const std::string& folder) {
        rocksdb::Options options;
        options.create_if_missing = true;
        options.create_missing_column_families = true;
        rocksdb::DB* opened = nullptr;
        disk::check(rocksdb::DB::Open(options, folder,
                                      {{rocksdb::kDefaultColumnFamilyName, {}},
                                       {"versions", {}},
                                       {"state", {}},
                                       {"changes", {}}},
                                      &families_, &opened),
                    "opening");
        db_.reset(opened);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() {
        for (rocksdb::ColumnFamilyHandle* family : families_) {
            db_->DestroyColumnFamilyHandle(family);
        }
    }

    [[nodiscard]] StateVersions versions() const {
        return {*db_, {.versions = families_[1], .state = families_[2], .changes = families_[3]}};
    }
    std::size_t add(std::uint64_t height, const StateSnapshot& before, const StateSnapshot& after) {
        rocksdb::WriteBatch batch;
        const std::size_t bytes = versions().add(
            Height{height}, Bytes(3, static_cast<std::uint8_t>(height)), before, after, batch);
        disk::check(db_->Write({}, &batch), "writing");
        return bytes;
    }
    /// Rows of "state" (2) or "changes" (3).
    [[nodiscard]] std::size_t rows(std::size_t family) const {
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, families_[family]));
        std::size_t count = 0;
        for (at->SeekToFirst(); at->Valid(); at->Next()) {
            ++count;
        }
        return count;
    }

private:
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

/// A state in which some keys of both trees have changed; each write is a put or an erasure.
StateSnapshot changed(const StateSnapshot& state, Prng& prng) {
    graph::StateWrites writes;
    for (auto& tree : writes) {
        std::map<std::string, std::optional<Bytes>> changes;
        for (std::uint64_t i = prng.below(7); i > 0; --i) {
            changes["key " + std::to_string(prng.below(30))] =
                prng.below(3) == 0
                    ? std::nullopt
                    : std::optional(Bytes(prng.below(9), static_cast<std::uint8_t>(prng.below(4))));
        }
        for (auto& [key, value] : changes) {
            tree.push_back({key, std::move(value)});
        }
    }
    return state.updated(std::move(writes));
}

std::size_t size_of(const StateSnapshot& state) {
    return state.tree(graph::TreeId::Graph).size() + state.tree(graph::TreeId::Ledger).size();
}

TEST(StateVersions, EachIsWhatItWasWhileOthersComeAndGo) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const TemporaryFolder folder;
        Database database(folder / "data");
        Prng prng(seed, "versions");
        std::map<Height, StateSnapshot> kept;  // the model
        StateSnapshot state;
        std::uint64_t height = 0;
        for (int step = 0; step < 40; ++step) {
            height += 1 + prng.below(3);
            const StateSnapshot next = changed(state, prng);
            database.add(height, state, next);
            state = next;
            kept[Height{height}] = state;
            if (prng.below(3) == 0) {
                const Height from{prng.below(height + 3)};
                database.versions().drop_below(from);
                while (kept.size() > 1 && kept.begin()->first < from) {
                    kept.erase(kept.begin());
                }
            }
            std::vector<Height> heights;
            for (const auto& [at, version] : kept) {
                heights.push_back(at);
                ASSERT_EQ(database.versions().load(at).root(), version.root())
                    << "seed " << seed << " height " << at.value;
                EXPECT_EQ(database.versions().block(at).front(), at.value % 256);
            }
            ASSERT_EQ(database.versions().heights(), heights);
        }
        database.versions().drop_below(Height{height});
        EXPECT_EQ(database.rows(2), size_of(state)) << "nothing is left of what was dropped";
        EXPECT_EQ(database.rows(3), 0U);
    }
}

TEST(StateVersions, CostWhatHasChanged) {
    const TemporaryFolder folder;
    Database database(folder / "data");
    graph::StateWrites many;
    for (int i = 0; i < 1000; ++i) {
        many[0].push_back({"key " + std::to_string(i), Bytes(100, 1)});
    }
    const StateSnapshot first = StateSnapshot().updated(many);
    EXPECT_GT(database.add(1, {}, first), 100'000U);
    const StateSnapshot second =
        first.updated({{{{"key 7", Bytes(100, 2)}, {"key 8", std::nullopt}}, {}}});
    EXPECT_LT(database.add(2, first, second), 200U);
    EXPECT_EQ(database.rows(2), 1002U);
    EXPECT_EQ(database.versions().load(Height{1}).root(), first.root());
    EXPECT_EQ(database.versions().load(Height{2}).root(), second.root());
    database.versions().drop_below(Height{2});
    EXPECT_EQ(database.rows(2), 999U);
}

TEST(StateVersions, NothingIsThereAtFirst) {
    const TemporaryFolder folder;
    const Database database(folder / "data");
    database.versions().drop_below(Height{5});
    EXPECT_TRUE(database.versions().heights().empty());
}

}  // namespace
}  // namespace nexus::actors
