#include "actors/node/node_disk.hpp"

#include "actors/node/disk_format.hpp"
#include "actors/node/duration_counts.hpp"
#include "actors/node/fatal.hpp"
#include "actors/node/real_clock.hpp"
#include "actors/node/state_versions.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "graph/state/state_snapshot.hpp"

#include <absl/status/status.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using disk::check;
using disk::key_of;
using disk::number_of;
using disk::slice;
using disk::view;

}  // namespace

class NodeDisk::State final : public Journal, public ChainStore {
public:
    State(std::unique_ptr<rocksdb::DB> db, rocksdb::ColumnFamilyHandle* journal,
          rocksdb::ColumnFamilyHandle* blocks, const StateVersions::Families& versions,
          const consensus::Engine& engine, const DiskOptions& options, bool is_original)
        : db_(std::move(db)),
          journal_(journal),
          blocks_(blocks),
          version_families_(versions),
          versions_(*db_, versions),
          engine_(engine),
          is_original_(is_original) {
        write_.sync = options.fsync;
        find_ends();
        if (!options.read_only) {
            versions_.drop_below(Height{first_.load()});
        }
        read_checkpoint();
        if (!options.read_only) {
            writer_ = std::thread([this] { write_forever(); });
        }
    }

    ~State() override {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
        }
        wake_.notify_one();
        if (writer_.joinable()) {
            writer_.join();
        }
        db_->DestroyColumnFamilyHandle(journal_);
        db_->DestroyColumnFamilyHandle(blocks_);
        db_->DestroyColumnFamilyHandle(version_families_.versions);
        db_->DestroyColumnFamilyHandle(version_families_.state);
        db_->DestroyColumnFamilyHandle(version_families_.changes);
    }

    State(const State&) = delete;
    State(State&&) = delete;
    State& operator=(const State&) = delete;
    State& operator=(State&&) = delete;

    void on_durable(std::function<void(DurableToken)> tell) { tell_ = std::move(tell); }

    // --- Journal ---

    DurableToken append(Bytes record) override {
        NEXUS_ASSERT(writer_.joinable());
        DurableToken token = 0;
        {
            const std::lock_guard lock(mutex_);
            token = next_++;
            waiting_.push_back({token, std::move(record)});
            ++waiting_count_;
        }
        wake_.notify_one();
        return token;
    }

    void forget(std::size_t count) override {
        {
            const std::lock_guard lock(mutex_);
            oldest_ += count;
            NEXUS_ASSERT(oldest_ <= next_);
        }
        wake_.notify_one();
    }

    std::vector<Bytes> records() const override {
        std::vector<Bytes> records;
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, journal_));
        for (at->SeekToFirst(); at->Valid(); at->Next()) {
            records.push_back(to_bytes(view(at->value())));
        }
        check(at->status(), "reading the journal");
        return records;
    }

    bool is_original() const override { return is_original_; }

    // --- ChainStore ---

    void put(consensus::CommittedBlock block) override {
        NEXUS_ASSERT(writer_.joinable());
        const std::uint64_t height = block.block->header.height.value;
        NEXUS_ASSERT(height == height_.load() + 1);
        const Instant begun = clock_.now();
        check(db_->Put(write_, blocks_, key_of(height), slice(encode_block(block))),
              "writing a block");
        block_writes_.record(clock_.now() - begun);
        recent_bytes_ += block.block->payload->bytes.size();
        recent_.push_back(std::move(block));
        while (recent_.size() > kRecentBlocks || recent_bytes_ > kRecentBytes) {
            forget_recent();
        }
        height_.store(height);
    }

    Height height() const override { return Height{height_.load()}; }

    consensus::CommittedBlock block(Height at) const override {
        NEXUS_ASSERT(at.value >= first_.load() && at.value <= height_.load());
        const std::uint64_t back = height_.load() - at.value;
        if (back < recent_.size()) {
            return recent_[recent_.size() - 1 - back];
        }
        std::string value;
        check(db_->Get({}, blocks_, key_of(at.value), &value), "reading a block");
        return decode_block(view(value));
    }

    Height first() const override { return Height{first_.load()}; }

    /// One batch: a crash finds the new checkpoint whole or not at all. What is older goes after
    /// it.
    void put_checkpoint(Checkpoint checkpoint, Height keep_from) override {
        NEXUS_ASSERT(writer_.joinable());
        NEXUS_ASSERT(!stored_ || checkpoint.height() > stored_->height());
        NEXUS_ASSERT(keep_from.value >= 1 && keep_from <= checkpoint.height());
        const std::uint64_t height = checkpoint.height().value;
        const Bytes block = encode_block(checkpoint.block);
        rocksdb::WriteBatch writes;
        checkpoint_bytes_ = versions_.add(checkpoint.height(), block,
                                          stored_ ? stored_->state : graph::StateSnapshot(),
                                          checkpoint.state, writes);
        const bool jumps = height > height_.load();
        const std::uint64_t first = jumps ? height : std::max(first_.load(), keep_from.value);
        if (first > first_.load()) {
            check(writes.DeleteRange(blocks_, key_of(first_.load()), key_of(first)), "batch");
        }
        if (jumps) {
            check(writes.Put(blocks_, key_of(height), slice(block)), "batch");
        }
        const Instant begun = clock_.now();
        check(db_->Write(write_, &writes), "writing a checkpoint");
        versions_.drop_below(Height{first});
        checkpoint_writes_.record(clock_.now() - begun);
        ++checkpoints_;
        if (jumps) {
            recent_.clear();
            recent_bytes_ = 0;
            height_.store(height);
        }
        first_.store(first);
        while (recent_.size() > height_.load() - first + 1) {
            forget_recent();
        }
        stored_ = std::move(checkpoint);
        count_versions();
    }
    std::optional<Checkpoint> checkpoint() const override { return stored_; }
    std::vector<Height> versions() const override {
        std::vector<Height> heights = versions_.heights();
        // A crash may have come before these were dropped.
        std::erase_if(heights, [this](Height at) { return at.value < first_.load(); });
        return heights;
    }

    Checkpoint version(Height at) const override {
        Checkpoint checkpoint{.block = decode_block(versions_.block(at)),
                              .state = versions_.load(at)};
        if (checkpoint.state.root() != checkpoint.block.block->header.state_root) {
            check(rocksdb::Status::Corruption("state", "another root than its block's"),
                  "reading a checkpoint");
        }
        return checkpoint;
    }

    DiskCounters counters() const {
        const std::uint64_t height = height_.load();
        const std::uint64_t first = first_.load();
        return {.records = records_.load(),
                .batches = batches_.load(),
                .bytes = bytes_.load(),
                .waiting = waiting_count_.load(),
                .blocks = height >= first ? height - first + 1 : 0,
                .checkpoints = checkpoints_.load(),
                .checkpoint_height = checkpoint_height_.load(),
                .checkpoint_bytes = checkpoint_bytes_.load(),
                .versions = versions_kept_.load(),
                .journal_writes = journal_writes_.read(),
                .block_writes = block_writes_.read(),
                .checkpoint_writes = checkpoint_writes_.read()};
    }

