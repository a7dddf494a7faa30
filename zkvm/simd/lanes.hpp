#pragma once

#include "zkvm/simd/isa.hpp"

#include <cstddef>
#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

// Vectors of 32-bit words, by instruction set. Only sources compiled for an instruction set see its
// specialisation (nexus_kernels in cmake/functions.cmake); all others see Portable.

namespace nexus::zkvm {

/// `Vector`: kLanes words. `Wide`: kLanes numbers of 64 bits, products of words.
/// Members do what their names say on each lane, modulo 2^32 or 2^64.
template <class Tag>
struct Lanes;

template <>
struct Lanes<Portable> {
    using Vector = std::uint32_t;
    using Wide = std::uint64_t;
    static constexpr std::size_t kLanes = 1;

    NEXUS_INLINE static Vector load(const void* from) {
        return *static_cast<const std::uint32_t*>(from);
    }
    NEXUS_INLINE static void store(void* to, Vector v) { *static_cast<std::uint32_t*>(to) = v; }
    NEXUS_INLINE static Vector broadcast(std::uint32_t word) { return word; }
    NEXUS_INLINE static Vector add(Vector a, Vector b) { return a + b; }
    NEXUS_INLINE static Vector sub(Vector a, Vector b) { return a - b; }
    NEXUS_INLINE static Vector min(Vector a, Vector b) { return a < b ? a : b; }
    NEXUS_INLINE static Vector bit_and(Vector a, Vector b) { return a & b; }
    NEXUS_INLINE static Vector bit_xor(Vector a, Vector b) { return a ^ b; }
    template <unsigned Bits>
    NEXUS_INLINE static Vector shift_right(Vector v) {
        return v >> Bits;
    }
    template <unsigned Bits>
    NEXUS_INLINE static Vector rotate_right(Vector v) {
        return (v >> Bits) | (v << (32U - Bits));
    }

    NEXUS_INLINE static Wide mul_wide(Vector a, Vector b) { return Wide{a} * b; }
    /// The same where all lanes of b are equal.
    NEXUS_INLINE static Wide mul_wide_uniform(Vector a, Vector b) { return Wide{a} * b; }
    NEXUS_INLINE static Wide add_wide(Wide a, Wide b) { return a + b; }
    /// The low word of `a` times b.
    NEXUS_INLINE static Wide mul_low(Wide a, Vector b) {
        return Wide{static_cast<std::uint32_t>(a)} * b;
    }
    NEXUS_INLINE static Vector high(Wide a) { return static_cast<std::uint32_t>(a >> 32U); }
    /// The high word h becomes min(h, h - word).
    NEXUS_INLINE static Wide reduce_high(Wide a, std::uint32_t word) {
        const Wide less = a - (Wide{word} << 32U);
        return high(a) < high(less) ? a : less;
    }

    /// Lane j of vector i becomes lane i of vector j; kLanes vectors.
    NEXUS_INLINE static void transpose(Vector* /*rows*/) {}
};

#if defined(__AVX2__)

template <>
struct Lanes<Avx2> {
    using Vector = __m256i;
    struct Wide {
        __m256i even;
        __m256i odd;
    };
    static constexpr std::size_t kLanes = 8;

