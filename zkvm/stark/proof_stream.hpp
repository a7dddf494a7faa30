#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/commit/transcript.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/proof_error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nexus::zkvm {

// A proof is a stream. What the prover writes is absorbed as it is written, what the verifier reads
// is absorbed as it is read, and challenges come from the stream and from nowhere else: neither
// side can forget to absorb a field.
//
// Format: numbers little-endian in 4 or 8 bytes; elements of F as canonical numbers in 4 bytes, of
// K coefficient by coefficient; digests as they are. All lengths but those of Merkle siblings
// follow from the heights of the tables.

/// The prover's end.
template <class C>
class ProofWriter {
public:
    using F = typename C::F;
    using E = typename C::E;

    explicit ProofWriter(Transcript<F, E, typename C::H> transcript)
        : transcript_(std::move(transcript)) {}

    /// What both sides know: absorbed, not written.
    void know(std::string_view label, ByteView bytes) { transcript_.absorb_bytes(label, bytes); }
    void know(std::string_view label, std::uint64_t number) {
        transcript_.absorb_u64(label, number);
    }

    void bytes(std::string_view label, ByteView bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        transcript_.absorb_bytes(label, bytes);
    }
    void number(std::string_view label, std::uint32_t number) {
        put(number, 4);
        transcript_.absorb_u64(label, number);
    }
    void digest(std::string_view label, const Digest& digest) {
        const ByteView view = digest.view();
        bytes_.insert(bytes_.end(), view.begin(), view.end());
        transcript_.absorb_digest(label, digest);
    }
    template <class Element>
    void elements(std::string_view label, std::span<const Element> elements) {
        for (const Element& element : elements) {
            put_element(element);
        }
        transcript_.absorb_elements(label, elements);
    }

    /// A challenge that costs a prover 2^grinding hashes a try.
    E challenge(std::string_view label, int grinding) {
        grind(label, grinding);
        return transcript_.sample_extension(label);
    }
    std::vector<std::uint64_t> indices(std::string_view label, int grinding, unsigned bits,
                                       std::size_t count) {
        grind(label, grinding);
        return transcript_.sample_indices(label, bits, count);
    }

    /// After the last challenge: nothing hangs on it but what it is checked against.
    void opening(const MerkleOpening<F>& opening) {
        for (const MerkleRows<F>& rows : opening.groups) {
            for (const F& word : rows.words) {
                put_element(word);
            }
            for (const Salt& salt : rows.salts) {
                for (const std::uint32_t word : salt) {
                    put(word, 4);
                }
            }
        }
        put(opening.siblings.size(), 4);
        for (const Digest& digest : opening.siblings) {
            const ByteView view = digest.view();
            bytes_.insert(bytes_.end(), view.begin(), view.end());
        }
    }

    /// What was written since the last take.
    Bytes take() { return std::exchange(bytes_, {}); }
    [[nodiscard]] const Transcript<F, E, typename C::H>& transcript() const { return transcript_; }

private:
    void grind(std::string_view label, int grinding) {
        if (grinding > 0) {
            put(transcript_.grind(label, static_cast<unsigned>(grinding)), 8);
        }
    }
    void put(std::uint64_t number, int width) {
        for (int i = 0; i < width; ++i) {
            bytes_.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
        }
    }
    void put_element(const F& element) { put(element.value(), 4); }
    void put_element(const E& element) {
        for (const F& coefficient : element.coefficients()) {
            put(coefficient.value(), 4);
        }
    }

    Transcript<F, E, typename C::H> transcript_;
    Bytes bytes_;
};

/// The verifier's end. An error sticks: after it, reads give zeros, or fewer elements than were
/// asked for, so the caller asks `error()` before it looks at what it read.
template <class C>
class ProofReader {
public:
    using F = typename C::F;
    using E = typename C::E;

    ProofReader(Transcript<F, E, typename C::H> transcript, ByteView bytes)
        : transcript_(std::move(transcript)), rest_(bytes) {}

    void know(std::string_view label, ByteView bytes) { transcript_.absorb_bytes(label, bytes); }
    void know(std::string_view label, std::uint64_t number) {
        transcript_.absorb_u64(label, number);
    }

