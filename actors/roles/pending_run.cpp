#include "actors/roles/pending_run.hpp"

#include <cstddef>

namespace nexus::actors {

bool PendingRun::add(const std::vector<consensus::CommittedBlock>& part,
                     const consensus::Block& committed) {
    const bool goes_on = stands_on(committed.header.height);
    const consensus::Block* parent = goes_on ? blocks_.back().block.get() : &committed;
    for (const consensus::CommittedBlock& each : part) {
        if (each.block->header.parent != parent->id ||
            each.block->header.height != parent->header.height.next()) {
            return false;
        }
        parent = each.block.get();
    }
    if (part.empty()) {
        return false;
    }
    if (!goes_on) {
        blocks_.clear();  // committed by now, or of a chain that went on without it
    }
    blocks_.insert(blocks_.end(), part.begin(), part.end());
    return true;
}

Height PendingRun::end(Height committed) const {
    return stands_on(committed) ? blocks_.back().block->header.height : committed;
}

std::vector<consensus::CommittedBlock> PendingRun::joined(
    const std::vector<consensus::CommittedBlock>& blocks) const {
    if (blocks_.empty() || blocks.empty() ||
        blocks.front().block->header.parent != blocks_.back().block->id) {
        return blocks;
    }
    std::vector<consensus::CommittedBlock> all = blocks_;
    all.insert(all.end(), blocks.begin(), blocks.end());
    return all;
}

}  // namespace nexus::actors
