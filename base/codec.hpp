#pragma once

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <absl/numeric/int128.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The canonical codec: every value has exactly one encoding, and decoding rejects every other.
///
/// A type describes itself once, for both directions:
///
///     struct Vote {
///         View view;
///         Hash block;
///         static void describe(auto& codec, auto& self) { codec(self.view, self.block); }
///     };
///
/// Format: whole numbers are LEB128 with the least number of bytes; signed ones are zig-zag first;
/// bool is one byte 0 or 1; fixed arrays are their bytes; text and byte strings are length and
/// bytes; sequences are count and items; an optional is 0, or 1 and the value; a variant is the
/// index and the alternative; an enumeration is one byte, at most its `Last` enumerator (an enum
/// type must have one). Text is valid UTF-8. Maps and sets are written as sequences whose keys rise
/// strictly (`ordered`).
namespace nexus::codec {

enum class Error : std::uint8_t {
    Truncated,      ///< the input ends inside a value
    NotMinimal,     ///< a number with a needless byte
    OutOfRange,     ///< a number, tag or enumerator that the type does not have
    TooLong,        ///< a count above the limit of the field, or above what the input can hold
    NotUtf8,        ///< text that is no UTF-8
    NotAscending,   ///< map or set keys that do not rise strictly
    TrailingBytes,  ///< bytes after the value
};

/// The name of the enumerator.
std::string_view to_string(Error error);

template <class T>
using Result = nexus::Result<T, Error>;

/// The most items of a sequence that names no limit of its own.
inline constexpr std::size_t kSequenceMax = 1U << 20U;
/// The most bytes of a text or byte string that names no limit of its own.
inline constexpr std::size_t kBytesMax = 1U << 24U;

bool is_utf8(std::string_view text);

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsTagged : std::false_type {};
template <class Tag, class R>
struct IsTagged<Tagged<Tag, R>> : std::true_type {};
template <class T>
struct IsTaggedBytes : std::false_type {};
template <class Tag, std::size_t N>
struct IsTaggedBytes<TaggedBytes<Tag, N>> : std::true_type {};

/// Writes values one behind the other.
class Encoder {
public:
    static constexpr bool kDecodes = false;

    /// `expected`: about how many bytes will come; a good guess saves growing.
    explicit Encoder(std::size_t expected) { bytes_.reserve(expected); }
    Encoder() = default;

    template <class... T>
    void operator()(const T&... values) {
        (put(values), ...);
    }

    /// A field with a limit of its own: text, bytes or a sequence. Pre: the value keeps the limit.
    template <class T>
    void limited(const T& value, std::size_t limit) {
        NEXUS_ASSERT(value.size() <= limit);
        put(value);
    }

    /// A sequence of items whose `key(item)` rises strictly. Pre: it does.
    template <class T, class Key>
    void ordered(const std::vector<T>& items, Key key, std::size_t limit = kSequenceMax) {
        for (std::size_t i = 1; i < items.size(); ++i) {
            NEXUS_ASSERT(key(items[i - 1]) < key(items[i]));
        }
        limited(items, limit);
    }

    [[nodiscard]] ByteView view() const { return bytes_; }
    Bytes take() { return std::move(bytes_); }

private:
    void number(std::uint64_t value);
    void wide(absl::uint128 value);
    void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    template <class T>
    void put(const T& value) {
        if constexpr (std::same_as<T, bool>) {
            bytes_.push_back(value ? 1 : 0);
        } else if constexpr (std::is_enum_v<T>) {
            NEXUS_ASSERT(value <= T::Last);
            bytes_.push_back(static_cast<std::uint8_t>(value));
        } else if constexpr (std::unsigned_integral<T>) {
            number(value);
        } else if constexpr (std::signed_integral<T>) {
            const auto wide_value = static_cast<std::int64_t>(value);
            number((static_cast<std::uint64_t>(wide_value) << 1U) ^
                   static_cast<std::uint64_t>(wide_value >> 63));
        } else if constexpr (std::same_as<T, Amount>) {
            wide(value.units());
        } else if constexpr (std::same_as<T, Duration> || std::same_as<T, Instant>) {
            put(value.nanoseconds);
        } else if constexpr (IsTagged<T>::value) {
            put(value.value);
        } else if constexpr (IsTaggedBytes<T>::value) {
            raw(value.bytes);
        } else if constexpr (std::same_as<T, std::string>) {
            NEXUS_ASSERT(is_utf8(value));
            number(value.size());
            raw(as_bytes(value));
        } else if constexpr (std::same_as<T, Bytes>) {
            number(value.size());
            raw(value);
        } else if constexpr (IsVector<T>::value) {
            number(value.size());
            for (const auto& item : value) {
                put(item);
            }
        } else if constexpr (IsOptional<T>::value) {
            put(value.has_value());
            if (value) {
                put(*value);
            }
        } else if constexpr (IsVariant<T>::value) {
            number(value.index());
            std::visit([this](const auto& alternative) { put(alternative); }, value);
        } else {
            T::describe(*this, value);
        }
    }

