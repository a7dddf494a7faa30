#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <optional>

namespace nexus::actors {

/// Cuts a stream of bytes into frames: a length in four bytes, big-endian, and that many bytes.
///
/// Invariant: holds at most one frame of the limit, and what one call of `feed` brought.
class FrameBuffer {
public:
    static constexpr std::size_t kHeaderBytes = 4;

    explicit FrameBuffer(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

    void feed(ByteView bytes);

    /// The next whole frame; nothing if it is not there yet, or too long.
    std::optional<Bytes> next();

    /// Whether the frame to come announces more than the limit: no later call gives a frame.
    [[nodiscard]] bool is_too_long() const;

    /// From the next frame on.
    void set_limit(std::size_t frame_bytes_max) { frame_bytes_max_ = frame_bytes_max; }

    /// Bytes that wait for the rest of their frame.
    [[nodiscard]] std::size_t held() const { return bytes_.size() - begin_; }

private:
    [[nodiscard]] std::optional<std::size_t> announced() const;

    std::size_t frame_bytes_max_;
    Bytes bytes_;
    std::size_t begin_ = 0;  // of what is not given out
};

/// Appends a frame. Pre: `body` has less than 2^32 bytes.
void append_frame(Bytes& out, ByteView body);

}  // namespace nexus::actors
