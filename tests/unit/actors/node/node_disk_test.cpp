#include "actors/node/node_disk.hpp"

#include "consensus/registry/registry.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/toy_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

namespace nexus::actors {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using tests::TemporaryFolder;
using tests::ToyChain;

const consensus::Engine& engine() { return *consensus::find_engine("simplex"); }

Bytes record(std::uint32_t number) {
    return {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8U), 7};
}

/// Waits for appends to become durable.
class Durable {
public:
    explicit Durable(NodeDisk& disk) {
        disk.on_durable([this](DurableToken token) {
            const std::lock_guard lock(mutex_);
            tokens_.push_back(token);
            wake_.notify_all();
        });
    }
    /// All tokens told so far, once there are as many.
    std::vector<DurableToken> await(std::size_t count) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return tokens_.size() >= count; });
        return tokens_;
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<DurableToken> tokens_;
};

std::unique_ptr<NodeDisk> open(const std::string& folder, const char* owner = "one") {
    auto disk = NodeDisk::open(folder, engine(), {.owner = owner});
    EXPECT_TRUE(disk.ok()) << disk.status().message();
    return disk.ok() ? *std::move(disk) : nullptr;
}

bool is_original(const std::string& folder, bool is_first) {
    const auto disk = NodeDisk::open(folder, engine(), {.owner = "one", .is_first = is_first});
    EXPECT_TRUE(disk.ok()) << disk.status().message();
    return disk.ok() && (*disk)->journal().is_original();
}

/// The write-ahead logs of a database, by rising number.
std::vector<fs::path> logs_of(const std::string& folder) {
    std::vector<fs::path> logs;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".log") {
            logs.push_back(entry.path());
        }
    }
    std::sort(logs.begin(), logs.end());
    return logs;
}

/// Appends `count` records, waits for them, and copies the database as it lies on the disk then:
/// what a killed process leaves.
void leave_behind(const std::string& folder, const std::string& copy, std::uint32_t count) {
    const auto disk = open(folder);
    ASSERT_NE(disk, nullptr);
    Durable durable(*disk);
    for (std::uint32_t i = 0; i < count; ++i) {
        disk->journal().append(record(i));
        durable.await(i + 1);  // one write each
    }
    fs::copy(folder, copy, fs::copy_options::recursive);
}

TEST(NodeDisk, RemembersWhetherItWasTheFirstOfItsOwner) {
    const TemporaryFolder folder;
    EXPECT_TRUE(is_original(folder / "first", true));
    EXPECT_TRUE(is_original(folder / "first", false)) << "it was told once";
    EXPECT_FALSE(is_original(folder / "second", false));
    EXPECT_FALSE(is_original(folder / "second", true)) << "it is too late to say so";
}

TEST(NodeDisk, TellsAppendsInOrderOnceTheyAreDurable) {
    const TemporaryFolder folder;
    const auto disk = open(folder / "data");
    ASSERT_NE(disk, nullptr);
    Durable durable(*disk);
    std::vector<DurableToken> expected;
    for (std::uint32_t i = 0; i < 500; ++i) {
        expected.push_back(disk->journal().append(record(i)));
    }
    EXPECT_EQ(durable.await(500), expected);
    const DiskCounters counters = disk->counters();
    EXPECT_EQ(counters.records, 500U);
    EXPECT_EQ(counters.waiting, 0U);
    EXPECT_GE(counters.bytes, 500U);
    const auto& writes = counters.journal_writes.counts;
    EXPECT_EQ(std::accumulate(writes.begin(), writes.end(), std::uint64_t{0}), counters.batches);
    EXPECT_GT(counters.journal_writes.sum_microseconds, 0);
}

