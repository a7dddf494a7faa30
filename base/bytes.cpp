#include "base/bytes.hpp"

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nexus {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

/// The value of one digit, or 16 when it is none.
std::uint8_t digit_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return static_cast<std::uint8_t>(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return static_cast<std::uint8_t>(digit - 'a' + 10);
    }
    if (digit >= 'A' && digit <= 'F') {
        return static_cast<std::uint8_t>(digit - 'A' + 10);
    }
    return 16;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4U]);
        text.push_back(kDigits[byte & 15U]);
    }
    return text;
}

std::string short_hex(ByteView bytes, std::size_t digits) {
    return to_hex(bytes).substr(0, digits);
}

Result<Bytes, HexError> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(HexError::OddLength);
    }
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const std::uint8_t high = digit_value(text[i]);
        const std::uint8_t low = digit_value(text[i + 1]);
        if (high > 15 || low > 15) {
            return fail(HexError::NotHexadecimal);
        }
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

}  // namespace nexus
