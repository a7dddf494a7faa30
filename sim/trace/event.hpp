#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nexus::sim {

/// What reached a node.
enum class EventKind : std::uint8_t {
    Packet,   ///< a packet from another node
    Timer,    ///< a delayed message or timeout
    Local,    ///< a plain actor message
    Durable,  ///< a completed append
    Start,    ///< the start message of the role
    Spawn,    ///< a (new) incarnation came to life
    Crash,    ///< the incarnation died
    Last = Crash,
};
inline constexpr std::size_t kEventKinds = static_cast<std::size_t>(EventKind::Last) + 1;

/// The name of the enumerator, in lower case.
std::string_view to_string(EventKind kind);

/// No node: an event without source.
inline constexpr NodeId kNoNode{std::numeric_limits<std::uint32_t>::max()};

/// One event of a run, as the digest, a trace and an observer see it.
struct Event {
    Instant at;
    NodeId node;
    std::uint32_t incarnation = 0;
    EventKind kind = EventKind::Local;
    NodeId source = kNoNode;        ///< sender of a packet
    std::uint32_t label = 0;        ///< names the packet kind or the timer's atom; 0 is no name
    std::uint64_t value = 0;        ///< bytes of a packet, token of an append, number of a timer
    const Hash* content = nullptr;  ///< digest of a packet; null for the others
};

/// Receives the events of a run in order.
class EventSink {
public:
    EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink(EventSink&&) = delete;
    EventSink& operator=(const EventSink&) = delete;
    EventSink& operator=(EventSink&&) = delete;
    virtual ~EventSink() = default;

    /// Comes before the first event of `node`.
    virtual void on_node(NodeId node, std::string_view name, std::string_view kind) = 0;
    /// Comes before the first event with `label`.
    virtual void on_label(std::uint32_t label, std::string_view name) = 0;
    virtual void on_event(const Event& event) = 0;
};

}  // namespace nexus::sim