TEST(NodeDisk, AppendsThatMeetShareAWrite) {
    const TemporaryFolder folder;
    const auto disk = open(folder / "data");
    ASSERT_NE(disk, nullptr);
    // The writer is held in the first append's callback until all others wait.
    std::mutex mutex;
    std::condition_variable wake;
    bool may_go_on = false;
    std::size_t told = 0;
    disk->on_durable([&](DurableToken) {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return may_go_on; });
        ++told;
        wake.notify_all();
    });
    for (std::uint32_t i = 0; i < 200; ++i) {
        disk->journal().append(record(i));
    }
    std::unique_lock lock(mutex);
    may_go_on = true;
    wake.notify_all();
    wake.wait(lock, [&] { return told == 200; });
    // Those that came before the writer woke went with the first batch, all others with the second.
    EXPECT_LE(disk->counters().batches, 2U);
}

TEST(NodeDisk, GivesBackWhatItHeldWhenItIsOpenedAgain) {
    const TemporaryFolder folder;
    ToyChain chain;
    std::vector<Bytes> expected;
    {
        const auto disk = open(folder / "data");
        ASSERT_NE(disk, nullptr);
        EXPECT_TRUE(disk->journal().records().empty());
        EXPECT_EQ(disk->chain().height(), Height{0});
        Durable durable(*disk);
        for (std::uint32_t i = 0; i < 10; ++i) {
            disk->journal().append(record(i));
        }
        durable.await(10);
        disk->journal().forget(4);
        for (std::uint32_t i = 4; i < 10; ++i) {
            expected.push_back(record(i));
        }
        for (int i = 0; i < 3; ++i) {
            const auto made = chain.extend({}, i != 1);
            disk->chain().put({.block = made.block, .certificate = made.certificate});
        }
        disk->journal().append(record(10));
        durable.await(11);
        expected.push_back(record(10));
    }
    const auto disk = open(folder / "data");
    ASSERT_NE(disk, nullptr);
    EXPECT_EQ(disk->journal().records(), expected);
    ASSERT_EQ(disk->chain().height(), Height{3});
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const auto stored = disk->chain().block(Height{i});
        const auto original = chain.store().block(Height{i});
        EXPECT_EQ(stored.block->id, original.block->id);
        EXPECT_EQ(stored.block->payload->bytes, original.block->payload->bytes);
        EXPECT_EQ(stored.certificate == nullptr, i == 2);
    }
    EXPECT_EQ(disk->chain().block(Height{3}).certificate->endorsements.size(), 3U);
}

TEST(NodeDisk, AnAppendAfterRecoveryFollowsTheOldOnes) {
    const TemporaryFolder folder;
    {
        const auto disk = open(folder / "data");
        Durable durable(*disk);
        disk->journal().append(record(0));
        durable.await(1);
    }
    {
        const auto disk = open(folder / "data");
        Durable durable(*disk);
        disk->journal().append(record(1));
        durable.await(1);
    }
    EXPECT_EQ(open(folder / "data")->journal().records(),
              (std::vector<Bytes>{record(0), record(1)}));
}

TEST(NodeDisk, ATornWriteLosesOnlyWhatWasNotDurable) {
    const TemporaryFolder folder;
    const std::string copy = folder / "copy";
    leave_behind(folder / "data", copy, 20);
    const fs::path log = logs_of(copy).back();
    const auto whole = fs::file_size(log);
    std::size_t found_before = 20;
    for (std::uintmax_t cut = 0; cut < 60; cut += 7) {
        SCOPED_TRACE(testing::Message() << cut << " bytes cut off");
        fs::resize_file(log, whole - cut);
        const std::string opened = folder / "opened";
        fs::copy(copy, opened, fs::copy_options::recursive);
        const auto disk = open(opened);
        ASSERT_NE(disk, nullptr);
        const std::vector<Bytes> records = disk->journal().records();
        ASSERT_LE(records.size(), found_before) << "a shorter log cannot hold more";
        found_before = records.size();
        for (std::uint32_t i = 0; i < records.size(); ++i) {
            EXPECT_EQ(records[i], record(i)) << "what is left must be a prefix";
        }
        EXPECT_EQ(records.size() == 20, cut == 0);
        fs::remove_all(opened);
    }
    EXPECT_GE(found_before, 16U) << "60 bytes are the last few writes";
}

