#pragma once

#include "base/bytes.hpp"
#include "zkvm/hash/digest.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace nexus::zkvm {

/// A pile of columns of one height, for the words of its rows: column i begins at `columns[i]`.
using WordColumns = std::span<const std::uint32_t* const>;

/// Digests of one level of a tree, word by word: word w of digest j lies at
/// `words[w * stride + j]`. So 16 digests are eight vectors, and no kernel transposes.
struct DigestColumns {
    std::uint32_t* words = nullptr;
    std::size_t stride = 0;

    [[nodiscard]] Digest get(std::size_t index) const {
        DigestWords out{};
        for (std::size_t w = 0; w < kDigestWords; ++w) {
            out[w] = words[w * stride + index];
        }
        return digest_of(out);
    }
    void set(std::size_t index, const Digest& digest) const {
        const DigestWords in = words_of(digest);
        for (std::size_t w = 0; w < kDigestWords; ++w) {
            words[w * stride + index] = in[w];
        }
    }
    /// The digests from `first` on.
    [[nodiscard]] DigestColumns from(std::size_t first) const { return {words + first, stride}; }
};

/// What a Merkle tree and a transcript need of a hash. `leaf`, `node` and `message` never hash the
/// same input: their domains are separate.
///
/// - `leaf(words)`: the digest of a row, little-endian words, any number of them.
/// - `node(left, right)`: the digest of two digests.
/// - `message(bytes)`: the digest of any bytes.
/// - `leaves(columns, first, count, out)`: leaf of the rows [first, first + count) to
///   out[first ..]; the same digests as `leaf`.
/// - `nodes(in, half, first, count, out)`: out[j] = node(in[j], in[j + half]) for those j.
/// - `combine(a, b, first, count, out)`: out[j] = node(a[j], b[j]); out may be a or b.
/// - `grind(state, bits, first, count)`: the smallest nonce of [first, first + count) for which
///   grind_holds(state, bits, nonce), if there is one.
template <class H>
concept MerkleHash = requires(std::span<const std::uint32_t> words, const Digest& digest,
                              ByteView bytes, WordColumns columns, const DigestColumns& digests,
                              std::size_t index, std::uint64_t nonce, unsigned bits) {
    { H::leaf(words) } -> std::same_as<Digest>;
    { H::node(digest, digest) } -> std::same_as<Digest>;
    { H::message(bytes) } -> std::same_as<Digest>;
    H::leaves(columns, index, index, digests);
    H::nodes(digests, index, index, index, digests);
    H::combine(digests, digests, index, index, digests);
    { H::grind_holds(digest, bits, nonce) } -> std::same_as<bool>;
    { H::grind(digest, bits, nonce, nonce) } -> std::same_as<std::optional<std::uint64_t>>;
};

}  // namespace nexus::zkvm
