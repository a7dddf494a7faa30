#pragma once

#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// A fixed number of bytes with a meaning; arrays of different tags do not mix.
template <class Tag, std::size_t Size>
struct TaggedBytes {
    std::array<std::uint8_t, Size> bytes{};

    static constexpr std::size_t kSize = Size;

    friend constexpr auto operator<=>(const TaggedBytes&, const TaggedBytes&) = default;
    /// By words, which the compiler does in place: what std::array offers calls memcmp, and a
    /// validator compares several hashes for each vote.
    friend bool operator==(const TaggedBytes& a, const TaggedBytes& b) {
        static_assert(Size % sizeof(std::uint64_t) == 0);
        std::uint64_t difference = 0;
        for (std::size_t i = 0; i < Size; i += sizeof(std::uint64_t)) {
            std::uint64_t left = 0;
            std::uint64_t right = 0;
            std::memcpy(&left, a.bytes.data() + i, sizeof left);
            std::memcpy(&right, b.bytes.data() + i, sizeof right);
            difference |= left ^ right;
        }
        return difference == 0;
    }
    [[nodiscard]] ByteView view() const { return bytes; }

    template <class H>
    friend H AbslHashValue(H state, const TaggedBytes& value) {
        return H::combine_contiguous(std::move(state), value.bytes.data(), Size);
    }
};

using Hash = TaggedBytes<struct HashTag, 32>;            ///< A SHA-256 digest.
using PublicKey = TaggedBytes<struct PublicKeyTag, 32>;  ///< An Ed25519 public key.
using Signature = TaggedBytes<struct SignatureTag, 64>;  ///< An Ed25519 signature.

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }

/// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);

/// The first `digits` hexadecimal digits: what a person needs to tell two hashes apart.
std::string short_hex(ByteView bytes, std::size_t digits = 12);

enum class HexError : std::uint8_t { OddLength, NotHexadecimal };

/// The inverse of to_hex; upper case is accepted. Errors: OddLength, NotHexadecimal.
Result<Bytes, HexError> from_hex(std::string_view text);

}  // namespace nexus