private:
    /// Blocks that need not be read: as many, but no more bytes.
    static constexpr std::size_t kRecentBlocks = 1024;
    static constexpr std::size_t kRecentBytes = std::size_t{32} << 20U;

    struct Append {
        DurableToken token = 0;
        Bytes record;
    };

    static Bytes encode_block(const consensus::CommittedBlock& block) {
        return encode_packet(*make_packet(BlockResponse{{block}}));
    }
    consensus::CommittedBlock decode_block(ByteView bytes) const {
        const PacketPtr packet = decode_packet(bytes, engine_);
        if (packet == nullptr) {
            check(rocksdb::Status::Corruption("block"), "reading");
        }
        return static_cast<const BlockResponsePacket&>(*packet).body.blocks.front();
    }

    void read_checkpoint() {
        if (const std::vector<Height> heights = versions_.heights(); !heights.empty()) {
            stored_ = version(heights.back());
        }
        count_versions();
    }

    void forget_recent() {
        recent_bytes_ -= recent_.front().block->payload->bytes.size();
        recent_.pop_front();
    }

    void count_versions() {
        checkpoint_height_ = stored_ ? stored_->height().value : 0;
        versions_kept_ = versions_.heights().size();
    }

    void find_ends() {
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, journal_));
        at->SeekToFirst();
        oldest_ = at->Valid() ? number_of(at->key()) : 1;
        at->SeekToLast();
        next_ = at->Valid() ? number_of(at->key()) + 1 : oldest_;
        erased_ = oldest_;
        const std::unique_ptr<rocksdb::Iterator> block(db_->NewIterator({}, blocks_));
        block->SeekToFirst();
        first_.store(block->Valid() ? number_of(block->key()) : 1);
        block->SeekToLast();
        height_.store(block->Valid() ? number_of(block->key()) : 0);
        check(at->status(), "reading the journal");
        check(block->status(), "reading blocks");
    }

    void write_forever() {
        for (;;) {
            std::deque<Append> batch;
            std::uint64_t oldest = 0;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock,
                           [this] { return is_ending_ || !waiting_.empty() || erased_ < oldest_; });
                if (is_ending_ && waiting_.empty()) {
                    return;
                }
                batch.swap(waiting_);
                oldest = oldest_;
            }
            rocksdb::WriteBatch writes;
            std::uint64_t bytes = 0;
            for (const Append& append : batch) {
                bytes += append.record.size();
                check(writes.Put(journal_, key_of(append.token), slice(append.record)), "batch");
            }
            if (erased_ < oldest) {
                check(writes.DeleteRange(journal_, key_of(erased_), key_of(oldest)), "batch");
            }
            rocksdb::WriteOptions how = write_;
            how.sync = write_.sync && !batch.empty();  // to forget is not urgent
            const Instant begun = clock_.now();
            check(db_->Write(how, &writes), "writing the journal");
            if (!batch.empty()) {
                journal_writes_.record(clock_.now() - begun);
                ++batches_;
            }
            {
                const std::lock_guard lock(mutex_);
                erased_ = oldest;
            }
            records_ += batch.size();
            bytes_ += bytes;
            waiting_count_ -= batch.size();
            for (const Append& append : batch) {
                if (tell_) {
                    tell_(append.token);
                }
            }
        }
    }

    std::unique_ptr<rocksdb::DB> db_;
    rocksdb::ColumnFamilyHandle* journal_;
    rocksdb::ColumnFamilyHandle* blocks_;
    StateVersions::Families version_families_;
    StateVersions versions_;
    const consensus::Engine& engine_;
    bool is_original_;
    rocksdb::WriteOptions write_;
    std::function<void(DurableToken)> tell_;

    std::deque<consensus::CommittedBlock> recent_;
    std::size_t recent_bytes_ = 0;  // of their payloads
    std::atomic<std::uint64_t> height_ = 0;
    std::atomic<std::uint64_t> first_ = 1;
    std::optional<Checkpoint> stored_;
    RealClock clock_{0};
    std::atomic<std::uint64_t> records_ = 0, batches_ = 0, bytes_ = 0, waiting_count_ = 0;
    std::atomic<std::uint64_t> checkpoints_ = 0, checkpoint_height_ = 0, checkpoint_bytes_ = 0;
    std::atomic<std::uint64_t> versions_kept_ = 0;
    DurationCounts journal_writes_, block_writes_, checkpoint_writes_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Append> waiting_;
    std::uint64_t oldest_ = 1, next_ = 1, erased_ = 1;
    bool is_ending_ = false;
    std::thread writer_;
};

