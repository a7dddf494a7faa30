#pragma once

#include "base/assert.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/stark/proof_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace tests {

/// A configuration that the templates of prover and verifier write to a script, and read from it,
/// instead of bytes: the verifier's coins are in the script too.
struct Scripted {
    using F = KoalaBear;
    using E = KoalaBear4;
    using H = MerkleSha256;
    static constexpr std::size_t kDegree = E::kDegree;
};

/// What a prover says, and the coins, each in its order.
struct Script {
    using F = Scripted::F;
    using E = Scripted::E;

    std::deque<Digest> digests;
    std::deque<std::vector<E>> elements;
    std::deque<E> challenges;
    std::vector<std::uint64_t> indices;
    std::deque<MerkleOpening<F>> openings;

    template <class T>
    static T take(std::deque<T>& from) {
        NEXUS_ASSERT(!from.empty());
        T first = std::move(from.front());
        from.pop_front();
        return first;
    }
};

}  // namespace tests

/// Tosses the coins that it writes down. Queries ask for every row, so that the openings hold all
/// that a prover committed to.
template <>
class ProofWriter<tests::Scripted> {
public:
    using F = tests::Scripted::F;
    using E = tests::Scripted::E;

    ProofWriter(tests::Script& script, MaskRng& coins) : script_(script), coins_(coins) {}
    void digest(std::string_view, const Digest& digest) { script_.digests.push_back(digest); }
    void elements(std::string_view, std::span<const E> elements) {
        script_.elements.emplace_back(elements.begin(), elements.end());
    }
    E challenge(std::string_view, int) { return script_.challenges.emplace_back(coins_.next<E>()); }
    std::vector<std::uint64_t> indices(std::string_view, int, unsigned bits, std::size_t) {
        script_.indices.resize(std::size_t{1} << bits);
        std::iota(script_.indices.begin(), script_.indices.end(), 0);
        return script_.indices;
    }
    void opening(const MerkleOpening<F>& opening) { script_.openings.push_back(opening); }

private:
    tests::Script& script_;
    MaskRng& coins_;
};

/// An error sticks, as in bytes.
template <>
class ProofReader<tests::Scripted> {
public:
    using F = tests::Scripted::F;
    using E = tests::Scripted::E;

    explicit ProofReader(tests::Script script)
        : script_(std::move(script)), challenges_(script_.challenges.size()) {}
    void know(std::string_view label, std::uint64_t number) {
        if (script_.challenges.size() == challenges_) {
            known_.emplace_back(label, number);
        }
    }
    Digest digest(std::string_view) { return tests::Script::take(script_.digests); }
    template <class Element>
    std::vector<Element> elements(std::string_view, std::size_t count) {
        std::vector<Element> elements = tests::Script::take(script_.elements);
        NEXUS_ASSERT(elements.size() == count);
        return elements;
    }
    E challenge(std::string_view, int) { return tests::Script::take(script_.challenges); }
    std::vector<std::uint64_t> indices(std::string_view, int, unsigned, std::size_t) {
        return script_.indices;
    }
    MerkleOpening<F> opening(const MerkleShape&, const std::vector<std::uint64_t>&) {
        return tests::Script::take(script_.openings);
    }
    [[nodiscard]] const std::optional<ProofError>& error() const { return error_; }
    void fail(ProofError error) { error_ = error_.value_or(std::move(error)); }
    /// What the verifier took into the transcript before its first challenge.
    [[nodiscard]] const std::vector<std::pair<std::string, std::uint64_t>>& known() const {
        return known_;
    }

private:
    tests::Script script_;
    std::size_t challenges_;
    std::vector<std::pair<std::string, std::uint64_t>> known_;
    std::optional<ProofError> error_;
};

}  // namespace nexus::zkvm
