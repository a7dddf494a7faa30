#pragma once

#include "base/bytes.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace nexus::zkvm {

/// SHA-256 as Merkle hash (merkle_hash.hpp says what each name does). One prefix byte keeps the
/// domains apart: 0 leaf, 1 node, 2 message. For comparison and for outside verifiers: it takes one
/// row at a time, and is several times slower than Blake3.
///
/// Source: FIPS 180-4, through base/hash.hpp.
struct MerkleSha256 {
    static Digest leaf(std::span<const std::uint32_t> words);
    static Digest node(const Digest& left, const Digest& right);
    static Digest message(ByteView bytes);

    static void leaves(WordColumns columns, std::size_t first, std::size_t count,
                       const DigestColumns& out);
    static void nodes(const DigestColumns& in, std::size_t half, std::size_t first,
                      std::size_t count, const DigestColumns& out);
    static void combine(const DigestColumns& a, const DigestColumns& b, std::size_t first,
                        std::size_t count, const DigestColumns& out);

    /// As Blake3::grind_holds, with its own message digest.
    static bool grind_holds(const Digest& state, unsigned bits, std::uint64_t nonce);
    static std::optional<std::uint64_t> grind(const Digest& state, unsigned bits,
                                              std::uint64_t first, std::uint64_t count);
};

static_assert(MerkleHash<MerkleSha256>);

}  // namespace nexus::zkvm