    Bytes bytes(std::string_view label, std::size_t size) {
        const ByteView view = take(size);
        const Bytes bytes(view.begin(), view.end());
        transcript_.absorb_bytes(label, bytes);
        return bytes;
    }
    std::uint32_t number(std::string_view label) {
        const auto number = static_cast<std::uint32_t>(get(4));
        transcript_.absorb_u64(label, number);
        return number;
    }
    Digest digest(std::string_view label) {
        const Digest digest = get_digest();
        transcript_.absorb_digest(label, digest);
        return digest;
    }
    template <class Element>
    std::vector<Element> elements(std::string_view label, std::size_t count) {
        if (rest_.size() / (4 * Element::kDegree) < count) {
            fail({ProofError::Kind::Truncated, count * 4 * Element::kDegree, rest_.size(), {}});
            count = 0;
        }
        std::vector<Element> elements(count);
        for (Element& element : elements) {
            get_element(element);
        }
        transcript_.absorb_elements(label, std::span<const Element>(elements));
        return elements;
    }

    E challenge(std::string_view label, int grinding) {
        check_grind(label, grinding);
        return transcript_.sample_extension(label);
    }
    std::vector<std::uint64_t> indices(std::string_view label, int grinding, unsigned bits,
                                       std::size_t count) {
        check_grind(label, grinding);
        return transcript_.sample_indices(label, bits, count);
    }

    /// The opening of a tree of this shape at these indices of its tallest group.
    MerkleOpening<F> opening(const MerkleShape& shape, const std::vector<std::uint64_t>& indices) {
        MerkleOpening<F> opening;
        for (const MerkleGroup& group : shape.groups) {
            const std::size_t rows = lifted_indices(indices, group.log_height).size();
            MerkleRows<F>& out = opening.groups.emplace_back();
            if (rest_.size() / 4 < rows * (group.width + (shape.salted ? 4 : 0))) {
                fail({ProofError::Kind::Truncated, rows * group.width * 4, rest_.size(), {}});
                return opening;
            }
            out.words.resize(rows * group.width);
            for (F& word : out.words) {
                get_element(word);
            }
            out.salts.resize(shape.salted ? rows : 0);
            for (Salt& salt : out.salts) {
                for (std::uint32_t& word : salt) {
                    word = static_cast<std::uint32_t>(get(4));
                }
            }
        }
        const std::size_t siblings = get(4);
        if (rest_.size() / 32 < siblings) {
            fail({ProofError::Kind::Truncated, siblings * 32, rest_.size(), {}});
            return opening;
        }
        for (std::size_t i = 0; i < siblings; ++i) {
            opening.siblings.push_back(get_digest());
        }
        return opening;
    }

    /// The reader of an independent part of the proof, which follows.
    [[nodiscard]] ByteView rest() const { return rest_; }
    void skip_to(ByteView rest) { rest_ = rest; }
    [[nodiscard]] const Transcript<F, E, typename C::H>& transcript() const { return transcript_; }
    [[nodiscard]] const std::optional<ProofError>& error() const { return error_; }
    void fail(ProofError error) {
        if (!error_.has_value()) {
            error_ = std::move(error);
        }
    }

private:
    void check_grind(std::string_view label, int grinding) {
        ++challenges_;
        if (grinding > 0 &&
            !transcript_.check_grind(label, static_cast<unsigned>(grinding), get(8))) {
            fail({ProofError::Kind::ProofOfWork, static_cast<std::uint64_t>(grinding), challenges_,
                  std::string(label)});
        }
    }
    ByteView take(std::size_t size) {
        if (rest_.size() < size) {
            fail({ProofError::Kind::Truncated, size, rest_.size(), {}});
            rest_ = {};
            return {};
        }
        const ByteView taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    std::uint64_t get(std::size_t width) {
        std::uint64_t number = 0;
        std::size_t i = 0;
        for (const std::uint8_t byte : take(width)) {
            number |= std::uint64_t{byte} << (8 * i++);
        }
        return number;
    }
    void get_element(F& element) {
        const std::uint64_t number = get(4);
        if (number >= F::kModulus) {
            fail({ProofError::Kind::NotCanonical, F::kModulus - 1, number, {}});
            return;
        }
        element = F(static_cast<std::uint32_t>(number));
    }
    void get_element(E& element) {
        for (std::size_t i = 0; i < E::kDegree; ++i) {
            F coefficient;
            get_element(coefficient);
            element[i] = coefficient;
        }
    }
    Digest get_digest() {
        Digest digest;
        const ByteView view = take(32);
        std::copy(view.begin(), view.end(), digest.bytes.begin());
        return digest;
    }

    Transcript<F, E, typename C::H> transcript_;
    ByteView rest_;
    std::optional<ProofError> error_;
    std::uint64_t challenges_ = 0;
};

}  // namespace nexus::zkvm
