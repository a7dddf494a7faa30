#pragma once

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// The vectorised half of Blake3, for one instruction set. Digests lie as in DigestColumns, columns
/// as in WordColumns. Every call handles whole vectors: `count` is a multiple of kLanes.
/// Defined in blake3_kernels.cpp, compiled once for each Tag.
template <class Tag>
struct Blake3Kernels {
    static void leaves(const std::uint32_t* const* columns, std::size_t width, std::size_t first,
                       std::size_t count, std::uint32_t* out, std::size_t out_stride);

    /// out[j] = node(a[j], b[j]) for j < count; out may be a or b.
    static void nodes(const std::uint32_t* a, std::size_t a_stride, const std::uint32_t* b,
                      std::size_t b_stride, std::size_t count, std::uint32_t* out,
                      std::size_t out_stride);

    /// Word 0 of the digests of the grind messages for the nonces first, first + 1, ..., kLanes of
    /// them; `state` are the words of the digest.
    static void grind(const std::uint32_t* state, std::uint32_t bits, std::uint64_t first,
                      std::uint32_t* out);
};

}  // namespace nexus::zkvm
