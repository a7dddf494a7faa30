#pragma once

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "graph/state/state_snapshot.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {

/// The state after a finalized block: where a node can start that has nothing of what lies below.
struct Checkpoint {
    consensus::CommittedBlock block;  ///< With a certificate of its own.
    graph::StateSnapshot state;       ///< Its root is the one in the header.

    [[nodiscard]] Height height() const { return block.block->header.height; }
};

/// The newest finalized blocks of one node and checkpoints that are not below them. Survives a
/// crash: what `put` and `put_checkpoint` were given is durable when they return.
///
/// Invariant: blocks first() .. height() are there; if first() > 1, so is a checkpoint whose height
///            is at least first(). Whoever has the checkpoint and the blocks above it has the
///            state.
class ChainStore {
public:
    ChainStore() = default;
    ChainStore(const ChainStore&) = delete;
    ChainStore(ChainStore&&) = delete;
    ChainStore& operator=(const ChainStore&) = delete;
    ChainStore& operator=(ChainStore&&) = delete;
    virtual ~ChainStore() = default;

    /// Pre: the block's height is height() + 1.
    virtual void put(consensus::CommittedBlock block) = 0;
    /// Of the last block; 0 when there is none.
    [[nodiscard]] virtual Height height() const = 0;
    /// Of the oldest block that is there; 1 when there is none.
    [[nodiscard]] virtual Height first() const = 0;
    /// Pre: first() <= at <= height().
    [[nodiscard]] virtual consensus::CommittedBlock block(Height at) const = 0;

    /// Adds a checkpoint, and drops blocks and checkpoints below `keep_from`. One above height()
    /// came from another node: the store goes on from its block, and nothing older stays.
    /// Pre: the checkpoint is above the present one; 1 <= keep_from <= its height.
    virtual void put_checkpoint(Checkpoint checkpoint, Height keep_from) = 0;
    /// The newest.
    [[nodiscard]] virtual std::optional<Checkpoint> checkpoint() const = 0;
    /// Heights of all checkpoints, rising. With the blocks above the first of them the state after
    /// each later block can be had.
    [[nodiscard]] virtual std::vector<Height> versions() const = 0;
    /// Pre: `at` is one of versions().
    [[nodiscard]] virtual Checkpoint version(Height at) const = 0;
};

/// Keeps the blocks in memory: the disk of a simulated node, which the cluster keeps over crashes.
class MemoryChainStore final : public ChainStore {
public:
    void put(consensus::CommittedBlock block) override {
        NEXUS_ASSERT(block.block->header.height == height().next());
        blocks_.push_back(std::move(block));
    }
    [[nodiscard]] Height height() const override {
        return Height{first_.value + blocks_.size() - 1};
    }
    [[nodiscard]] Height first() const override { return first_; }
    [[nodiscard]] consensus::CommittedBlock block(Height at) const override {
        NEXUS_ASSERT(at >= first_);
        NEXUS_ASSERT(at <= height());
        return blocks_[at.value - first_.value];
    }
    void put_checkpoint(Checkpoint checkpoint, Height keep_from) override {
        NEXUS_ASSERT(versions_.empty() || checkpoint.height() > versions_.back().height());
        NEXUS_ASSERT(keep_from.value >= 1 && keep_from <= checkpoint.height());
        if (checkpoint.height() > height()) {
            blocks_.assign(1, checkpoint.block);
            first_ = checkpoint.height();
        }
        for (; first_ < keep_from; first_ = first_.next()) {
            blocks_.pop_front();
        }
        versions_.push_back(std::move(checkpoint));
        while (versions_.front().height() < first_) {
            versions_.pop_front();
        }
    }
    [[nodiscard]] std::optional<Checkpoint> checkpoint() const override {
        return versions_.empty() ? std::nullopt : std::optional(versions_.back());
    }
    [[nodiscard]] std::vector<Height> versions() const override {
        std::vector<Height> heights;
        for (const Checkpoint& version : versions_) {
            heights.push_back(version.height());
        }
        return heights;
    }
    [[nodiscard]] Checkpoint version(Height at) const override {
        const auto found =
            std::find_if(versions_.begin(), versions_.end(),
                         [at](const Checkpoint& version) { return version.height() == at; });
        NEXUS_ASSERT(found != versions_.end());
        return *found;
    }

private:
    std::deque<consensus::CommittedBlock> blocks_;
    Height first_{1};
    std::deque<Checkpoint> versions_;
};

/// The finality proof of the block at this height: its header, and those above it up to the first
/// with a certificate. Nothing if no certificate is there yet.
/// Pre: store.first() <= at <= store.height().
std::optional<consensus::FinalityProof> prove_finality(const ChainStore& store, Height at);

/// Consecutive finalized blocks that one message has room for.
struct BlockRange {
    std::vector<consensus::CommittedBlock> blocks;
    /// That the last block is final, where it has no certificate of its own.
    std::optional<consensus::FinalityProof> proof;
};

/// At most `blocks_max` consecutive blocks above `after`, ending with one that has a certificate,
/// so that the receiver can check them all. Empty when there is none. Where there are more, or
/// longer ones than `bytes_max`, up to the first certificate: those that are not, at least one,
/// with a proof.
/// Pre: store.first() <= after + 1.
BlockRange blocks_above(const ChainStore& store, Height after, std::size_t blocks_max,
                        std::size_t bytes_max);

}  // namespace nexus::actors
