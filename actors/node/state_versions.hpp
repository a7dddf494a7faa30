#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/state/state_snapshot.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace nexus::actors {

/// The state after some finalized blocks, in three column families of a node's database. A version
/// stores what has changed since the one before it, so that it costs what was done and not what
/// there is.
///
///     versions   height                           -> its block
///     state      tree, hashed key, ~height        -> the entry: key, and value if it has one
///     changes    height, tree, hashed key         -> nothing; which entries have this height
///
/// Invariant: for each height in `versions`, the entries at or below it that are the newest of
/// their
///            keys are the state after that block.
/// Failure:   an error of the database, or an entry that cannot be read, ends the process.
/// Threading: none.
class StateVersions {
public:
    struct Families {
        rocksdb::ColumnFamilyHandle* versions = nullptr;
        rocksdb::ColumnFamilyHandle* state = nullptr;
        rocksdb::ColumnFamilyHandle* changes = nullptr;
    };

    /// The database outlives this and owns the families.
    StateVersions(rocksdb::DB& db, Families families);

    /// Adds a version to a batch; returns the bytes of its entries.
    /// Pre: height is above all versions; `before` is the state of the newest, empty if there is
    /// none.
    std::size_t add(Height height, ByteView block, const graph::StateSnapshot& before,
                    const graph::StateSnapshot& after, rocksdb::WriteBatch& batch) const;
    /// Drops the versions below a height, and each entry that only they had. The newest stays in
    /// any case. May be repeated after a crash in the middle.
    void drop_below(Height height) const;

    /// Rising.
    [[nodiscard]] std::vector<Height> heights() const;
    /// What `add` was given as block. Pre: `at` is one of heights().
    [[nodiscard]] Bytes block(Height at) const;
    /// The state after it; whoever knows the root compares. Pre: `at` is one of heights().
    [[nodiscard]] graph::StateSnapshot load(Height at) const;

private:
    /// Deletes the entries of a key that the newest at or below `base` makes useless.
    void forget_older(const std::string& place, Height base, rocksdb::WriteBatch& batch) const;
    /// Calls `visit(tree, hashed key)` for each change of a version.
    void for_each_change(Height at, const std::function<void(const std::string&)>& visit) const;

    rocksdb::DB& db_;
    Families families_;
};

}  // namespace nexus::actors
