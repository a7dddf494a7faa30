#pragma once

#include "actors/node/duration_counts.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "consensus/api/protocol.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nexus::actors {

struct DiskOptions {
    /// Whose data this is: written into a new database, and compared with that of an old one. The
    /// journal of another validator would make this one sign twice.
    std::string owner;
    /// Whether a database that is made now is the first of its owner, who has signed nothing yet:
    /// Journal::is_original. An old one remembers what it was told when it was made.
    bool is_first = false;
    /// Looks at what is there, perhaps while its owner writes: nothing can be appended or put.
    bool read_only = false;
    /// False: a record counts as durable once the operating system has it. It then survives the
    /// death of the process, not that of the machine.
    bool fsync = true;
};

/// How the disk of a node is doing.
struct DiskCounters {
    std::uint64_t records = 0;  ///< Made durable.
    std::uint64_t batches = 0;  ///< Writes that they took.
    std::uint64_t bytes = 0;    ///< Of these records.
    std::uint64_t waiting = 0;  ///< Records that are not durable yet.
    std::uint64_t blocks = 0;   ///< That are kept.
    std::uint64_t checkpoints = 0;
    std::uint64_t checkpoint_height = 0;  ///< 0: there is none.
    std::uint64_t checkpoint_bytes = 0;   ///< Of what the last had changed.
    std::uint64_t versions = 0;           ///< Checkpoints that are kept.
    DurationCounts::Reading journal_writes, block_writes, checkpoint_writes;  ///< With the fsync.
};

/// The disk of one validator: its journal, finalized blocks and the state at checkpoints, in one
/// RocksDB database.
///
/// Threading: every method may be called from any thread, the ports' by one at a time.
/// Failure:   an error of the database after it was opened ends the process: a validator that
///            cannot remember what it signed must not sign.
class NodeDisk {
public:
    /// Opens or makes the database in a folder. `engine` decodes blocks and outlives the disk.
    /// Errors: FailedPrecondition for a database of another owner, and those of the database, with
    /// the folder in the text.
    static absl::StatusOr<std::unique_ptr<NodeDisk>> open(const std::string& folder,
                                                          const consensus::Engine& engine,
                                                          const DiskOptions& options);

    NodeDisk(const NodeDisk&) = delete;
    NodeDisk& operator=(const NodeDisk&) = delete;
    /// Writes what waits.
    ~NodeDisk();

    /// Called on the writer's thread for each durable append, in order. Set before the first.
    void on_durable(std::function<void(DurableToken)> tell);

    [[nodiscard]] Journal& journal();
    [[nodiscard]] ChainStore& chain();
    [[nodiscard]] DiskCounters counters() const;

private:
    class State;
    explicit NodeDisk(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace nexus::actors
