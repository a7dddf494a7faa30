#include "actors/roles/chain_store.hpp"

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {

std::optional<consensus::FinalityProof> prove_finality(const ChainStore& store, Height at) {
    NEXUS_ASSERT(at >= store.first());
    consensus::FinalityProof proof;
    for (Height height = at; height <= store.height(); height = height.next()) {
        const consensus::CommittedBlock committed = store.block(height);
        proof.headers.push_back(committed.block->header);
        if (committed.certificate != nullptr) {
            proof.certificate = committed.certificate;
            return proof;
        }
    }
    return std::nullopt;
}

namespace {

/// What a block takes in a message, roughly: a header, a payload, a certificate.
std::size_t bytes_of(const consensus::CommittedBlock& committed) {
    constexpr std::size_t kHeader = 256;
    constexpr std::size_t kEndorsement = 80;
    return kHeader + committed.block->payload->bytes.size() +
           (committed.certificate == nullptr
                ? 0
                : kEndorsement * committed.certificate->endorsements.size());
}

}  // namespace

BlockRange blocks_above(const ChainStore& store, Height after, std::size_t blocks_max,
                        std::size_t bytes_max) {
    std::vector<consensus::CommittedBlock> blocks;
    std::size_t certified = 0;  // blocks up to the last one with a certificate
    std::size_t bytes = 0;
    NEXUS_ASSERT(after.next() >= store.first());
    for (Height height = after.next(); height <= store.height(); height = height.next()) {
        consensus::CommittedBlock committed = store.block(height);
        bytes += bytes_of(committed);
        const bool is_full = blocks.size() >= blocks_max || bytes > bytes_max;
        if (is_full && certified > 0) {
            break;
        }
        if (is_full && !blocks.empty()) {
            auto proof = prove_finality(store, blocks.back().block->header.height);
            return proof ? BlockRange{.blocks = std::move(blocks), .proof = std::move(proof)}
                         : BlockRange{};
        }
        const bool has_certificate = committed.certificate != nullptr;
        blocks.push_back(std::move(committed));
        if (has_certificate) {
            certified = blocks.size();
        }
    }
    blocks.resize(certified);
    return {.blocks = std::move(blocks), .proof = std::nullopt};
}

}  // namespace nexus::actors
