#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/commit/transcript_state.hpp"
#include "zkvm/hash/digest.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nexus::zkvm {

/// The conversation of prover and verifier, with the verifier's coins computed by a hash of all
/// that was said (Fiat-Shamir). Both sides make the same calls with the same labels.
///
/// Each absorbing, each nonce and each eight words that are sampled replace the state by
/// H.message(codec of (state, kind, label, payload)), so that all depends on all before it.
///
/// F: base field; E: extension the challenges come from; H: MerkleHash.
/// Source: A. Fiat, A. Shamir, "How to prove yourself", 1986.
template <class F, class E, class H>
class Transcript {
public:
    /// `protocol` names what is proven and its version.
    explicit Transcript(std::string_view protocol) {
        state_.absorb("protocol", as_bytes(protocol));
    }

    void absorb_bytes(std::string_view label, ByteView bytes) { state_.absorb(label, bytes); }
    void absorb_u64(std::string_view label, std::uint64_t number) {
        state_.absorb_number(label, number);
    }
    void absorb_digest(std::string_view label, const Digest& digest) {
        state_.absorb(label, digest.view());
    }
    /// Elements of F or of E, their number included; canonical words, coefficients lowest first.
    template <class Element>
    void absorb_elements(std::string_view label, std::span<const Element> elements) {
        Bytes bytes;
        bytes.reserve(elements.size() * Element::kDegree * 4);
        for (const Element& element : elements) {
            for (const F coefficient : coefficients_of(element)) {
                const std::uint32_t value = coefficient.value();
                for (unsigned i = 0; i < 4; ++i) {
                    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
                }
            }
        }
        state_.absorb(label, bytes);
    }
    template <class Element>
    void absorb_element(std::string_view label, const Element& element) {
        absorb_elements(label, std::span<const Element>(&element, 1));
    }

    /// Exactly uniform in F: words of 31 bits, those not below p refused.
    F sample_field(std::string_view label) {
        state_.begin_sample();
        return next_field(label);
    }
    /// Exactly uniform in E.
    E sample_extension(std::string_view label) {
        state_.begin_sample();
        E element;
        for (std::size_t i = 0; i < E::kDegree; ++i) {
            element[i] = next_field(label);
        }
        return element;
    }
    /// A number of that many bits. Pre: bits <= 32.
    std::uint64_t sample_bits(std::string_view label, unsigned bits) {
        return sample_indices(label, bits, 1).front();
    }
    /// `count` independent numbers below 2^bits, in the order drawn; some may be equal.
    /// Pre: bits <= 32.
    std::vector<std::uint64_t> sample_indices(std::string_view label, unsigned bits,
                                              std::size_t count) {
        NEXUS_ASSERT(bits <= 32);
        state_.begin_sample();
        std::vector<std::uint64_t> indices(count);
        for (std::uint64_t& index : indices) {
            index = state_.next_word(label) & ((std::uint64_t{1} << bits) - 1);
        }
        return indices;
    }

    /// Proof of work: the smallest nonce that check_grind accepts; about 2^bits hashes, in
    /// parallel. Absorbs it, as check_grind does. Pre: bits <= 32.
    std::uint64_t grind(std::string_view label, unsigned bits) { return state_.grind(label, bits); }

    /// Whether the nonce does the work of so many bits. Absorbs it, whatever the answer.
    [[nodiscard]] bool check_grind(std::string_view label, unsigned bits, std::uint64_t nonce) {
        return state_.check_grind(label, bits, nonce);
    }

    /// A digest of all that was said: equal on both sides if they said the same.
    [[nodiscard]] const Digest& digest() const { return state_.digest(); }

private:
    F next_field(std::string_view label) {
        for (;;) {
            const std::uint32_t number = state_.next_word(label) & 0x7fff'ffffU;
            if (number < F::kModulus) {
                return F(number);
            }
        }
    }

    static auto coefficients_of(const E& element) { return element.coefficients(); }
    static auto coefficients_of(const F& element) { return std::array<F, 1>{element}; }

    TranscriptState<H> state_;
};

}  // namespace nexus::zkvm