namespace {

const std::string kOwnerKey = "owner";
const std::string kOriginalKey = "original";  // with kOwnerKey, if DiskOptions::is_first

/// Closes its column families before itself.
struct OpenDatabase {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> families;

    OpenDatabase() = default;
    OpenDatabase(const OpenDatabase&) = delete;
    OpenDatabase& operator=(const OpenDatabase&) = delete;
    ~OpenDatabase() {
        for (rocksdb::ColumnFamilyHandle* family : families) {
            db->DestroyColumnFamilyHandle(family);
        }
    }
};

rocksdb::Status open_database(const std::string& folder, bool read_only, OpenDatabase& database) {
    rocksdb::Options options;
    options.create_if_missing = !read_only;
    options.create_missing_column_families = !read_only;
    options.max_open_files = 256;
    options.db_write_buffer_size = std::size_t{32} << 20U;  // of all column families together
    options.keep_log_file_num = 2;
    options.max_log_file_size = std::size_t{4} << 20U;
    options.info_log_level = rocksdb::WARN_LEVEL;
    // A write that a crash cut short was never durable. A hole before the end is another matter:
    // votes behind it would be forgotten.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.track_and_verify_wals_in_manifest = true;  // of logs that are complete
    const std::vector<rocksdb::ColumnFamilyDescriptor> families{
        {rocksdb::kDefaultColumnFamilyName, {}},
        {"journal", {}},
        {"blocks", {}},
        {"versions", {}},
        {"state", {}},
        {"changes", {}}};
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status =
        read_only
            ? rocksdb::DB::OpenForReadOnly(options, folder, families, &database.families, &opened)
            : rocksdb::DB::Open(options, folder, families, &database.families, &opened);
    database.db.reset(opened);
    return status;
}

/// Writes whose data a new database will hold, and whether it is the first of its owner.
rocksdb::Status mark_new(rocksdb::DB& db, const DiskOptions& options) {
    rocksdb::WriteOptions how;
    how.sync = true;
    rocksdb::WriteBatch marks;
    rocksdb::Status status = marks.Put(kOwnerKey, options.owner);
    if (status.ok() && options.is_first) {
        status = marks.Put(kOriginalKey, "");
    }
    return status.ok() ? db.Write(how, &marks) : status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<NodeDisk>> NodeDisk::open(const std::string& folder,
                                                         const consensus::Engine& engine,
                                                         const DiskOptions& options) {
    OpenDatabase database;
    rocksdb::Status status = open_database(folder, options.read_only, database);
    std::string owner;
    if (status.ok()) {
        status = database.db->Get({}, kOwnerKey, &owner);
        if (status.IsNotFound() && !options.read_only) {
            owner = options.owner;
            status = mark_new(*database.db, options);
        }
    }
    std::string mark;
    const rocksdb::Status marked = status.ok() ? database.db->Get({}, kOriginalKey, &mark) : status;
    if (!marked.ok() && !(status.ok() && marked.IsNotFound())) {
        status = marked;
    }
    if (!status.ok()) {
        return absl::FailedPreconditionError(
            concat(folder, ": expected a database that can be opened, got: ", status.ToString()));
    }
    if (owner != options.owner) {
        return absl::FailedPreconditionError(
            concat(folder, ": expected the data of ", options.owner, ", got those of ", owner));
    }
    database.db->DestroyColumnFamilyHandle(database.families[0]);
    rocksdb::ColumnFamilyHandle* const journal = database.families[1];
    rocksdb::ColumnFamilyHandle* const blocks = database.families[2];
    const StateVersions::Families versions{.versions = database.families[3],
                                           .state = database.families[4],
                                           .changes = database.families[5]};
    database.families.clear();
    return std::unique_ptr<NodeDisk>(new NodeDisk(std::make_unique<State>(
        std::move(database.db), journal, blocks, versions, engine, options, marked.ok())));
}

NodeDisk::NodeDisk(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeDisk::~NodeDisk() = default;

void NodeDisk::on_durable(std::function<void(DurableToken)> tell) {
    state_->on_durable(std::move(tell));
}
Journal& NodeDisk::journal() { return *state_; }
ChainStore& NodeDisk::chain() { return *state_; }
DiskCounters NodeDisk::counters() const { return state_->counters(); }

}  // namespace nexus::actors