    NEXUS_INLINE static Vector load(const void* from) {
        return _mm256_loadu_si256(static_cast<const __m256i*>(from));
    }
    NEXUS_INLINE static void store(void* to, Vector v) {
        _mm256_storeu_si256(static_cast<__m256i*>(to), v);
    }
    NEXUS_INLINE static Vector broadcast(std::uint32_t word) {
        return _mm256_set1_epi32(static_cast<int>(word));
    }
    NEXUS_INLINE static Vector add(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
    NEXUS_INLINE static Vector sub(Vector a, Vector b) { return _mm256_sub_epi32(a, b); }
    NEXUS_INLINE static Vector min(Vector a, Vector b) { return _mm256_min_epu32(a, b); }
    NEXUS_INLINE static Vector bit_and(Vector a, Vector b) { return _mm256_and_si256(a, b); }
    NEXUS_INLINE static Vector bit_xor(Vector a, Vector b) { return _mm256_xor_si256(a, b); }
    template <unsigned Bits>
    NEXUS_INLINE static Vector shift_right(Vector v) {
        return _mm256_srli_epi32(v, Bits);
    }
    template <unsigned Bits>
    NEXUS_INLINE static Vector rotate_right(Vector v) {
        if constexpr (Bits == 16 || Bits == 8) {
            constexpr char kBytes = Bits / 8;
            const __m256i order = _mm256_setr_epi8(
                kBytes, kBytes + 1, (kBytes + 2) % 4, (kBytes + 3) % 4, 4 + kBytes, 5 + kBytes,
                4 + (kBytes + 2) % 4, 4 + (kBytes + 3) % 4, 8 + kBytes, 9 + kBytes,
                8 + (kBytes + 2) % 4, 8 + (kBytes + 3) % 4, 12 + kBytes, 13 + kBytes,
                12 + (kBytes + 2) % 4, 12 + (kBytes + 3) % 4, kBytes, kBytes + 1, (kBytes + 2) % 4,
                (kBytes + 3) % 4, 4 + kBytes, 5 + kBytes, 4 + (kBytes + 2) % 4,
                4 + (kBytes + 3) % 4, 8 + kBytes, 9 + kBytes, 8 + (kBytes + 2) % 4,
                8 + (kBytes + 3) % 4, 12 + kBytes, 13 + kBytes, 12 + (kBytes + 2) % 4,
                12 + (kBytes + 3) % 4);
            return _mm256_shuffle_epi8(v, order);
        } else {
            return _mm256_or_si256(_mm256_srli_epi32(v, Bits), _mm256_slli_epi32(v, 32 - Bits));
        }
    }

    NEXUS_INLINE static Wide mul_wide(Vector a, Vector b) {
        return {_mm256_mul_epu32(a, b), _mm256_mul_epu32(odd(a), odd(b))};
    }
    NEXUS_INLINE static Wide mul_wide_uniform(Vector a, Vector b) {
        return {_mm256_mul_epu32(a, b), _mm256_mul_epu32(odd(a), b)};
    }
    NEXUS_INLINE static Wide add_wide(const Wide& a, const Wide& b) {
        return {_mm256_add_epi64(a.even, b.even), _mm256_add_epi64(a.odd, b.odd)};
    }
    NEXUS_INLINE static Wide mul_low(const Wide& a, Vector b) {
        return {_mm256_mul_epu32(a.even, b), _mm256_mul_epu32(a.odd, b)};
    }
    NEXUS_INLINE static Vector high(const Wide& a) {
        return _mm256_blend_epi32(odd(a.even), a.odd, 0xaa);
    }
    NEXUS_INLINE static Wide reduce_high(const Wide& a, std::uint32_t word) {
        const __m256i shifted = _mm256_set1_epi64x(static_cast<long long>(word) << 32);
        return {_mm256_min_epu32(a.even, _mm256_sub_epi32(a.even, shifted)),
                _mm256_min_epu32(a.odd, _mm256_sub_epi32(a.odd, shifted))};
    }

    NEXUS_INLINE static void transpose(Vector* rows) {
        Vector pairs[8];
        for (int i = 0; i < 8; i += 2) {
            pairs[i] = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
            pairs[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
        }
        Vector quads[8];  // lane l of quads[4 g + k]: rows 4 g .. 4 g + 3 of column 4 l + k
        for (int g = 0; g < 8; g += 4) {
            quads[g] = _mm256_unpacklo_epi64(pairs[g], pairs[g + 2]);
            quads[g + 1] = _mm256_unpackhi_epi64(pairs[g], pairs[g + 2]);
            quads[g + 2] = _mm256_unpacklo_epi64(pairs[g + 1], pairs[g + 3]);
            quads[g + 3] = _mm256_unpackhi_epi64(pairs[g + 1], pairs[g + 3]);
        }
        for (int k = 0; k < 4; ++k) {
            rows[k] = _mm256_permute2x128_si256(quads[k], quads[k + 4], 0x20);
            rows[k + 4] = _mm256_permute2x128_si256(quads[k], quads[k + 4], 0x31);
        }
    }

private:
    /// Odd lanes where the even ones were.
    NEXUS_INLINE static Vector odd(Vector v) {
        return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(v)));
    }
};

#endif

#if defined(__AVX512F__)

template <>
struct Lanes<Avx512> {
    using Vector = __m512i;
    struct Wide {
        __m512i even;
        __m512i odd;
    };
    static constexpr std::size_t kLanes = 16;

