#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "tests/support/guest.hpp"
#include "zkvm/vm/execution.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm::tests {

inline Hash filled(std::uint8_t byte) {
    Hash hash;
    hash.bytes.fill(byte);
    return hash;
}

inline void append(Bytes& bytes, const Hash& hash) {
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
}

/// A credential in a tree of issuers' commitments: what issuer, holder and verifier compute, by the
/// README of the guest.
struct Presentation {
    Hash salt = filled(0x55);
    std::uint32_t age = 18;
    std::uint32_t level = 3;
    std::uint32_t index = 5;
    std::uint32_t depth = 4;
    std::uint32_t level_min = 3;
    Hash nonce = filled(0x77);

    [[nodiscard]] Hash commitment() const {
        Bytes bytes = {2};
        append(bytes, salt);
        put_u32(put_u32(bytes, age), level);
        return sha256(bytes);
    }

    /// The leaves of the tree: ours at `index`, those of others elsewhere.
    [[nodiscard]] std::vector<Hash> leaves() const {
        std::vector<Hash> all;
        for (std::uint32_t i = 0; i < 1U << depth; ++i) {
            all.push_back(i == index ? commitment() : filled(static_cast<std::uint8_t>(i)));
        }
        return all;
    }

    /// The siblings from the leaf up, and the root behind them.
    [[nodiscard]] std::vector<Hash> path() const {
        std::vector<Hash> siblings;
        std::vector<Hash> level_hashes = leaves();
        for (std::uint32_t at = index; level_hashes.size() > 1; at /= 2) {
            siblings.push_back(level_hashes[at ^ 1U]);
            std::vector<Hash> above;
            for (std::size_t i = 0; i < level_hashes.size(); i += 2) {
                above.push_back(sha256_node(1, level_hashes[i], level_hashes[i + 1]));
            }
            level_hashes = above;
        }
        siblings.push_back(level_hashes.front());
        return siblings;
    }

    [[nodiscard]] ExecutionInput input() const {
        const std::vector<Hash> hashes = path();
        ExecutionInput input;
        append(input.public_input, hashes.back());
        append(input.public_input, nonce);
        put_u32(input.public_input, level_min);
        append(input.private_input, salt);
        for (const std::uint32_t number : {age, level, index, depth}) {
            put_u32(input.private_input, number);
        }
        for (std::size_t i = 0; i + 1 < hashes.size(); ++i) {
            append(input.private_input, hashes[i]);
        }
        return input;
    }

    [[nodiscard]] Hash tag() const {
        Bytes bytes = {3};
        append(bytes, salt);
        append(bytes, nonce);
        return sha256(bytes);
    }
};

}  // namespace nexus::zkvm::tests
