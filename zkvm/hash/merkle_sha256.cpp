#include "zkvm/hash/merkle_sha256.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/grind_message.hpp"
#include "zkvm/hash/merkle_hash.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

constexpr std::uint8_t kLeaf = 0;
constexpr std::uint8_t kNode = 1;
constexpr std::uint8_t kMessage = 2;

Digest digest_of_hash(const Hash& hash) { return {hash.bytes}; }
Hash hash_of_digest(const Digest& digest) { return {digest.bytes}; }

Digest prefixed(std::uint8_t prefix, ByteView bytes) {
    Sha256 sha;
    sha.update({&prefix, 1}).update(bytes);
    return digest_of_hash(sha.digest());
}

}  // namespace

Digest MerkleSha256::leaf(std::span<const std::uint32_t> words) {
    Bytes bytes;
    bytes.reserve(words.size() * 4);
    for (const std::uint32_t word : words) {
        for (unsigned i = 0; i < 4; ++i) {
            bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
        }
    }
    return prefixed(kLeaf, bytes);
}

Digest MerkleSha256::node(const Digest& left, const Digest& right) {
    return digest_of_hash(sha256_node(kNode, hash_of_digest(left), hash_of_digest(right)));
}

Digest MerkleSha256::message(ByteView bytes) { return prefixed(kMessage, bytes); }

void MerkleSha256::leaves(WordColumns columns, std::size_t first, std::size_t count,
                          const DigestColumns& out) {
    std::vector<std::uint32_t> row(columns.size());
    for (std::size_t j = first; j < first + count; ++j) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = columns[i][j];
        }
        out.set(j, leaf(row));
    }
}

void MerkleSha256::nodes(const DigestColumns& in, std::size_t half, std::size_t first,
                         std::size_t count, const DigestColumns& out) {
    combine(in, in.from(half), first, count, out);
}

void MerkleSha256::combine(const DigestColumns& a, const DigestColumns& b, std::size_t first,
                           std::size_t count, const DigestColumns& out) {
    for (std::size_t j = first; j < first + count; ++j) {
        out.set(j, node(a.get(j), b.get(j)));
    }
}

bool MerkleSha256::grind_holds(const Digest& state, unsigned bits, std::uint64_t nonce) {
    return grind_accepts(message(grind_message(state, bits, nonce)), bits);
}

std::optional<std::uint64_t> MerkleSha256::grind(const Digest& state, unsigned bits,
                                                 std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t nonce = first; nonce - first < count; ++nonce) {
        if (grind_holds(state, bits, nonce)) {
            return nonce;
        }
    }
    return std::nullopt;
}

}  // namespace nexus::zkvm
