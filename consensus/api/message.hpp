#pragma once

#include "base/bytes.hpp"

#include <memory>
#include <string_view>

namespace nexus::consensus {

/// A message between validators: immutable and shared, since a broadcast hands the same one to
/// everybody. Each protocol derives its own; no one else looks inside.
class Message {
public:
    /// `protocol`: the name of the engine that it belongs to, a literal.
    explicit Message(std::string_view protocol) : protocol_(protocol) {}
    Message(const Message&) = delete;
    Message(Message&&) = delete;
    Message& operator=(const Message&) = delete;
    Message& operator=(Message&&) = delete;
    virtual ~Message() = default;

    /// Tells a protocol its own messages from others: cheaper than asking for the dynamic type, and
    /// asked for every message.
    [[nodiscard]] std::string_view protocol() const { return protocol_; }

    /// What a person calls it, for traces and counts: "proposal", "notarize", ...
    [[nodiscard]] virtual std::string_view kind() const = 0;

    /// The canonical encoding, which Engine::decode reads back. May be computed at each call.
    [[nodiscard]] virtual Bytes encode() const = 0;

private:
    std::string_view protocol_;
};
using MessagePtr = std::shared_ptr<const Message>;

}  // namespace nexus::consensus
