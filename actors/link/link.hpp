#pragma once

#include "actors/link/frame_buffer.hpp"
#include "actors/link/handshake.hpp"
#include "actors/link/lanes.hpp"
#include "actors/link/link_error.hpp"
#include "base/bytes.hpp"
#include "base/channel_crypto.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nexus::actors {

/// What came of some bytes of the peer.
struct LinkEvents {
    bool authenticated = false;  ///< The handshake is done: peer() is who it is.
    std::vector<Assembler::Message> messages;
    std::vector<std::uint64_t> pongs;  ///< What pings of ours brought back.
    std::optional<LinkError> ended;    ///< The link is over; what came before it stands above.
};

/// One end of a connection, from its first byte to its last. See README.md.
///
/// Errors: once it has ended, or close was called, nothing more is delivered.
/// Threading: none.
class Link {
public:
    /// The end that dials. `entropy`: fresh and secret, for this link alone.
    static Link dial(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy,
                     const PublicKey& expected);
    /// The end that is dialled.
    static Link accept(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy);

    /// Takes bytes that the peer sent.
    LinkEvents receive(ByteView bytes);

    /// The peer's stream has ended. Returns why: ClosedByPeer if it had said so, else Truncated.
    LinkError end_of_stream();

    /// Queues a message; false if its lane is full. Pre: no longer than its lane allows.
    bool send(Lane lane, Bytes message) { return queue_.push(lane, std::move(message)); }
    /// To be answered by a pong with the same number, ahead of all messages.
    void ping(std::uint64_t number);
    /// The last thing to be sent; what is queued is dropped.
    void close();

    /// Bytes to be written next, about `bytes_max` of them if so many wait; empty if none do.
    Bytes take_output(std::size_t bytes_max);

    [[nodiscard]] bool is_authenticated() const { return agreement_.has_value(); }
    /// Pre: is_authenticated.
    [[nodiscard]] const PublicKey& peer() const { return agreement_->peer; }
    [[nodiscard]] const SendQueue& queue() const { return queue_; }
    /// Bytes of the peer that wait for the rest of their frame.
    [[nodiscard]] std::size_t held() const { return frames_.held(); }
    /// Bytes of the peer that wait for the rest of their frame or message.
    [[nodiscard]] std::size_t unfinished() const { return held() + assembler_.bytes(); }

private:
    static constexpr std::size_t kHandshakeBytesMax = 256;
    static constexpr std::size_t kRecordBytesMax = kPartBytesMax + 64 + RecordCipher::kOverhead;

    Link() : frames_(kHandshakeBytesMax) {}

    Result<void, LinkError> handle(ByteView frame, LinkEvents& events);
    Result<void, LinkError> handle_record(ByteView sealed, LinkEvents& events);
    void agree(Agreement agreement, LinkEvents& events);
    void seal(ByteView record);

    std::optional<Initiator> initiator_;
    std::optional<Responder> responder_;
    bool has_replied_ = false;
    std::optional<Agreement> agreement_;
    std::optional<RecordCipher> sealing_, opening_;
    FrameBuffer frames_;
    SendQueue queue_;
    Assembler assembler_;
    Bytes output_;
    std::optional<LinkError> ended_;
};

}  // namespace nexus::actors
