#pragma once

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/hash.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::graph::tests {

/// `count` encoded receipts, no two alike.
inline std::vector<Bytes> sample_receipts(std::size_t count) {
    std::vector<Bytes> receipts;
    for (std::size_t i = 0; i < count; ++i) {
        receipts.push_back(to_bytes(as_bytes(concat("receipt ", i))));
    }
    return receipts;
}

/// Those at the positions.
inline std::vector<Bytes> chosen(const std::vector<Bytes>& receipts,
                                 const std::vector<std::uint32_t>& positions) {
    std::vector<Bytes> some;
    for (const std::uint32_t position : positions) {
        some.push_back(receipts.at(position));
    }
    return some;
}

/// The definition of the root, by its recursion and with every hash spelled out.
inline Hash naive_receipts_root(std::span<const Bytes> receipts) {
    struct Tree {
        static Hash of(std::span<const Bytes> part) {
            if (part.empty()) {
                return {};
            }
            if (part.size() == 1) {
                return tagged_hash("nexus/receipt", part.front());
            }
            std::size_t half = 1;
            while (2 * half < part.size()) {
                half *= 2;
            }
            return sha256_node(0x01, of(part.first(half)), of(part.subspan(half)));
        }
    };
    Bytes top = {0, 0, static_cast<std::uint8_t>(receipts.size() >> 8U),
                 static_cast<std::uint8_t>(receipts.size())};
    const Hash tree = Tree::of(receipts);
    top.insert(top.end(), tree.bytes.begin(), tree.bytes.end());
    return tagged_hash("nexus/receipts-root", top);
}

}  // namespace nexus::graph::tests