TEST(NodeDisk, RefusesAJournalThatIsBrokenInTheMiddle) {
    const TemporaryFolder folder;
    const std::string copy = folder / "copy";
    leave_behind(folder / "data", copy, 50);
    const fs::path log = logs_of(copy).back();
    {
        std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
        const auto middle = static_cast<std::streamoff>(fs::file_size(log) / 2);
        file.seekg(middle);
        const char byte = static_cast<char>(file.get() ^ 0x55);
        file.seekp(middle);
        file.put(byte);
    }
    const auto disk = NodeDisk::open(copy, engine(), {.owner = "one"});
    ASSERT_FALSE(disk.ok()) << "votes after the hole would be forgotten and signed again otherwise";
    EXPECT_THAT(std::string(disk.status().message()), HasSubstr(copy));
}

TEST(NodeDisk, RefusesTheDataOfAnother) {
    const TemporaryFolder folder;
    ASSERT_NE(open(folder / "data", "validator-0"), nullptr);
    const auto disk = NodeDisk::open(folder / "data", engine(), {.owner = "validator-1"});
    ASSERT_FALSE(disk.ok());
    EXPECT_THAT(std::string(disk.status().message()), HasSubstr("validator-0"));
    EXPECT_THAT(std::string(disk.status().message()), HasSubstr("validator-1"));
}

TEST(NodeDisk, RefusesAFolderThatIsInUse) {
    const TemporaryFolder folder;
    const auto first = open(folder / "data");
    EXPECT_FALSE(NodeDisk::open(folder / "data", engine(), {.owner = "one"}).ok());
}

TEST(NodeDisk, CanBeReadWhileItsOwnerWrites) {
    const TemporaryFolder folder;
    const auto disk = open(folder / "data");
    Durable durable(*disk);
    ToyChain chain;
    const auto made = chain.extend({});
    disk->chain().put({.block = made.block, .certificate = made.certificate});
    disk->journal().append(record(0));
    durable.await(1);
    const auto reader =
        NodeDisk::open(folder / "data", engine(), {.owner = "one", .read_only = true});
    ASSERT_TRUE(reader.ok()) << reader.status().message();
    EXPECT_EQ((*reader)->chain().height(), Height{1});
    EXPECT_EQ((*reader)->journal().records(), std::vector<Bytes>{record(0)});
    EXPECT_FALSE(
        NodeDisk::open(folder / "none", engine(), {.owner = "one", .read_only = true}).ok());
    EXPECT_FALSE(fs::exists(folder / "none"));
}

/// A chain of so many blocks, each with a certificate, and the checkpoint at each height.
struct CheckpointedChain {
    ToyChain chain;
    std::vector<Checkpoint> checkpoints;  // of heights 1, 2, ...

    explicit CheckpointedChain(std::uint64_t blocks) {
        for (std::uint64_t i = 0; i < blocks; ++i) {
            const tests::ToyBlock made = chain.extend({tests::transfer(0, i, 1)});
            checkpoints.push_back({.block = {.block = made.block, .certificate = made.certificate},
                                   .state = chain.state()});
        }
    }
    void fill(ChainStore& store, std::uint64_t until) const {
        for (Height at = store.height().next(); at.value <= until; at = at.next()) {
            store.put(checkpoints[at.value - 1].block);
        }
    }
};

void expect_checkpoint(const ChainStore& store, const Checkpoint& expected) {
    const auto stored = store.checkpoint();
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->block.block->id, expected.block.block->id);
    ASSERT_NE(stored->block.certificate, nullptr);
    EXPECT_EQ(stored->state.root(), expected.state.root());
}

