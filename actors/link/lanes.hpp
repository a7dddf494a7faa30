#pragma once

#include "actors/link/link_error.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace nexus::actors {

/// What a message waits behind: messages of one lane keep their order, lanes overtake one another.
enum class Lane : std::uint8_t {
    Urgent,  ///< Votes and what they wait for.
    Normal,  ///< Transactions, and talk with clients.
    Bulk,    ///< Blocks for those who were away.
    Last = Bulk,
};
inline constexpr std::size_t kLaneCount = static_cast<std::size_t>(Lane::Last) + 1;

/// Bytes of a message, by lane.
inline constexpr std::array<std::size_t, kLaneCount> kMessageBytesMax{
    std::size_t{4} << 20U, std::size_t{4} << 20U, std::size_t{8} << 20U};

/// Bytes of a message in one record: what an urgent message waits for, at most.
inline constexpr std::size_t kPartBytesMax = 65'000;

/// A piece of a message.
struct Piece {
    Lane lane = Lane::Urgent;
    bool is_last = false;
    Bytes bytes;
};

/// Messages that wait to be sent, by lane.
///
/// Invariant: holds at most kQueueBytesMax of each lane.
class SendQueue {
public:
    static constexpr std::array<std::size_t, kLaneCount> kQueueBytesMax{
        std::size_t{16} << 20U, std::size_t{16} << 20U, std::size_t{16} << 20U};

    /// False, and nothing changes, if the lane is full. Pre: no longer than its lane allows.
    bool push(Lane lane, Bytes message);

    /// What goes next; nothing if nothing waits. A lane is served `kShare` times more often than
    /// the one below it while both wait, so that none starves.
    std::optional<Piece> pop();

    [[nodiscard]] bool empty() const;
    /// Of which not all was taken out yet.
    [[nodiscard]] std::size_t messages() const {
        std::size_t sum = 0;
        for (const Waiting& lane : lanes_) {
            sum += lane.messages.size();
        }
        return sum;
    }
    [[nodiscard]] std::size_t bytes(Lane lane) const { return of(lane).bytes; }
    /// Of all lanes.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Waiting& lane : lanes_) {
            sum += lane.bytes;
        }
        return sum;
    }

private:
    static constexpr unsigned kShare = 8;

    struct Waiting {
        std::deque<Bytes> messages;
        std::size_t bytes = 0;     // of all messages, less what was sent of the first
        std::size_t sent = 0;      // of the first
        unsigned passed_over = 0;  // since it was last served, while it had something
    };

    [[nodiscard]] const Waiting& of(Lane lane) const {
        return lanes_[static_cast<std::size_t>(lane)];
    }
    [[nodiscard]] std::size_t choose();

    std::array<Waiting, kLaneCount> lanes_;
};

/// Puts pieces together again.
class Assembler {
public:
    struct Message {
        Lane lane = Lane::Urgent;
        Bytes bytes;
    };

    /// The message that the piece completes; nothing if more is to come. Errors: MessageTooLong;
    /// Malformed for a piece that is empty and not the last.
    Result<std::optional<Message>, LinkError> add(Piece piece);

    /// Of messages whose end has not come.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Bytes& begun : begun_) {
            sum += begun.size();
        }
        return sum;
    }

private:
    std::array<Bytes, kLaneCount> begun_;
};

}  // namespace nexus::actors
