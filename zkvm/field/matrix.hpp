#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <span>
#include <type_traits>

namespace nexus::zkvm {

/// A view of columns of equal height, one behind the other with a gap: element (row, column) lies
/// at `data[column * stride + row]`. `Matrix<const F>` is the view that cannot write. Rows of words
/// that are no field element (salts) are a `Matrix<std::uint32_t>`.
///
/// Whoever allocates chooses the stride: allocate_matrix (zkvm/commit/arena.hpp) leaves 16 words,
/// so that the same row of neighbouring columns falls into different sets of a cache.
template <class T>
class Matrix {
public:
    Matrix() = default;
    /// Pre: stride >= height, unless there are fewer than two columns.
    Matrix(T* data, std::size_t height, std::size_t width, std::size_t stride)
        : data_(data), height_(height), width_(width), stride_(stride) {
        NEXUS_ASSERT(width < 2 || stride >= height);
    }
    /// What can write can be read.
    operator Matrix<const T>() const  // NOLINT(google-explicit-constructor): as with std::span
        requires(!std::is_const_v<T>)
    {
        return {data_, height_, width_, stride_};
    }

    [[nodiscard]] std::size_t height() const { return height_; }
    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] std::size_t stride() const { return stride_; }
    [[nodiscard]] T* data() const { return data_; }

    [[nodiscard]] std::span<T> column(std::size_t index) const {
        NEXUS_ASSERT(index < width_);
        return {data_ + index * stride_, height_};
    }

    [[nodiscard]] T& at(std::size_t row, std::size_t column) const {
        NEXUS_ASSERT(row < height_);
        NEXUS_ASSERT(column < width_);
        return data_[column * stride_ + row];
    }

    /// The columns [first, first + count).
    [[nodiscard]] Matrix columns(std::size_t first, std::size_t count) const {
        NEXUS_ASSERT(first <= width_);
        NEXUS_ASSERT(count <= width_ - first);
        return {data_ + first * stride_, height_, count, stride_};
    }

private:
    T* data_ = nullptr;
    std::size_t height_ = 0;
    std::size_t width_ = 0;
    std::size_t stride_ = 0;
};

}  // namespace nexus::zkvm