TEST(NodeDisk, ACheckpointLetsOldBlocksGoAndSurvives) {
    const TemporaryFolder folder;
    const CheckpointedChain made(8);
    {
        const auto disk = open(folder / "data");
        ChainStore& store = disk->chain();
        EXPECT_FALSE(store.checkpoint().has_value());
        EXPECT_EQ(store.first(), Height{1});
        made.fill(store, 6);
        store.put_checkpoint(made.checkpoints[2], Height{2});
        expect_checkpoint(store, made.checkpoints[2]);
        store.put_checkpoint(made.checkpoints[4], Height{4});
        EXPECT_EQ(store.first(), Height{4});
        EXPECT_EQ(store.block(Height{4}).block->id, made.checkpoints[3].block.block->id);
        const DiskCounters counters = disk->counters();
        EXPECT_EQ(counters.blocks, 3U) << "4, 5 and 6 are kept";
        EXPECT_EQ(counters.checkpoints, 2U);
        EXPECT_EQ(counters.checkpoint_height, 5U);
        EXPECT_GT(counters.checkpoint_bytes, 0U);
    }
    const auto disk = open(folder / "data");
    ChainStore& store = disk->chain();
    expect_checkpoint(store, made.checkpoints[4]);
    EXPECT_EQ(store.first(), Height{4});
    EXPECT_EQ(store.height(), Height{6});
    for (Height at{4}; at.value <= 6; at = at.next()) {
        EXPECT_EQ(store.block(at).block->id, made.checkpoints[at.value - 1].block.block->id);
    }
    made.fill(store, 8);
    EXPECT_EQ(store.height(), Height{8});
}

TEST(NodeDisk, KeepsAStateForEachCheckpointAboveTheOldestBlock) {
    const TemporaryFolder folder;
    const CheckpointedChain made(8);
    const auto expect_versions = [&](const ChainStore& store, const std::vector<Height>& heights) {
        EXPECT_EQ(store.versions(), heights);
        for (const Height at : store.versions()) {
            const Checkpoint version = store.version(at);
            const Checkpoint& expected = made.checkpoints[at.value - 1];
            EXPECT_EQ(version.block.block->id, expected.block.block->id);
            EXPECT_EQ(version.state.root(), expected.state.root());
        }
    };
    {
        const auto disk = open(folder / "data");
        ChainStore& store = disk->chain();
        made.fill(store, 8);
        store.put_checkpoint(made.checkpoints[1], Height{1});
        const std::uint64_t whole = disk->counters().checkpoint_bytes;
        store.put_checkpoint(made.checkpoints[3], Height{1});
        EXPECT_LT(disk->counters().checkpoint_bytes, whole) << "only what has changed";
        expect_versions(store, {Height{2}, Height{4}});
        store.put_checkpoint(made.checkpoints[4], Height{3});
        expect_versions(store, {Height{4}, Height{5}});
        EXPECT_EQ(disk->counters().versions, 2U);
    }
    const auto disk = open(folder / "data");
    expect_versions(disk->chain(), {Height{4}, Height{5}});
    disk->chain().put_checkpoint(made.checkpoints[7], Height{8});
    expect_versions(disk->chain(), {Height{8}});
}

TEST(NodeDisk, ACheckpointFromElsewhereIsWhereItGoesOn) {
    for (const std::uint64_t known : {0U, 3U}) {
        const TemporaryFolder folder;
        const CheckpointedChain made(8);
        {
            const auto disk = open(folder / "data");
            made.fill(disk->chain(), known);
            disk->chain().put_checkpoint(made.checkpoints[6], Height{7});
            EXPECT_EQ(disk->chain().first(), Height{7});
            EXPECT_EQ(disk->chain().height(), Height{7});
            made.fill(disk->chain(), 8);
        }
        const auto disk = open(folder / "data");
        expect_checkpoint(disk->chain(), made.checkpoints[6]);
        EXPECT_EQ(disk->chain().first(), Height{7});
        EXPECT_EQ(disk->chain().height(), Height{8});
        EXPECT_EQ(disk->chain().block(Height{7}).block->id, made.checkpoints[6].block.block->id);
    }
}

}  // namespace
}  // namespace nexus::actors