    Bytes bytes_;
};

/// Reads values one behind the other. After the first error every further read does nothing, so a
/// description needs no checks; whoever drives the decoder asks `finish`.
class Decoder {
public:
    static constexpr bool kDecodes = true;

    explicit Decoder(ByteView input) : input_(input) {}

    template <class... T>
    void operator()(T&... values) {
        (get(values), ...);
    }

    template <class T>
    void limited(T& value, std::size_t limit) {
        if constexpr (std::same_as<T, std::string>) {
            text(value, limit);
        } else if constexpr (std::same_as<T, Bytes>) {
            bytes(value, limit);
        } else {
            sequence(value, limit);
        }
    }

    template <class T, class Key>
    void ordered(std::vector<T>& items, Key key, std::size_t limit = kSequenceMax) {
        sequence(items, limit);
        for (std::size_t i = 1; i < items.size(); ++i) {
            if (!(key(items[i - 1]) < key(items[i]))) {
                set_error(Error::NotAscending);
                return;
            }
        }
    }

    /// Marks the input as wrong: for rules that only the type knows.
    void set_error(Error error) {
        if (!error_) {
            error_ = error;
        }
    }
    [[nodiscard]] bool ok() const { return !error_.has_value(); }

    /// Nothing if all input was read without error. Errors: the first one, or TrailingBytes.
    [[nodiscard]] Result<void> finish() const;

    /// Bytes read so far: where the first error is.
    [[nodiscard]] std::size_t offset() const { return offset_; }

private:
    std::uint64_t number(std::uint64_t max);
    absl::uint128 wide();
    std::uint8_t byte();
    ByteView raw(std::size_t size);
    void text(std::string& value, std::size_t limit);
    void bytes(Bytes& value, std::size_t limit);
    std::size_t count(std::size_t limit);

    template <class T>
    void sequence(std::vector<T>& items, std::size_t limit) {
        items.clear();
        const std::size_t size = count(limit);
        items.reserve(size < 1024 ? size : 1024);  // grows with what is really there
        for (std::size_t i = 0; i < size && ok(); ++i) {
            T item{};
            get(item);
            items.push_back(std::move(item));
        }
    }

    template <class T, std::size_t Index = 0>
    void alternative(T& value, std::size_t index) {
        if constexpr (Index < std::variant_size_v<T>) {
            if (index == Index) {
                std::variant_alternative_t<Index, T> chosen{};
                get(chosen);
                value = std::move(chosen);
            } else {
                alternative<T, Index + 1>(value, index);
            }
        }
    }

    template <class T>
    void get(T& value) {
        if (!ok()) {
            return;
        }
        if constexpr (std::same_as<T, bool>) {
            const std::uint8_t flag = byte();
            if (flag > 1) {
                set_error(Error::OutOfRange);
            }
            value = flag == 1;
        } else if constexpr (std::is_enum_v<T>) {
            const std::uint8_t index = byte();
            if (index > static_cast<std::uint8_t>(T::Last)) {
                set_error(Error::OutOfRange);
                return;
            }
            value = static_cast<T>(index);
        } else if constexpr (std::unsigned_integral<T>) {
            value = static_cast<T>(number(std::numeric_limits<T>::max()));
        } else if constexpr (std::same_as<T, std::int64_t>) {
            const std::uint64_t zigzag = number(~std::uint64_t{0});
            value = static_cast<std::int64_t>((zigzag >> 1U) ^ (~(zigzag & 1U) + 1U));
        } else if constexpr (std::same_as<T, Amount>) {
            value = Amount(wide());
        } else if constexpr (std::same_as<T, Duration> || std::same_as<T, Instant>) {
            get(value.nanoseconds);
        } else if constexpr (IsTagged<T>::value) {
            get(value.value);
        } else if constexpr (IsTaggedBytes<T>::value) {
            const ByteView source = raw(T::kSize);
            if (ok()) {
                std::copy(source.begin(), source.end(), value.bytes.begin());
            }
        } else if constexpr (std::same_as<T, std::string>) {
            text(value, kBytesMax);
        } else if constexpr (std::same_as<T, Bytes>) {
            bytes(value, kBytesMax);
        } else if constexpr (IsVector<T>::value) {
            sequence(value, kSequenceMax);
        } else if constexpr (IsOptional<T>::value) {
            bool present = false;
            get(present);
            value.reset();
            if (ok() && present) {
                get(value.emplace());
            }
        } else if constexpr (IsVariant<T>::value) {
            const std::uint64_t index = number(std::variant_size_v<T> - 1);
            if (ok()) {
                alternative(value, index);
            }
        } else {
            T::describe(*this, value);
        }
    }

    ByteView input_;
    std::size_t offset_ = 0;
    std::optional<Error> error_;
};

/// The one encoding of `value`.
template <class T>
Bytes encode(const T& value) {
    Encoder encoder;
    encoder(value);
    return encoder.take();
}

/// The value whose encoding is exactly `input`. Errors: all of Error.
template <class T>
Result<T> decode(ByteView input) {
    Decoder decoder(input);
    T value{};
    decoder(value);
    if (const auto done = decoder.finish(); !done) {
        return fail(done.error());
    }
    return value;
}

}  // namespace nexus::codec
