// How a broker holds back peers that are ahead of the role: README.md, "Back-pressure".

#include "actors/link/link.hpp"
#include "actors/link/link_error.hpp"
#include "actors/node/network_broker.hpp"

#include <cstddef>
#include <utility>

namespace nexus::actors {

void use_network(caf::actor_system_config& config) {
    constexpr std::size_t kReadsAtOnce = 4;  // of NetworkBroker::kReadBytesMax each
    config.load<caf::io::middleman>();
    config.set("middleman.max-consecutive-reads", kReadsAtOnce);
}

void NetworkBroker::pause_if_ahead(Handle handle, Connection& connection) {
    const bool owes_time = connection.received.debt(now()).nanoseconds > 0;
    if (connection.is_paused || !(owes_time || connection.backlog->bytes > options_.backlog_max)) {
        return;
    }
    connection.backlog->is_paused = true;  // the role tells from now on when little is left
    if (!owes_time && connection.backlog->bytes <= options_.backlog_max / 4) {
        connection.backlog->is_paused = false;
        return;
    }
    connection.is_paused = true;
    ++counters_->pauses;
    trigger(handle, 0);
}

void NetworkBroker::resume_if_behind(Handle handle, Connection& connection) {
    if (connection.is_paused && connection.received.debt(now()).nanoseconds == 0 &&
        connection.backlog->bytes <= options_.backlog_max / 4) {
        connection.is_paused = false;
        connection.backlog->is_paused = false;
        connection.heard = now();  // its silence was ours
        read_on(handle, milliseconds(1));
    }
}

/// CAF 0.17.6 leaves a socket out of its loop for good if it is to read on in the round of the loop
/// in which it was told to pause. No round is as long as the last of these times.
void NetworkBroker::read_on(Handle handle, Duration again) {
    trigger(handle);
    if (again < seconds(1)) {
        send_later(again, ReadOnAtom::value, handle, 10 * again.nanoseconds);
    }
}

/// The packet, counted in its peer's backlog as long as it lives. The broker hears of each time
/// that little is left during a pause: at the first it may find more, of reads that were under way.
PacketPtr NetworkBroker::counted(Handle handle, const Connection& connection, PacketPtr packet,
                                 std::size_t size) const {
    connection.backlog->bytes += size;
    const Packet* content = packet.get();
    return {content,
            [packet = std::move(packet), backlog = connection.backlog, size, handle,
             few = options_.backlog_max / 4, broker = address()](const Packet* /*content*/) {
                const std::size_t left = backlog->bytes -= size;
                if (left <= few && left + size > few && backlog->is_paused) {
                    if (const auto to = caf::actor_cast<caf::actor>(broker)) {
                        caf::anon_send(to, ResumeAtom::value, handle);
                    }
                }
            }};
}

/// Sums are made only for a link with more than its share, so that most bytes cost nothing here.
void NetworkBroker::let_go_of_hoarder(const Link& grown) {
    if (grown.unfinished() <= options_.unfinished_bytes_max / connections_.size()) {
        return;
    }
    std::size_t sum = 0;
    auto most = connections_.begin();
    for (auto at = connections_.begin(); at != connections_.end(); ++at) {
        sum += at->second.link.unfinished();
        if (at->second.link.unfinished() > most->second.link.unfinished()) {
            most = at;
        }
    }
    if (sum > options_.unfinished_bytes_max) {
        ++counters_->let_go;
        lost(most->first, LinkError::ClosedByUs);
    }
}

bool NetworkBroker::may_queue(const Link& link, std::size_t bytes) const {
    const std::size_t links = connections_.size() + dials_.size();
    if (link.queue().bytes() + bytes <= options_.queued_bytes_max / links) {
        return true;
    }
    std::size_t sum = bytes;
    for (const auto& [handle, connection] : connections_) {
        sum += connection.link.queue().bytes();
    }
    for (const auto& [member, dial] : dials_) {
        sum += dial.link.queue().bytes();
    }
    return sum <= options_.queued_bytes_max;
}

}  // namespace nexus::actors
