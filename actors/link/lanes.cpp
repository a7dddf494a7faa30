#include "actors/link/lanes.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace nexus::actors {

bool SendQueue::push(Lane lane, Bytes message) {
    const auto i = static_cast<std::size_t>(lane);
    NEXUS_ASSERT(message.size() <= kMessageBytesMax[i]);
    Waiting& waiting = lanes_[i];
    if (waiting.bytes + message.size() > kQueueBytesMax[i]) {
        return false;
    }
    waiting.bytes += message.size();
    waiting.messages.push_back(std::move(message));
    return true;
}

/// The first lane that waits, unless one below it was passed over often enough.
std::size_t SendQueue::choose() {
    std::size_t chosen = kLaneCount;
    for (std::size_t i = 0; i < kLaneCount; ++i) {
        if (lanes_[i].messages.empty()) {
            lanes_[i].passed_over = 0;
        } else if (chosen == kLaneCount || lanes_[i].passed_over >= kShare) {
            chosen = i;
        }
    }
    for (std::size_t i = chosen + 1; i < kLaneCount; ++i) {
        lanes_[i].passed_over += lanes_[i].messages.empty() ? 0 : 1;
    }
    if (chosen < kLaneCount) {
        lanes_[chosen].passed_over = 0;
    }
    return chosen;
}

std::optional<Piece> SendQueue::pop() {
    const std::size_t chosen = choose();
    if (chosen == kLaneCount) {
        return std::nullopt;
    }
    Waiting& waiting = lanes_[chosen];
    Bytes& message = waiting.messages.front();
    const std::size_t size = std::min(kPartBytesMax, message.size() - waiting.sent);
    Piece piece{static_cast<Lane>(chosen), waiting.sent + size == message.size(), {}};
    if (waiting.sent == 0 && piece.is_last) {
        piece.bytes = std::move(message);
    } else {
        const auto first = message.begin() + static_cast<std::ptrdiff_t>(waiting.sent);
        piece.bytes.assign(first, first + static_cast<std::ptrdiff_t>(size));
    }
    waiting.bytes -= size;
    waiting.sent += size;
    if (piece.is_last) {
        waiting.messages.pop_front();
        waiting.sent = 0;
    }
    return piece;
}

bool SendQueue::empty() const {
    return std::all_of(lanes_.begin(), lanes_.end(),
                       [](const Waiting& waiting) { return waiting.messages.empty(); });
}

Result<std::optional<Assembler::Message>, LinkError> Assembler::add(Piece piece) {
    const auto i = static_cast<std::size_t>(piece.lane);
    Bytes& begun = begun_[i];
    if (piece.bytes.empty() && !piece.is_last) {
        return fail(LinkError::Malformed);
    }
    if (begun.size() + piece.bytes.size() > kMessageBytesMax[i]) {
        return fail(LinkError::MessageTooLong);
    }
    if (begun.empty()) {
        begun = std::move(piece.bytes);
    } else {
        begun.insert(begun.end(), piece.bytes.begin(), piece.bytes.end());
    }
    if (!piece.is_last) {
        return std::optional<Message>();
    }
    return std::optional<Message>({piece.lane, std::exchange(begun, {})});
}

}  // namespace nexus::actors
