#pragma once

#include <cstdint>
#include <string_view>

namespace nexus::actors {

/// Why a link ended. The last three are no fault of the peer.
enum class LinkError : std::uint8_t {
    FrameTooLong,     ///< announces more than its kind may have
    Malformed,        ///< not the message that comes next
    NoCommonVersion,  ///< of this protocol
    OtherNetwork,     ///< another chain
    WrongPeer,        ///< proves another identity than the one dialled
    Self,             ///< our own identity
    BadKey,           ///< an exchange key of low order
    BadSignature,     ///< over the transcript
    BadRecord,        ///< does not open: changed, repeated, moved or cut
    MessageTooLong,   ///< of a lane
    Truncated,        ///< the stream ended without a Close
    ClosedByPeer,     ///< with a Close
    ClosedByUs,
    Last = ClosedByUs,
};

/// The name of the enumerator.
std::string_view to_string(LinkError error);

/// Whether a peer that does this is worth a ban: an honest node never causes it, and nobody between
/// it and us can. Whoever changes bytes on the wire causes BadRecord and FrameTooLong.
constexpr bool is_misbehaviour(LinkError error) {
    return error < LinkError::Truncated && error != LinkError::BadRecord &&
           error != LinkError::FrameTooLong;
}

}  // namespace nexus::actors
