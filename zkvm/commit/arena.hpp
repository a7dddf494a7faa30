#pragma once

#include "base/assert.hpp"
#include "zkvm/field/matrix.hpp"

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace nexus::zkvm {

/// Memory for the columns of a proof, kept from one proof to the next: fresh memory costs more to
/// touch than many a pass over it. What is handed out is aligned to 64 bytes and holds whatever was
/// there before. Asks the system for huge pages; it works without.
///
/// Invariant:   nothing is returned to the system before the arena is destroyed.
/// Threading:   one thread at a time allocates; the memory may be used by all.
/// Failure:     aborts when the system has no more memory.
class Arena {
public:
    /// How much was handed out at some time; see release.
    struct Mark {
        std::size_t chunk = 0;
        std::size_t offset = 0;
    };

    /// `chunk_bytes`: the least that is asked of the system at once.
    explicit Arena(std::size_t chunk_bytes = std::size_t{64} << 20U);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// Room for `count` values, valid until reset or release.
    template <class T>
    std::span<T> allocate(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        NEXUS_ASSERT(count <= kBytesMax / sizeof(T));
        return {static_cast<T*>(allocate_bytes(count * sizeof(T))), count};
    }

    /// Grows to so much memory in advance, and touches what is new, in parallel.
    void reserve(std::size_t bytes);

    [[nodiscard]] Mark mark() const { return at_; }
    /// Takes back all that was allocated since the mark. Pre: no later mark is released afterwards.
    void release(Mark mark);
    /// Takes back everything.
    void reset() { release({}); }

    /// What the arena holds, handed out or not.
    [[nodiscard]] std::size_t bytes_reserved() const;

private:
    static constexpr std::size_t kBytesMax = std::size_t{1} << 46U;

    struct Chunk {
        std::byte* data;
        std::size_t bytes;
    };

    void* allocate_bytes(std::size_t bytes);
    void grow(std::size_t bytes);

    std::size_t chunk_bytes_;
    std::vector<Chunk> chunks_;
    Mark at_;  // chunks before it are full, chunks behind it are empty
};

/// Frees what is allocated in its lifetime.
class ArenaScope {
public:
    explicit ArenaScope(Arena& arena) : arena_(arena), mark_(arena.mark()) {}
    ~ArenaScope() { arena_.release(mark_); }
    ArenaScope(const ArenaScope&) = delete;
    ArenaScope& operator=(const ArenaScope&) = delete;

private:
    Arena& arena_;
    Arena::Mark mark_;
};

/// The stride of columns of this height: a multiple of 16 words, so that columns are aligned, plus
/// 16, since at a stride of a power of two all columns compete for the same few lines of a cache.
constexpr std::size_t padded_stride(std::size_t height) { return (height + 15) / 16 * 16 + 16; }

/// A matrix with padded stride; its content is what was there before.
template <class T>
Matrix<T> allocate_matrix(Arena& arena, std::size_t height, std::size_t width) {
    const std::size_t stride = padded_stride(height);
    return {arena.allocate<T>(stride * width).data(), height, width, stride};
}

}  // namespace nexus::zkvm
