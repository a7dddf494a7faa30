#pragma once

#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace nexus::actors {

/// Beginnings of runs of blocks that share one certificate, at the run's end, and that are together
/// longer than a message. Each part is proven to be final before it is added; the protocol takes a
/// run as a whole, for it commits what a certificate it can keep proves.
///
/// Peers are not trusted: each has a run of its own, all parts of which lead to the same certified
/// block, so that none disturbs what another one sends.
///
/// Invariant: at most kRunsMax runs of at most kBytesMax each; consecutive blocks without
/// certificates, each the parent of the next.
class PendingRuns {
public:
    static constexpr std::size_t kRunsMax = 4;
    static constexpr std::size_t kBytesMax = std::size_t{64} << 20U;

    /// Appends a part that a peer has sent, if it goes on where its run ends, or begins one on the
    /// committed block. False, and nothing changes, if it does not, or if there is no room.
    /// Pre: no block has a certificate; `proof` holds, for the last of them, and the certificate in
    /// it is of a later one.
    bool add(NodeId peer, const std::vector<consensus::CommittedBlock>& part,
             const consensus::FinalityProof& proof, const consensus::Block& committed);

    /// After which height to ask a peer for more: the end of its run, or `committed` itself.
    [[nodiscard]] Height end(NodeId peer, Height committed) const;

    /// What a peer sent, with so much of its run before it as it goes on from.
    [[nodiscard]] std::vector<consensus::CommittedBlock> joined(
        NodeId peer, const std::vector<consensus::CommittedBlock>& blocks) const;

    /// Forgets runs that do not stand on this block any more.
    void committed(Height height);

private:
    struct Run {
        std::vector<consensus::CommittedBlock> blocks;  // never empty
        Hash goal;                                      // the block with the certificate
        std::size_t bytes = 0;
    };

    std::map<NodeId, Run> runs_;
};

}  // namespace nexus::actors
