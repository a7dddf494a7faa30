#include "actors/node/node_disk.hpp"

#include "actors/node/duration_counts.hpp"
#include "actors/node/fatal.hpp"
#include "actors/node/real_clock.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "graph/state/state_parts.hpp"

#include <absl/status/status.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

/// Keys sort as numbers do.
std::string key_of(std::uint64_t number) {
    std::string key(8, '\0');
    for (unsigned i = 0; i < 8; ++i) {
        key[i] = static_cast<char>(number >> (56 - 8 * i));
    }
    return key;
}

std::uint64_t number_of(const rocksdb::Slice& key) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
        number = number << 8U | static_cast<std::uint8_t>(key[i]);
    }
    return number;
}

rocksdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView view(const rocksdb::Slice& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A validator that cannot write must stop before it signs anything else.
void check(const rocksdb::Status& status, const char* what) {
    if (!status.ok()) {
        tell_fatal(concat("disk: ", what), status.ToString());
        std::abort();
    }
}

}  // namespace

class NodeDisk::State final : public Journal, public ChainStore {
public:
    State(std::unique_ptr<rocksdb::DB> db, rocksdb::ColumnFamilyHandle* journal,
          rocksdb::ColumnFamilyHandle* blocks, rocksdb::ColumnFamilyHandle* checkpoint,
          const consensus::Engine& engine, const DiskOptions& options)
        : db_(std::move(db)),
          journal_(journal),
          blocks_(blocks),
          checkpoint_(checkpoint),
          engine_(engine) {
        write_.sync = options.fsync;
        find_ends();
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
        db_->DestroyColumnFamilyHandle(checkpoint_);
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

    // --- ChainStore ---

    void put(consensus::CommittedBlock block) override {
        NEXUS_ASSERT(writer_.joinable());
        const std::uint64_t height = block.block->header.height.value;
        NEXUS_ASSERT(height == height_.load() + 1);
        const Instant begun = clock_.now();
        check(db_->Put(write_, blocks_, key_of(height), slice(encode_block(block))),
              "writing a block");
        block_writes_.record(clock_.now() - begun);
        recent_.push_back(std::move(block));
        if (recent_.size() > kRecentBlocks) {
            recent_.pop_front();
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

    /// One batch: a crash finds the checkpoint before or the one after, whole.
    void put_checkpoint(Checkpoint checkpoint, Height keep_from) override {
        NEXUS_ASSERT(writer_.joinable());
        NEXUS_ASSERT(!stored_ || checkpoint.height() > stored_->height());
        NEXUS_ASSERT(keep_from.value >= 1 && keep_from <= checkpoint.height());
        const std::uint64_t height = checkpoint.height().value;
        rocksdb::WriteBatch writes;
        check(writes.DeleteRange(checkpoint_, key_of(0), key_of(~std::uint64_t{0})), "batch");
        check(writes.Put(checkpoint_, key_of(0), slice(encode_block(checkpoint.block))), "batch");
        std::uint64_t number = 1;
        std::uint64_t bytes = 0;
        for (const Bytes& part : graph::split_state(checkpoint.state)) {
            bytes += part.size();
            check(writes.Put(checkpoint_, key_of(number++), slice(part)), "batch");
        }
        const bool jumps = height > height_.load();
        const std::uint64_t first = jumps ? height : std::max(first_.load(), keep_from.value);
        if (first > first_.load()) {
            check(writes.DeleteRange(blocks_, key_of(first_.load()), key_of(first)), "batch");
        }
        if (jumps) {
            check(writes.Put(blocks_, key_of(height), slice(encode_block(checkpoint.block))),
                  "batch");
        }
        const Instant begun = clock_.now();
        check(db_->Write(write_, &writes), "writing a checkpoint");
        checkpoint_writes_.record(clock_.now() - begun);
        checkpoint_bytes_ = bytes;
        checkpoint_height_ = height;
        ++checkpoints_;
        if (jumps) {
            recent_.assign(1, checkpoint.block);
            height_.store(height);
        }
        first_.store(first);
        while (recent_.size() > height_.load() - first + 1) {
            recent_.pop_front();
        }
        stored_ = std::move(checkpoint);
    }
    std::optional<Checkpoint> checkpoint() const override { return stored_; }

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
                .journal_writes = journal_writes_.read(),
                .block_writes = block_writes_.read(),
                .checkpoint_writes = checkpoint_writes_.read()};
    }

private:
    static constexpr std::size_t kRecentBlocks = 1024;

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
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, checkpoint_));
        at->SeekToFirst();
        if (!at->Valid()) {
            check(at->status(), "reading the checkpoint");
            return;
        }
        Checkpoint checkpoint{.block = decode_block(view(at->value())), .state = {}};
        std::vector<Bytes> parts;
        for (at->Next(); at->Valid(); at->Next()) {
            parts.push_back(to_bytes(view(at->value())));
        }
        check(at->status(), "reading the checkpoint");
        auto state = graph::join_state(parts, checkpoint.block.block->header.state_root);
        if (!state) {
            check(rocksdb::Status::Corruption("state", std::string(to_string(state.error()))),
                  "reading the checkpoint");
        }
        checkpoint.state = *std::move(state);
        checkpoint_height_ = checkpoint.height().value;
        stored_ = std::move(checkpoint);
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
    rocksdb::ColumnFamilyHandle* checkpoint_;  // 0: the block; from 1 on: parts of the state
    const consensus::Engine& engine_;
    rocksdb::WriteOptions write_;
    std::function<void(DurableToken)> tell_;

    std::deque<consensus::CommittedBlock> recent_;
    std::atomic<std::uint64_t> height_ = 0;
    std::atomic<std::uint64_t> first_ = 1;
    std::optional<Checkpoint> stored_;
    RealClock clock_{0};
    std::atomic<std::uint64_t> records_ = 0, batches_ = 0, bytes_ = 0, waiting_count_ = 0;
    std::atomic<std::uint64_t> checkpoints_ = 0, checkpoint_height_ = 0, checkpoint_bytes_ = 0;
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
    const std::vector<rocksdb::ColumnFamilyDescriptor> families{
        {rocksdb::kDefaultColumnFamilyName, {}},
        {"journal", {}},
        {"blocks", {}},
        {"checkpoint", {}}};
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status =
        read_only
            ? rocksdb::DB::OpenForReadOnly(options, folder, families, &database.families, &opened)
            : rocksdb::DB::Open(options, folder, families, &database.families, &opened);
    database.db.reset(opened);
    return status;
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
            rocksdb::WriteOptions how;
            how.sync = true;
            owner = options.owner;
            status = database.db->Put(how, kOwnerKey, owner);
        }
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
    rocksdb::ColumnFamilyHandle* const checkpoint = database.families[3];
    database.families.clear();
    return std::unique_ptr<NodeDisk>(new NodeDisk(std::make_unique<State>(
        std::move(database.db), journal, blocks, checkpoint, engine, options)));
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
