#include "zkvm/commit/arena.hpp"

#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

TEST(Arena, HandsOutAlignedMemoryThatDoesNotOverlap) {
    Arena arena;
    const std::span<std::uint8_t> a = arena.allocate<std::uint8_t>(3);
    const std::span<std::uint32_t> b = arena.allocate<std::uint32_t>(100);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 64, 0U);
    EXPECT_EQ(b.size(), 100U);
    EXPECT_GE(reinterpret_cast<std::uint8_t*>(b.data()), a.data() + a.size());
}

TEST(Arena, UsesTheSameMemoryAgainAfterAReset) {
    Arena arena;
    std::uint32_t* first = arena.allocate<std::uint32_t>(10).data();
    arena.allocate<std::uint8_t>(200 * kMiB);
    const std::size_t reserved = arena.bytes_reserved();
    arena.reset();
    EXPECT_EQ(arena.allocate<std::uint32_t>(10).data(), first);
    arena.allocate<std::uint8_t>(200 * kMiB);
    EXPECT_EQ(arena.bytes_reserved(), reserved) << "the second proof asks the system for nothing";
}

TEST(Arena, TakesBackWhatAScopeAllocated) {
    Arena arena;
    arena.allocate<std::uint32_t>(10);
    std::uint32_t* inside = nullptr;
    {
        const ArenaScope scope(arena);
        inside = arena.allocate<std::uint32_t>(10).data();
    }
    EXPECT_EQ(arena.allocate<std::uint32_t>(10).data(), inside);
}

TEST(Arena, FitsWhatWasReserved) {
    Arena arena(2 * kMiB);
    arena.reserve(10 * kMiB);
    const std::size_t reserved = arena.bytes_reserved();
    EXPECT_GE(reserved, 10 * kMiB);
    const std::span<std::uint8_t> all = arena.allocate<std::uint8_t>(10 * kMiB);
    all.back() = 1;
    EXPECT_EQ(arena.bytes_reserved(), reserved);
}

TEST(Matrix, HasAlignedColumnsWithAGap) {
    Arena arena;
    const Matrix<KoalaBear> matrix = allocate_matrix<KoalaBear>(arena, 64, 3);
    EXPECT_EQ(matrix.stride(), 64U + 16U);
    EXPECT_EQ(matrix.column(2).data(), matrix.data() + 2 * matrix.stride());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.column(1).data()) % 64, 0U);
    matrix.at(5, 1) = KoalaBear(7);
    const Matrix<const KoalaBear> view = matrix.columns(1, 2);
    EXPECT_EQ(view.column(0)[5], KoalaBear(7));
    EXPECT_EQ(view.width(), 2U);
}

}  // namespace
}  // namespace nexus::zkvm
