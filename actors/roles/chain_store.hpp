#pragma once

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {

/// The finalized blocks of one node, from height 1. Survives a crash: a block is durable when `put`
/// returns.
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
    /// Pre: 1 <= at <= height().
    [[nodiscard]] virtual consensus::CommittedBlock block(Height at) const = 0;
};

/// Keeps the blocks in memory: the disk of a simulated node, which the cluster keeps over crashes.
class MemoryChainStore final : public ChainStore {
public:
    void put(consensus::CommittedBlock block) override {
        NEXUS_ASSERT(block.block->header.height.value == blocks_.size() + 1);
        blocks_.push_back(std::move(block));
    }
    [[nodiscard]] Height height() const override { return Height{blocks_.size()}; }
    [[nodiscard]] consensus::CommittedBlock block(Height at) const override {
        NEXUS_ASSERT(at.value >= 1);
        NEXUS_ASSERT(at.value <= blocks_.size());
        return blocks_[at.value - 1];
    }

private:
    std::vector<consensus::CommittedBlock> blocks_;
};

/// The finality proof of the block at this height: its header, and those above it up to the first
/// with a certificate. Nothing if no certificate is there yet.
/// Pre: 1 <= at <= store.height().
std::optional<consensus::FinalityProof> prove_finality(const ChainStore& store, Height at);

/// At most `blocks_max` consecutive blocks above `after`, ending with one that has a certificate,
/// so that the receiver can check them all. Empty when there is none.
std::vector<consensus::CommittedBlock> blocks_above(const ChainStore& store, Height after,
                                                    std::size_t blocks_max, std::size_t bytes_max);

}  // namespace nexus::actors
