#pragma once

#include "base/bytes.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace nexus::zkvm {

/// The compression function of BLAKE3 as Merkle hash (merkle_hash.hpp says what each name does).
///
/// A leaf is one chunk of BLAKE3, whatever its length: for up to 1024 bytes (256 words) it is the
/// BLAKE3 hash of its bytes; a longer row is one longer chain with the flag CHUNK_START on its
/// first block, CHUNK_END and ROOT on its last, instead of a tree of chunks. A node is the
/// compression of a parent, flag PARENT. A message is chained like a leaf, with the flag
/// DERIVE_KEY_MATERIAL on each block. Flags keep the three apart.
///
/// Source:      J. O'Connor, J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, "BLAKE3", 2020.
/// Threading:   functions of their arguments; `leaves`, `nodes`, `combine` and `grind` run on the
///              calling thread, 16, 8 or 1 at a time.
struct Blake3 {
    static Digest leaf(std::span<const std::uint32_t> words);
    static Digest node(const Digest& left, const Digest& right);
    static Digest message(ByteView bytes);

    static void leaves(WordColumns columns, std::size_t first, std::size_t count,
                       const DigestColumns& out);
    static void nodes(const DigestColumns& in, std::size_t half, std::size_t first,
                      std::size_t count, const DigestColumns& out);
    static void combine(const DigestColumns& a, const DigestColumns& b, std::size_t first,
                        std::size_t count, const DigestColumns& out);

    /// Whether the first `bits` bits of word 0, from the top, of the message
    /// `state, nonce (8 bytes, little-endian), bits (8 bytes)` are zero. Pre: bits <= 32.
    static bool grind_holds(const Digest& state, unsigned bits, std::uint64_t nonce);
    static std::optional<std::uint64_t> grind(const Digest& state, unsigned bits,
                                              std::uint64_t first, std::uint64_t count);
};

static_assert(MerkleHash<Blake3>);

}  // namespace nexus::zkvm
