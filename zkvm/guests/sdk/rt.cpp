// What clang calls without being asked: memory functions, and 64-bit division and shifts.
#include <stddef.h>
#include <stdint.h>

namespace {

/// Quotient and remainder of 64-bit numbers.
struct Division {
    uint64_t quotient;
    uint64_t remainder;
};

/// Division by zero gives quotient 2^64 - 1 and remainder a, as the 32-bit instructions do.
Division divide(uint64_t a, uint64_t b) {
    if ((a >> 32U) == 0 && (b >> 32U) == 0 && b != 0) {
        const auto low_a = static_cast<uint32_t>(a);
        const auto low_b = static_cast<uint32_t>(b);
        return {low_a / low_b, low_a % low_b};
    }
    if (b == 0) {
        return {~uint64_t{0}, a};
    }
    uint64_t quotient = 0;
    uint64_t remainder = 0;
    for (int bit = 63; bit >= 0; --bit) {
        const bool carry = (remainder >> 63U) != 0;
        remainder = remainder << 1U | (a >> static_cast<unsigned>(bit) & 1U);
        quotient <<= 1U;
        if (carry || remainder >= b) {
            remainder -= b;
            quotient |= 1U;
        }
    }
    return {quotient, remainder};
}

/// |value| as an unsigned number, which exists for the most negative value too.
uint64_t magnitude(int64_t value) {
    const auto bits = static_cast<uint64_t>(value);
    return value < 0 ? 0 - bits : bits;
}

bool is_aligned(const void* address) { return reinterpret_cast<uintptr_t>(address) % 4 == 0; }

}  // namespace

extern "C" {

void* memcpy(void* target, const void* source, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const auto* from = static_cast<const uint8_t*>(source);
    if (is_aligned(to) && is_aligned(from)) {
        for (; size >= 4; size -= 4, to += 4, from += 4) {
            *reinterpret_cast<uint32_t*>(to) = *reinterpret_cast<const uint32_t*>(from);
        }
    }
    for (; size != 0; --size) {
        *to++ = *from++;
    }
    return target;
}

void* memmove(void* target, const void* source, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const auto* from = static_cast<const uint8_t*>(source);
    if (to <= from || to >= from + size) {
        return memcpy(target, source, size);
    }
    for (size_t i = size; i != 0; --i) {
        to[i - 1] = from[i - 1];
    }
    return target;
}

void* memset(void* target, int value, size_t size) {
    auto* to = static_cast<uint8_t*>(target);
    const auto byte = static_cast<uint8_t>(value);
    if (is_aligned(to)) {
        for (; size >= 4; size -= 4, to += 4) {
            *reinterpret_cast<uint32_t*>(to) = uint32_t{byte} * 0x0101'0101U;
        }
    }
    for (; size != 0; --size) {
        *to++ = byte;
    }
    return target;
}

int memcmp(const void* left, const void* right, size_t size) {
    const auto* a = static_cast<const uint8_t*>(left);
    const auto* b = static_cast<const uint8_t*>(right);
    for (; size != 0; --size, ++a, ++b) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

uint64_t __udivdi3(uint64_t a, uint64_t b) { return divide(a, b).quotient; }

uint64_t __umoddi3(uint64_t a, uint64_t b) { return divide(a, b).remainder; }

int64_t __divdi3(int64_t a, int64_t b) {
    const uint64_t quotient = divide(magnitude(a), magnitude(b)).quotient;
    return static_cast<int64_t>((a < 0) != (b < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t a, int64_t b) {
    const uint64_t remainder = divide(magnitude(a), magnitude(b)).remainder;
    return static_cast<int64_t>(a < 0 ? 0 - remainder : remainder);
}

// Written with 32-bit halves: a 64-bit shift here would call itself.
uint64_t __ashldi3(uint64_t value, int amount) {
    const auto low = static_cast<uint32_t>(value);
    const auto high = static_cast<uint32_t>(value >> 32U);
    const auto count = static_cast<unsigned>(amount);
    if (count == 0) {
        return value;
    }
    if (count >= 32) {
        return uint64_t{low << (count - 32)} << 32U;
    }
    return uint64_t{high << count | low >> (32 - count)} << 32U | low << count;
}

uint64_t __lshrdi3(uint64_t value, int amount) {
    const auto low = static_cast<uint32_t>(value);
    const auto high = static_cast<uint32_t>(value >> 32U);
    const auto count = static_cast<unsigned>(amount);
    if (count == 0) {
        return value;
    }
    if (count >= 32) {
        return high >> (count - 32);
    }
    return uint64_t{high >> count} << 32U | (low >> count | high << (32 - count));
}

int64_t __ashrdi3(int64_t value, int amount) {
    const auto bits = static_cast<uint64_t>(value);
    const auto low = static_cast<uint32_t>(bits);
    const auto high = static_cast<int32_t>(bits >> 32U);
    const auto count = static_cast<unsigned>(amount);
    if (count == 0) {
        return value;
    }
    const auto sign = static_cast<uint32_t>(high >> 31U);
    if (count >= 32) {
        const auto moved = static_cast<uint32_t>(high >> (count - 32));
        return static_cast<int64_t>(uint64_t{sign} << 32U | moved);
    }
    const auto moved = static_cast<uint32_t>(high >> count);
    const uint32_t joined = low >> count | static_cast<uint32_t>(high) << (32 - count);
    return static_cast<int64_t>(uint64_t{moved} << 32U | joined);
}
}
