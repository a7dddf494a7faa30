// How a broker holds back peers that are ahead of the role: README.md, "Back-pressure".

#include "actors/node/network_broker.hpp"

#include <cstddef>
#include <utility>

namespace nexus::actors {

void NetworkBroker::pause_if_ahead(Handle handle, Connection& connection) {
    const bool owes_time = connection.received.debt(now()).nanoseconds > 0;
    const bool is_ahead = connection.backlog->bytes > options_.backlog_max;
    if (connection.is_paused || !(owes_time || is_ahead)) {
        return;
    }
    connection.is_paused = true;
    connection.backlog->is_paused = true;
    ++counters_->pauses;
    trigger(handle, 0);
    resume_if_behind(handle,
                     connection);  // the role may have caught up before it knew of the pause
}

void NetworkBroker::resume_if_behind(Handle handle, Connection& connection) {
    if (connection.is_paused && connection.received.debt(now()).nanoseconds == 0 &&
        connection.backlog->bytes <= options_.backlog_max / 4) {
        connection.is_paused = false;
        connection.backlog->is_paused = false;
        connection.heard = now();  // its silence was ours
        trigger(handle);
    }
}

/// The packet, counted in its peer's backlog as long as it lives.
PacketPtr NetworkBroker::counted(Handle handle, const Connection& connection, PacketPtr packet,
                                 std::size_t size) const {
    connection.backlog->bytes += size;
    const Packet* content = packet.get();
    return {content,
            [packet = std::move(packet), backlog = connection.backlog, size, handle,
             few = options_.backlog_max / 4, broker = address()](const Packet* /*content*/) {
                const std::size_t left = backlog->bytes -= size;
                if (left <= few && backlog->is_paused.exchange(false)) {
                    if (const auto to = caf::actor_cast<caf::actor>(broker)) {
                        caf::anon_send(to, ResumeAtom::value, handle);
                    }
                }
            }};
}

}  // namespace nexus::actors
