#include "actors/link/frame_buffer.hpp"

#include "base/assert.hpp"

namespace nexus::actors {

void FrameBuffer::feed(ByteView bytes) {
    if (begin_ == bytes_.size()) {
        bytes_.clear();
        begin_ = 0;
    } else if (begin_ > bytes_.size() / 2) {
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
        begin_ = 0;
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::optional<std::size_t> FrameBuffer::announced() const {
    if (held() < kHeaderBytes) {
        return std::nullopt;
    }
    std::size_t length = 0;
    for (std::size_t i = 0; i < kHeaderBytes; ++i) {
        length = length << 8U | bytes_[begin_ + i];
    }
    return length;
}

bool FrameBuffer::is_too_long() const {
    const auto length = announced();
    return length.has_value() && *length > frame_bytes_max_;
}

std::optional<Bytes> FrameBuffer::next() {
    const auto length = announced();
    if (!length.has_value() || *length > frame_bytes_max_ || held() - kHeaderBytes < *length) {
        return std::nullopt;
    }
    const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(begin_ + kHeaderBytes);
    Bytes frame(first, first + static_cast<std::ptrdiff_t>(*length));
    begin_ += kHeaderBytes + *length;
    return frame;
}

void append_frame(Bytes& out, ByteView body) {
    NEXUS_ASSERT(body.size() <= 0xffff'ffffU);
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(body.size() >> (shift - 8)));
    }
    out.insert(out.end(), body.begin(), body.end());
}

}  // namespace nexus::actors
