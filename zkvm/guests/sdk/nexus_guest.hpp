#pragma once

// The library of guests: freestanding C++20, no heap, no exceptions. Values of 32 bits, because
// that is what the machine computes with.
#include "zkvm/guests/sdk/machine.hpp"

#include <stddef.h>
#include <stdint.h>

/// What a guest defines. Freestanding C++ gives `main` no C name by itself, which crt0.S calls.
extern "C" int main();

namespace nexus::guest {

inline uint32_t ecall(uint32_t number, uint32_t x, uint32_t y, uint32_t z) {
    register uint32_t a7 asm("a7") = number;
    register uint32_t a0 asm("a0") = x;
    register uint32_t a1 asm("a1") = y;
    register uint32_t a2 asm("a2") = z;
    asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

/// Ends the program.
[[noreturn]] inline void exit(uint32_t code) {
    for (;;) {
        ecall(kEcallHalt, code, 0, 0);
    }
}

/// Ends the program unless `condition` holds.
inline void require(bool condition, uint32_t code) {
    if (!condition) {
        exit(code);
    }
}

/// Some values in a row, which somebody else owns. An index out of range ends the program.
template <class T>
class Span {
public:
    constexpr Span() = default;
    constexpr Span(T* data, uint32_t size) : data_(data), size_(size) {}
    template <uint32_t N>
    constexpr Span(T (&values)[N]) : data_(values), size_(N) {}  // NOLINT: an array is a span
    constexpr operator Span<const T>() const { return {data_, size_}; }  // NOLINT

    constexpr T& operator[](uint32_t index) const {
        require(index < size_, kExitBug);
        return data_[index];
    }
    [[nodiscard]] constexpr T* data() const { return data_; }
    [[nodiscard]] constexpr uint32_t size() const { return size_; }
    [[nodiscard]] constexpr T* begin() const { return data_; }
    [[nodiscard]] constexpr T* end() const { return data_ + size_; }

    /// `count` values from `first` on.
    [[nodiscard]] constexpr Span part(uint32_t first, uint32_t count) const {
        require(first <= size_ && count <= size_ - first, kExitBug);
        return {data_ + first, count};
    }

private:
    T* data_ = nullptr;
    uint32_t size_ = 0;
};

/// A fixed number of values. An index out of range ends the program. Aligned, so that bytes can be
/// taken word by word.
template <class T, uint32_t N>
struct Array {
    alignas(alignof(T) < 4 ? 4 : alignof(T)) T values[N];

    constexpr T& operator[](uint32_t index) {
        require(index < N, kExitBug);
        return values[index];
    }
    constexpr const T& operator[](uint32_t index) const {
        require(index < N, kExitBug);
        return values[index];
    }
    [[nodiscard]] static constexpr uint32_t size() { return N; }
    constexpr operator Span<T>() { return {values, N}; }              // NOLINT: an array is a span
    constexpr operator Span<const T>() const { return {values, N}; }  // NOLINT
    friend constexpr bool operator==(const Array& left, const Array& right) {
        for (uint32_t i = 0; i < N; ++i) {
            if (left.values[i] != right.values[i]) {
                return false;
            }
        }
        return true;
    }
};

using Bytes = Span<const uint8_t>;

/// Reads an input from its start to its end. Numbers are little-endian. An input that is too short
/// ends the program as malformed, as does a length that no input can have: the prover is free to
/// claim any for the private one.
class InputReader {
public:
    explicit InputReader(uint32_t region) {
        const uint32_t size = *reinterpret_cast<const uint32_t*>(region);
        require(size <= kIoBytesMax, kExitMalformed);
        rest_ = {reinterpret_cast<const uint8_t*>(region + 4), size};
    }

    [[nodiscard]] uint32_t remaining() const { return rest_.size(); }

    /// The next `count` bytes, where they lie in memory.
    Bytes bytes(uint32_t count) {
        require(count <= rest_.size(), kExitMalformed);
        const Bytes taken = rest_.part(0, count);
        rest_ = rest_.part(count, rest_.size() - count);
        return taken;
    }

    uint8_t u8() { return bytes(1)[0]; }

    uint32_t u32() {
        const Bytes four = bytes(4);
        if (reinterpret_cast<uintptr_t>(four.data()) % 4 == 0) {
            return *reinterpret_cast<const uint32_t*>(four.data());
        }
        return four[0] | uint32_t{four[1]} << 8U | uint32_t{four[2]} << 16U |
               uint32_t{four[3]} << 24U;
    }

    template <uint32_t N>
    Array<uint8_t, N> array() {
        Array<uint8_t, N> result;
        const Bytes taken = bytes(N);
        for (uint32_t i = 0; i < N; ++i) {
            result.values[i] = taken.data()[i];
        }
        return result;
    }

    /// Ends the program as malformed if anything is left.
    void finish() const { require(rest_.size() == 0, kExitMalformed); }

private:
    Bytes rest_;
};

inline InputReader public_input() { return InputReader(kPublicInput); }
inline InputReader private_input() { return InputReader(kPrivateInput); }

/// Writes the public output. It counts only once it is committed.
class OutputWriter {
public:
    void bytes(Bytes values) {
        require(values.size() <= kIoBytesMax - size_, kExitBug);
        auto* to = reinterpret_cast<uint8_t*>(kOutput + 4 + size_);
        for (const uint8_t value : values) {
            *to++ = value;
        }
        size_ += values.size();
    }

    void u32(uint32_t value) {
        const uint8_t four[4] = {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8U),
                                 static_cast<uint8_t>(value >> 16U),
                                 static_cast<uint8_t>(value >> 24U)};
        bytes(four);
    }

    /// Makes all that was written so far the output.
    void commit() const { *reinterpret_cast<volatile uint32_t*>(kOutput) = size_; }

private:
    uint32_t size_ = 0;
};

/// Shows text to whoever runs the program; a proof says nothing of it.
inline void print(Bytes text) {
    ecall(kEcallPrint, 1, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(text.data())),
          text.size());
}

template <uint32_t N>
void print(const char (&text)[N]) {
    print(Bytes(reinterpret_cast<const uint8_t*>(text), N - 1));
}

/// Names a stretch of the execution in a profile, as long as it lives.
class CycleMarker {
public:
    template <uint32_t N>
    explicit CycleMarker(const char (&name)[N]) {
        ecall(kEcallMarkerBegin, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(name)), N - 1,
              0);
    }
    CycleMarker(const CycleMarker&) = delete;
    CycleMarker& operator=(const CycleMarker&) = delete;
    ~CycleMarker() { ecall(kEcallMarkerEnd, 0, 0, 0); }
};

/// Copies eight words in one instruction. Both are aligned and do not overlap, else the program
/// traps.
inline void copy32(uint32_t* target, const uint32_t* source) {
    ecall(kEcallCopy32, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(target)),
          static_cast<uint32_t>(reinterpret_cast<uintptr_t>(source)), 0);
}

}  // namespace nexus::guest
