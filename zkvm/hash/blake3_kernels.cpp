#include "zkvm/hash/blake3_kernels.hpp"

#include "zkvm/hash/blake3_compress.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

using namespace blake3;  // NOLINT(google-build-using-namespace): its constants

/// Rows whose chaining values are carried through the columns at once: as many vectors that each
/// column gives a few whole lines of the cache before the next column is touched.
constexpr std::size_t kRows = 64;
constexpr std::size_t kBlockWords = 16;

template <class S>
NEXUS_INLINE void start_chain(typename S::Vector* value) {
    value[0] = S::broadcast(0x6a09e667);
    value[1] = S::broadcast(0xbb67ae85);
    value[2] = S::broadcast(0x3c6ef372);
    value[3] = S::broadcast(0xa54ff53a);
    value[4] = S::broadcast(0x510e527f);
    value[5] = S::broadcast(0x9b05688c);
    value[6] = S::broadcast(0x1f83d9ab);
    value[7] = S::broadcast(0x5be0cd19);
}

}  // namespace

template <class Tag>
void Blake3Kernels<Tag>::leaves(const std::uint32_t* const* columns, std::size_t width,
                                std::size_t first, std::size_t count, std::uint32_t* out,
                                std::size_t out_stride) {
    using S = Lanes<Tag>;
    using V = typename S::Vector;
    constexpr std::size_t kGroups = kRows / S::kLanes;
    V values[kGroups][8];
    V block[kBlockWords];
    for (std::size_t row = 0; row < count; row += kRows) {
        const std::size_t rest = (count - row) / S::kLanes;
        const std::size_t groups = rest < kGroups ? rest : kGroups;
        for (std::size_t g = 0; g < groups; ++g) {
            start_chain<S>(values[g]);
        }
        std::size_t at = 0;
        do {
            const std::size_t words = width - at < kBlockWords ? width - at : kBlockWords;
            const std::uint32_t* const* block_columns = columns + at;
            const std::uint32_t start = at == 0 ? kChunkStart : 0;
            at += words;
            const std::uint32_t end = at == width ? kChunkEnd | kRoot : 0;
            for (std::size_t g = 0; g < groups; ++g) {
                const std::size_t place = first + row + g * S::kLanes;
                for (std::size_t i = 0; i < words; ++i) {
                    block[i] = S::load(block_columns[i] + place);
                    // Far more streams than the processor looks ahead in by itself.
                    __builtin_prefetch(block_columns[i] + place + kRows, 0, 2);
                }
                for (std::size_t i = words; i < kBlockWords; ++i) {
                    block[i] = S::broadcast(0);
                }
                compress_lanes<S>(values[g], block, static_cast<std::uint32_t>(words * 4),
                                  start | end);
            }
        } while (at < width);
        for (std::size_t g = 0; g < groups; ++g) {
            for (std::size_t w = 0; w < 8; ++w) {
                S::store(out + w * out_stride + first + row + g * S::kLanes, values[g][w]);
            }
        }
    }
}

template <class Tag>
void Blake3Kernels<Tag>::nodes(const std::uint32_t* a, std::size_t a_stride, const std::uint32_t* b,
                               std::size_t b_stride, std::size_t count, std::uint32_t* out,
                               std::size_t out_stride) {
    using S = Lanes<Tag>;
    using V = typename S::Vector;
    for (std::size_t j = 0; j < count; j += S::kLanes) {
        V block[kBlockWords];
        for (std::size_t w = 0; w < 8; ++w) {
            block[w] = S::load(a + w * a_stride + j);
            block[w + 8] = S::load(b + w * b_stride + j);
        }
        V value[8];
        start_chain<S>(value);
        compress_lanes<S>(value, block, kBlockBytes, kParent);
        for (std::size_t w = 0; w < 8; ++w) {
            S::store(out + w * out_stride + j, value[w]);
        }
    }
}

template <class Tag>
void Blake3Kernels<Tag>::grind(const std::uint32_t* state, std::uint32_t bits, std::uint64_t first,
                               std::uint32_t* out) {
    using S = Lanes<Tag>;
    using V = typename S::Vector;
    std::uint32_t low[S::kLanes];
    std::uint32_t high[S::kLanes];
    for (std::size_t l = 0; l < S::kLanes; ++l) {
        low[l] = static_cast<std::uint32_t>(first + l);
        high[l] = static_cast<std::uint32_t>((first + l) >> 32U);
    }
    V block[kBlockWords];
    for (std::size_t w = 0; w < 8; ++w) {
        block[w] = S::broadcast(state[w]);
    }
    block[8] = S::load(low);
    block[9] = S::load(high);
    block[10] = S::broadcast(bits);
    for (std::size_t w = 11; w < kBlockWords; ++w) {
        block[w] = S::broadcast(0);
    }
    V value[8];
    start_chain<S>(value);
    compress_lanes<S>(value, block, 48, kChunkStart | kChunkEnd | kRoot | kDeriveKeyMaterial);
    S::store(out, value[0]);
}

template struct Blake3Kernels<NEXUS_ISA>;

}  // namespace nexus::zkvm
