#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace nexus::actors {

/// Hears what a broker does, for logs. It must not answer: a broker behaves the same whoever
/// watches. A reason is the name of a LinkError, or another in the same style.
///
/// Threading: told on the broker's thread, which moves everybody's bytes: it must not wait.
class NetworkObserver {
public:
    NetworkObserver() = default;
    NetworkObserver(const NetworkObserver&) = delete;
    NetworkObserver(NetworkObserver&&) = delete;
    NetworkObserver& operator=(const NetworkObserver&) = delete;
    NetworkObserver& operator=(NetworkObserver&&) = delete;
    virtual ~NetworkObserver() = default;

    virtual void on_listening(std::string_view /*host*/, std::uint16_t /*port*/) {}
    /// A member has proven who it is. `dialled`: by this node.
    virtual void on_peer_up(NodeId /*peer*/, std::string_view /*address*/, bool /*dialled*/) {}
    virtual void on_peer_down(NodeId /*peer*/, std::string_view /*why*/) {}
    /// Nobody answered there, or not in time.
    virtual void on_unreachable(NodeId /*peer*/) {}
    /// A connection ended before its other end proved to be a member.
    virtual void on_handshake_failed(std::string_view /*address*/, std::string_view /*why*/) {}
    /// A connection was turned away.
    virtual void on_refused(std::string_view /*address*/, std::string_view /*why*/) {}
    /// A member did what no honest one does.
    virtual void on_ban(NodeId /*peer*/, std::string_view /*why*/, Duration /*length*/) {}
};

}  // namespace nexus::actors
