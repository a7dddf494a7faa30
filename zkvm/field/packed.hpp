#pragma once

#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// kLanes elements of F, on which each operation works at once. For kernels: see NEXUS_INLINE.
/// Tag: Portable (1 lane), Avx2 (8) or Avx512 (16).
/// Invariant: every word is reduced.
template <class F, class Tag>
class Packed {
    using M = MontyLanes<F, Tag>;
    using S = Lanes<Tag>;

public:
    using Base = F;
    using IsaTag = Tag;
    using Vector = typename S::Vector;
    static constexpr std::size_t kLanes = S::kLanes;

    /// Zeros.
    NEXUS_INLINE Packed() : words_(S::broadcast(0)) {}
    /// The same element in each lane.
    NEXUS_INLINE explicit Packed(F element) : words_(S::broadcast(element.word())) {}
    NEXUS_INLINE static Packed broadcast(F element) { return Packed(element); }
    /// From and to kLanes neighbouring elements; no alignment needed.
    NEXUS_INLINE static Packed load(const F* from) { return from_vector(S::load(from)); }
    NEXUS_INLINE void store(F* to) const { S::store(to, words_); }

    /// The element of which these are the words. Pre: reduced.
    NEXUS_INLINE static Packed from_vector(Vector words) {
        Packed packed(Unset{});
        packed.words_ = words;
        return packed;
    }
    [[nodiscard]] NEXUS_INLINE Vector vector() const { return words_; }

    NEXUS_INLINE friend Packed operator+(Packed a, Packed b) {
        return from_vector(M::add(a.words_, b.words_));
    }
    NEXUS_INLINE friend Packed operator-(Packed a, Packed b) {
        return from_vector(M::sub(a.words_, b.words_));
    }
    NEXUS_INLINE friend Packed operator-(Packed a) {
        return from_vector(M::sub(S::broadcast(0), a.words_));
    }
    NEXUS_INLINE friend Packed operator*(Packed a, Packed b) {
        return from_vector(M::mul(a.words_, b.words_));
    }
    NEXUS_INLINE friend Packed operator+(Packed a, F b) { return a + Packed(b); }
    NEXUS_INLINE friend Packed operator+(F a, Packed b) { return Packed(a) + b; }
    NEXUS_INLINE friend Packed operator-(Packed a, F b) { return a - Packed(b); }
    NEXUS_INLINE friend Packed operator-(F a, Packed b) { return Packed(a) - b; }
    NEXUS_INLINE friend Packed operator*(Packed a, F b) { return a * Packed(b); }
    NEXUS_INLINE friend Packed operator*(F a, Packed b) { return Packed(a) * b; }
    template <class Other>
    NEXUS_INLINE Packed& operator+=(const Other& b) {
        return *this = *this + b;
    }
    template <class Other>
    NEXUS_INLINE Packed& operator-=(const Other& b) {
        return *this = *this - b;
    }
    template <class Other>
    NEXUS_INLINE Packed& operator*=(const Other& b) {
        return *this = *this * b;
    }

    [[nodiscard]] NEXUS_INLINE Packed square() const { return *this * *this; }
    [[nodiscard]] NEXUS_INLINE Packed doubled() const { return *this + *this; }
    [[nodiscard]] NEXUS_INLINE Packed halve() const {
        // An odd word becomes even by adding p; the sum of the halves needs no 33rd bit.
        const Vector odd = S::bit_and(words_, S::broadcast(1));
        const Vector mask = S::sub(S::broadcast(0), odd);
        const Vector correction = S::bit_and(mask, S::broadcast((F::kModulus + 1) / 2));
        return from_vector(S::add(S::template shift_right<1>(words_), correction));
    }

    /// Each lane to the same power.
    [[nodiscard]] NEXUS_INLINE Packed pow(std::uint64_t exponent) const {
        Packed result(F(1));
        Packed square = *this;
        for (; exponent != 0; exponent >>= 1U) {
            if ((exponent & 1U) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }
    /// The inverse of each lane; zero where the lane is zero.
    [[nodiscard]] NEXUS_INLINE Packed inverse() const { return this->pow(F::kModulus - 2); }

    /// The sum of all lanes.
    [[nodiscard]] NEXUS_INLINE F sum() const {
        F lanes[kLanes];
        store(lanes);
        F total;
        for (std::size_t i = 0; i < kLanes; ++i) {
            total += lanes[i];
        }
        return total;
    }

private:
    struct Unset {};
    NEXUS_INLINE explicit Packed(Unset /*unset*/) {}

    Vector words_;
};

}  // namespace nexus::zkvm