    NEXUS_INLINE static Vector load(const void* from) { return _mm512_loadu_si512(from); }
    NEXUS_INLINE static void store(void* to, Vector v) { _mm512_storeu_si512(to, v); }
    NEXUS_INLINE static Vector broadcast(std::uint32_t word) {
        return _mm512_set1_epi32(static_cast<int>(word));
    }
    NEXUS_INLINE static Vector add(Vector a, Vector b) { return _mm512_add_epi32(a, b); }
    NEXUS_INLINE static Vector sub(Vector a, Vector b) { return _mm512_sub_epi32(a, b); }
    NEXUS_INLINE static Vector min(Vector a, Vector b) { return _mm512_min_epu32(a, b); }
    NEXUS_INLINE static Vector bit_and(Vector a, Vector b) { return _mm512_and_si512(a, b); }
    NEXUS_INLINE static Vector bit_xor(Vector a, Vector b) { return _mm512_xor_si512(a, b); }
    template <unsigned Bits>
    NEXUS_INLINE static Vector shift_right(Vector v) {
        return _mm512_srli_epi32(v, Bits);
    }
    template <unsigned Bits>
    NEXUS_INLINE static Vector rotate_right(Vector v) {
        return _mm512_ror_epi32(v, Bits);
    }

    NEXUS_INLINE static Wide mul_wide(Vector a, Vector b) {
        return {_mm512_mul_epu32(a, b), _mm512_mul_epu32(odd(a), odd(b))};
    }
    NEXUS_INLINE static Wide mul_wide_uniform(Vector a, Vector b) {
        return {_mm512_mul_epu32(a, b), _mm512_mul_epu32(odd(a), b)};
    }
    NEXUS_INLINE static Wide add_wide(const Wide& a, const Wide& b) {
        return {_mm512_add_epi64(a.even, b.even), _mm512_add_epi64(a.odd, b.odd)};
    }
    NEXUS_INLINE static Wide mul_low(const Wide& a, Vector b) {
        return {_mm512_mul_epu32(a.even, b), _mm512_mul_epu32(a.odd, b)};
    }
    NEXUS_INLINE static Vector high(const Wide& a) {
        return _mm512_castps_si512(_mm512_mask_movehdup_ps(_mm512_castsi512_ps(a.odd), 0x5555,
                                                           _mm512_castsi512_ps(a.even)));
    }
    NEXUS_INLINE static Wide reduce_high(const Wide& a, std::uint32_t word) {
        const __m512i shifted = _mm512_set1_epi64(static_cast<long long>(word) << 32);
        return {_mm512_min_epu32(a.even, _mm512_sub_epi32(a.even, shifted)),
                _mm512_min_epu32(a.odd, _mm512_sub_epi32(a.odd, shifted))};
    }

    NEXUS_INLINE static void transpose(Vector* rows) {
        Vector pairs[16];
        for (int i = 0; i < 16; i += 2) {
            pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        }
        Vector quads[16];  // quarter q of quads[4 g + k]: rows 4 g .. 4 g + 3 of column 4 q + k
        for (int g = 0; g < 16; g += 4) {
            quads[g] = _mm512_unpacklo_epi64(pairs[g], pairs[g + 2]);
            quads[g + 1] = _mm512_unpackhi_epi64(pairs[g], pairs[g + 2]);
            quads[g + 2] = _mm512_unpacklo_epi64(pairs[g + 1], pairs[g + 3]);
            quads[g + 3] = _mm512_unpackhi_epi64(pairs[g + 1], pairs[g + 3]);
        }
        for (int k = 0; k < 4; ++k) {
            const Vector even_low = _mm512_shuffle_i32x4(quads[k], quads[k + 4], 0x88);
            const Vector even_high = _mm512_shuffle_i32x4(quads[k + 8], quads[k + 12], 0x88);
            const Vector odd_low = _mm512_shuffle_i32x4(quads[k], quads[k + 4], 0xdd);
            const Vector odd_high = _mm512_shuffle_i32x4(quads[k + 8], quads[k + 12], 0xdd);
            rows[k] = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
            rows[k + 4] = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
            rows[k + 8] = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
            rows[k + 12] = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
        }
    }

private:
    /// Odd lanes where the even ones were.
    NEXUS_INLINE static Vector odd(Vector v) {
        return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(v)));
    }
};

#endif

}  // namespace nexus::zkvm
