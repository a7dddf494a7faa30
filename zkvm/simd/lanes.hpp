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

    // The words of two vectors a, b have places with one bit more than the index of a lane: on top,
    // whether it lies in b. No place moves where there is one lane.

    /// Swaps bit Bit of the place with the bit on top. Pre: 2^Bit < kLanes.
    template <unsigned Bit>
    NEXUS_INLINE static void exchange(Vector& /*a*/, Vector& /*b*/) {}
    /// a0 b0 a1 b1 ..; the words at the even places, then those at the odd ones.
    NEXUS_INLINE static void interleave(Vector& /*a*/, Vector& /*b*/) {}
    NEXUS_INLINE static void deinterleave(Vector& /*a*/, Vector& /*b*/) {}
    /// Lane l is lane `part * kLanes / 2^Log + l / 2^Log` of v. Pre: part < 2^Log <= kLanes.
    template <unsigned Log>
    NEXUS_INLINE static Vector repeat(Vector v, std::size_t /*part*/) {
        return v;
    }
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

    template <unsigned Bit>
    NEXUS_INLINE static void exchange(Vector& a, Vector& b) {
        const Vector x = a;
        const Vector y = b;
        if constexpr (Bit == 0) {
            a = _mm256_blend_epi32(x, _mm256_slli_epi64(y, 32), 0xaa);
            b = _mm256_blend_epi32(_mm256_srli_epi64(x, 32), y, 0xaa);
        } else if constexpr (Bit == 1) {
            a = _mm256_unpacklo_epi64(x, y);
            b = _mm256_unpackhi_epi64(x, y);
        } else {
            a = _mm256_permute2x128_si256(x, y, 0x20);
            b = _mm256_permute2x128_si256(x, y, 0x31);
        }
    }
    NEXUS_INLINE static void interleave(Vector& a, Vector& b) {
        const Vector low = _mm256_unpacklo_epi32(a, b);
        const Vector high = _mm256_unpackhi_epi32(a, b);
        a = _mm256_permute2x128_si256(low, high, 0x20);
        b = _mm256_permute2x128_si256(low, high, 0x31);
    }
    NEXUS_INLINE static void deinterleave(Vector& a, Vector& b) {
        const __m256 x = _mm256_castsi256_ps(a);
        const __m256 y = _mm256_castsi256_ps(b);
        a = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88)), 0xd8);
        b = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xdd)), 0xd8);
    }
    template <unsigned Log>
    NEXUS_INLINE static Vector repeat(Vector v, std::size_t part) {
        const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        const __m256i first = _mm256_set1_epi32(static_cast<int>(part * (kLanes >> Log)));
        return _mm256_permutevar8x32_epi32(v,
                                           _mm256_add_epi32(_mm256_srli_epi32(lane, Log), first));
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

    template <unsigned Bit>
    NEXUS_INLINE static void exchange(Vector& a, Vector& b) {
        const Vector x = a;
        const Vector y = b;
        if constexpr (Bit == 0) {
            a = _mm512_permutex2var_epi32(
                x, _mm512_setr_epi32(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30), y);
            b = _mm512_permutex2var_epi32(
                x, _mm512_setr_epi32(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31), y);
        } else if constexpr (Bit == 1) {
            a = _mm512_unpacklo_epi64(x, y);
            b = _mm512_unpackhi_epi64(x, y);
        } else if constexpr (Bit == 2) {
            a = _mm512_permutex2var_epi64(x, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), y);
            b = _mm512_permutex2var_epi64(x, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), y);
        } else {
            a = _mm512_shuffle_i64x2(x, y, 0x44);
            b = _mm512_shuffle_i64x2(x, y, 0xee);
        }
    }
    NEXUS_INLINE static void interleave(Vector& a, Vector& b) {
        const Vector x = a;
        const Vector y = b;
        a = _mm512_permutex2var_epi32(
            x, _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), y);
        b = _mm512_permutex2var_epi32(
            x, _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), y);
    }
    NEXUS_INLINE static void deinterleave(Vector& a, Vector& b) {
        const Vector x = a;
        const Vector y = b;
        a = _mm512_permutex2var_epi32(
            x, _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), y);
        b = _mm512_permutex2var_epi32(
            x, _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), y);
    }
    template <unsigned Log>
    NEXUS_INLINE static Vector repeat(Vector v, std::size_t part) {
        const __m512i lane =
            _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __m512i first = _mm512_set1_epi32(static_cast<int>(part * (kLanes >> Log)));
        return _mm512_permutexvar_epi32(_mm512_add_epi32(_mm512_srli_epi32(lane, Log), first), v);
    }

private:
    /// Odd lanes where the even ones were.
    NEXUS_INLINE static Vector odd(Vector v) {
        return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(v)));
    }
};

#endif

}  // namespace nexus::zkvm
