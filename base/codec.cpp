#include "base/codec.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <absl/numeric/int128.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::codec {
namespace {

/// Length of the UTF-8 sequence that starts with `lead`, or 0 when none does.
std::size_t sequence_length(std::uint8_t lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 3;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// False for the second byte of an overlong form, a surrogate, or a point above U+10FFFF.
bool second_byte_fits(std::uint8_t lead, std::uint8_t second) {
    switch (lead) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second <= 0x9f;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second <= 0x8f;
        default:
            return true;
    }
}

}  // namespace

std::string_view to_string(Error error) {
    switch (error) {
        case Error::Truncated:
            return "Truncated";
        case Error::NotMinimal:
            return "NotMinimal";
        case Error::OutOfRange:
            return "OutOfRange";
        case Error::TooLong:
            return "TooLong";
        case Error::NotUtf8:
            return "NotUtf8";
        case Error::NotAscending:
            return "NotAscending";
        case Error::TrailingBytes:
            return "TrailingBytes";
    }
    return "?";
}

bool is_utf8(std::string_view text) {
    const ByteView bytes = as_bytes(text);
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = sequence_length(bytes[i]);
        if (length == 0 || length > bytes.size() - i) {
            return false;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((bytes[i + k] & 0xc0U) != 0x80U) {
                return false;
            }
        }
        if (length > 1 && !second_byte_fits(bytes[i], bytes[i + 1])) {
            return false;
        }
        i += length;
    }
    return true;
}

void Encoder::number(std::uint64_t value) {
    while (value >= 0x80) {
        bytes_.push_back(static_cast<std::uint8_t>(value | 0x80U));
        value >>= 7U;
    }
    bytes_.push_back(static_cast<std::uint8_t>(value));
}

void Encoder::wide(absl::uint128 value) {
    while (value >= 0x80) {
        bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) | 0x80U));
        value >>= 7;
    }
    bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value)));
}

std::uint8_t Decoder::byte() {
    if (offset_ >= input_.size()) {
        set_error(Error::Truncated);
        return 0;
    }
    return input_[offset_++];
}

absl::uint128 Decoder::wide() {
    absl::uint128 value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t group = byte();
        if (!ok()) {
            return 0;
        }
        const absl::uint128 bits = group & 0x7fU;
        if (shift >= 128 || (shift > 121 && (bits >> static_cast<int>(128 - shift)) != 0)) {
            set_error(Error::OutOfRange);
            return 0;
        }
        value |= bits << static_cast<int>(shift);
        if ((group & 0x80U) == 0) {
            if (group == 0 && shift > 0) {
                set_error(Error::NotMinimal);
            }
            return value;
        }
    }
}

std::uint64_t Decoder::number(std::uint64_t max) {
    const absl::uint128 value = wide();
    if (ok() && value > max) {
        set_error(Error::OutOfRange);
    }
    return ok() ? static_cast<std::uint64_t>(value) : 0;
}

ByteView Decoder::raw(std::size_t size) {
    if (!ok() || input_.size() - offset_ < size) {
        set_error(Error::Truncated);
        return {};
    }
    const ByteView piece = input_.subspan(offset_, size);
    offset_ += size;
    return piece;
}

std::size_t Decoder::count(std::size_t limit) {
    const std::uint64_t size = number(~std::uint64_t{0});
    // No item is shorter than a byte, so a longer count is a lie that must not allocate.
    if (ok() && (size > limit || size > input_.size() - offset_)) {
        set_error(Error::TooLong);
    }
    return ok() ? static_cast<std::size_t>(size) : 0;
}

void Decoder::bytes(Bytes& value, std::size_t limit) {
    const ByteView piece = raw(count(limit));
    value.assign(piece.begin(), piece.end());
}

void Decoder::text(std::string& value, std::size_t limit) {
    const ByteView piece = raw(count(limit));
    value.assign(piece.begin(), piece.end());
    if (ok() && !is_utf8(value)) {
        set_error(Error::NotUtf8);
    }
}

Result<void> Decoder::finish() const {
    if (error_) {
        return fail(*error_);
    }
    if (offset_ != input_.size()) {
        return fail(Error::TrailingBytes);
    }
    return {};
}

}  // namespace nexus::codec
