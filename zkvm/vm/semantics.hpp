#pragma once

#include "zkvm/isa/lowered.hpp"

#include <cstdint>
#include <limits>

namespace nexus::zkvm::semantics {

// What the operations of each family compute, for both executors.
// Source: The RISC-V Instruction Set Manual, Volume I, 20191213, chapters 2 and 7.

constexpr std::int32_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }

constexpr std::uint32_t add(AddOp op, std::uint32_t a, std::uint32_t b) {
    return op == AddOp::Add ? a + b : a - b;
}

constexpr std::uint32_t bitwise(BitwiseOp op, std::uint32_t a, std::uint32_t b) {
    switch (op) {
        case BitwiseOp::And:
            return a & b;
        case BitwiseOp::Or:
            return a | b;
        case BitwiseOp::Xor:
            return a ^ b;
    }
    return 0;
}

constexpr std::uint32_t less_than(LessThanOp op, std::uint32_t a, std::uint32_t b) {
    const bool is_less = op == LessThanOp::Signed ? as_signed(a) < as_signed(b) : a < b;
    return is_less ? 1 : 0;
}

/// Only the low five bits of `amount` count.
constexpr std::uint32_t shift(ShiftOp op, std::uint32_t value, std::uint32_t amount) {
    switch (op) {
        case ShiftOp::Left:
            return value << (amount & 31U);
        case ShiftOp::RightLogical:
            return value >> (amount & 31U);
        case ShiftOp::RightArithmetic:
            return static_cast<std::uint32_t>(as_signed(value) >> (amount & 31U));
    }
    return 0;
}

constexpr bool is_taken(BranchOp op, std::uint32_t a, std::uint32_t b) {
    switch (op) {
        case BranchOp::Beq:
            return a == b;
        case BranchOp::Bne:
            return a != b;
        case BranchOp::Blt:
            return as_signed(a) < as_signed(b);
        case BranchOp::Bge:
            return as_signed(a) >= as_signed(b);
        case BranchOp::Bltu:
            return a < b;
        case BranchOp::Bgeu:
            return a >= b;
    }
    return false;
}

constexpr std::uint32_t multiply(MulOp op, std::uint32_t a, std::uint32_t b) {
    const std::int64_t signed_a = as_signed(a);
    switch (op) {
        case MulOp::Mul:
            return a * b;
        case MulOp::Mulh:
            return static_cast<std::uint32_t>((signed_a * as_signed(b)) >> 32U);
        case MulOp::Mulhsu:
            return static_cast<std::uint32_t>((signed_a * static_cast<std::int64_t>(b)) >> 32U);
        case MulOp::Mulhu:
            return static_cast<std::uint32_t>((static_cast<std::uint64_t>(a) * b) >> 32U);
    }
    return 0;
}

/// Division by zero gives quotient 2^32 - 1 and remainder a; -2^31 / -1 gives -2^31 and 0.
constexpr std::uint32_t divide(DivOp op, std::uint32_t a, std::uint32_t b) {
    const bool is_signed = op == DivOp::Div || op == DivOp::Rem;
    const bool is_quotient = op == DivOp::Div || op == DivOp::Divu;
    if (b == 0) {
        return is_quotient ? std::numeric_limits<std::uint32_t>::max() : a;
    }
    if (is_signed) {
        if (a == 0x8000'0000U && b == 0xffff'ffffU) {
            return is_quotient ? a : 0;
        }
        return static_cast<std::uint32_t>(is_quotient ? as_signed(a) / as_signed(b)
                                                      : as_signed(a) % as_signed(b));
    }
    return is_quotient ? a / b : a % b;
}

constexpr bool is_store(SubwordOp op) { return op == SubwordOp::Sb || op == SubwordOp::Sh; }

/// Bytes that the operation moves: 1 or 2.
constexpr std::uint32_t size_of(SubwordOp op) {
    return op == SubwordOp::Lb || op == SubwordOp::Lbu || op == SubwordOp::Sb ? 1 : 2;
}

/// What a load of `address` makes of the aligned word there. Pre: !is_store(op).
constexpr std::uint32_t load(SubwordOp op, std::uint32_t word, std::uint32_t address) {
    const std::uint32_t bits = word >> (8 * (address & 3U));
    switch (op) {
        case SubwordOp::Lb:
            return static_cast<std::uint32_t>(as_signed(bits << 24U) >> 24U);
        case SubwordOp::Lh:
            return static_cast<std::uint32_t>(as_signed(bits << 16U) >> 16U);
        case SubwordOp::Lbu:
            return bits & 0xffU;
        default:
            return bits & 0xffffU;
    }
}

/// What a store of `value` to `address` makes of the aligned word there. Pre: is_store(op).
constexpr std::uint32_t store(SubwordOp op, std::uint32_t word, std::uint32_t address,
                              std::uint32_t value) {
    const unsigned shift = 8 * (address & 3U);
    const std::uint32_t mask = (op == SubwordOp::Sb ? 0xffU : 0xffffU) << shift;
    return (word & ~mask) | (value << shift & mask);
}

}  // namespace nexus::zkvm::semantics
