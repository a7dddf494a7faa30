#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>

#include <string>
#include <vector>

namespace nexus::sim {

/// Agreement: at each height all honest validators commit the same block, each commits heights one
/// after the other, and each block names the one below as its parent.
class AgreementChecker final : public Checker {
public:
    explicit AgreementChecker(const Hash& genesis);
    void on_commit(const CommitEvent& event) override;
    void on_checkpoint(const CheckpointEvent& event) override;

private:
    struct Chosen {
        Hash block;
        std::string by;
    };
    std::vector<Chosen> chosen_;                         // by height; the genesis first
    absl::btree_map<NodeId, std::vector<Hash>> chains_;  // as each validator has it
    Hash genesis_;
};

}  // namespace nexus::sim
