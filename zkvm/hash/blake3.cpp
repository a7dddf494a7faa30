#include "zkvm/hash/blake3.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/hash/blake3_compress.hpp"
#include "zkvm/hash/blake3_kernels.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/grind_message.hpp"
#include "zkvm/hash/merkle_hash.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace nexus::zkvm {
namespace {

/// Replaces the chaining value by that behind this block.
void compress(DigestWords& value, const std::uint32_t* block, std::size_t bytes,
              std::uint32_t flags) {
    blake3::compress_lanes<Lanes<Portable>>(value.data(), block, static_cast<std::uint32_t>(bytes),
                                            flags);
}

/// Chains the blocks of `length` bytes; `read(block, bytes)` yields each as 16 words, zero-padded.
template <class Read>
Digest chain(std::size_t length, std::uint32_t flags, const Read& read) {
    DigestWords value = blake3::kInitial;
    std::size_t at = 0;
    do {
        const std::size_t size = std::min<std::size_t>(length - at, blake3::kBlockBytes);
        std::uint32_t block[16] = {};
        read(at, size, block);
        const std::uint32_t start = at == 0 ? blake3::kChunkStart : 0U;
        at += size;
        const std::uint32_t end = at == length ? blake3::kChunkEnd | blake3::kRoot : 0U;
        compress(value, block, size, flags | start | end);
    } while (at < length);
    return digest_of(value);
}

}  // namespace

Digest Blake3::leaf(std::span<const std::uint32_t> words) {
    return chain(words.size() * 4, 0, [&](std::size_t at, std::size_t size, std::uint32_t* block) {
        std::copy_n(words.data() + at / 4, size / 4, block);
    });
}

Digest Blake3::message(ByteView bytes) {
    return chain(bytes.size(), blake3::kDeriveKeyMaterial,
                 [&](std::size_t at, std::size_t size, std::uint32_t* block) {
                     for (std::size_t i = 0; i < size; ++i) {
                         block[i / 4] |= std::uint32_t{bytes[at + i]} << (8 * (i % 4));
                     }
                 });
}

Digest Blake3::node(const Digest& left, const Digest& right) {
    const DigestWords a = words_of(left);
    const DigestWords b = words_of(right);
    std::uint32_t block[16];
    std::copy(a.begin(), a.end(), block);
    std::copy(b.begin(), b.end(), block + 8);
    DigestWords value = blake3::kInitial;
    compress(value, block, blake3::kBlockBytes, blake3::kParent);
    return digest_of(value);
}

void Blake3::leaves(WordColumns columns, std::size_t first, std::size_t count,
                    const DigestColumns& out) {
    const std::size_t whole = with_isa([&](auto tag) {
        using Tag = decltype(tag);
        const std::size_t rows = count - count % kLanesOf<Tag>;
        Blake3Kernels<Tag>::leaves(columns.data(), columns.size(), first, rows, out.words,
                                   out.stride);
        return rows;
    });
    // What does not fill a vector.
    Blake3Kernels<Portable>::leaves(columns.data(), columns.size(), first + whole, count - whole,
                                    out.words, out.stride);
}

void Blake3::nodes(const DigestColumns& in, std::size_t half, std::size_t first, std::size_t count,
                   const DigestColumns& out) {
    combine(in, in.from(half), first, count, out);
}

void Blake3::combine(const DigestColumns& a, const DigestColumns& b, std::size_t first,
                     std::size_t count, const DigestColumns& out) {
    const std::size_t whole = with_isa([&](auto tag) {
        using Tag = decltype(tag);
        const std::size_t nodes = count - count % kLanesOf<Tag>;
        Blake3Kernels<Tag>::nodes(a.words + first, a.stride, b.words + first, b.stride, nodes,
                                  out.words + first, out.stride);
        return nodes;
    });
    const std::size_t rest = first + whole;
    Blake3Kernels<Portable>::nodes(a.words + rest, a.stride, b.words + rest, b.stride,
                                   count - whole, out.words + rest, out.stride);
}

bool Blake3::grind_holds(const Digest& state, unsigned bits, std::uint64_t nonce) {
    return grind_accepts(message(grind_message(state, bits, nonce)), bits);
}

std::optional<std::uint64_t> Blake3::grind(const Digest& state, unsigned bits, std::uint64_t first,
                                           std::uint64_t count) {
    NEXUS_ASSERT(bits <= kGrindBitsMax);
    const DigestWords words = words_of(state);
    return with_isa([&](auto tag) -> std::optional<std::uint64_t> {
        using Tag = decltype(tag);
        std::array<std::uint32_t, kLanesOf<Tag>> found{};
        for (std::uint64_t tried = 0; tried < count; tried += found.size()) {
            Blake3Kernels<Tag>::grind(words.data(), bits, first + tried, found.data());
            for (std::size_t l = 0; l < found.size() && tried + l < count; ++l) {
                if (std::uint64_t{found[l]} >> (32 - bits) == 0) {
                    return first + tried + l;
                }
            }
        }
        return std::nullopt;
    });
}

}  // namespace nexus::zkvm
