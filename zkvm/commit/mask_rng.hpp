#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nexus::zkvm {

/// A stream of bytes nobody without the seed can tell from uniform ones: what hides the witness.
/// The seed comes from the caller, who has entropy; it must not serve two proofs.
///
/// Source:      ChaCha20, D. Bernstein, 2008, 64-bit counter; through libsodium.
/// Determinism: the same seed, name and index give the same stream on every machine.
/// Threading:   streams of one seed are independent: hand each task its own.
class MaskRng {
public:
    using Seed = std::array<std::uint8_t, 32>;

    explicit MaskRng(const Seed& seed) : key_(seed) {}
    MaskRng(const MaskRng&) = default;
    MaskRng& operator=(const MaskRng&) = default;
    ~MaskRng();  // wipes the key

    /// The stream that belongs to a name and a number, independent of this one and all others.
    [[nodiscard]] MaskRng stream(std::string_view name, std::uint64_t index = 0) const;

    /// The next words of the stream.
    void fill_words(std::span<std::uint32_t> words);

    /// The next elements of the stream, exactly uniform: those of its words, cut to 31 bits, that
    /// are below p. How the calls divide them makes no difference.
    template <class F>
    void fill(std::span<F> elements);

    /// The next element. E may be an extension.
    template <class E>
    E next() {
        E element;
        if constexpr (E::kDegree == 1) {
            fill(std::span<E>(&element, 1));
        } else {
            for (std::size_t i = 0; i < E::kDegree; ++i) {
                element[i] = next<typename E::Base>();
            }
        }
        return element;
    }

private:
    void generate(std::uint8_t* bytes, std::size_t blocks);

    Seed key_;
    std::uint64_t block_ = 0;  // of the stream: the next one to generate
    std::array<std::uint32_t, 16> ready_{};
    std::size_t ready_count_ = 0;  // of ready_, from its end
};

}  // namespace nexus::zkvm
