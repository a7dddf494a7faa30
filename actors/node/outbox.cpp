#include "actors/node/outbox.hpp"

namespace nexus::actors {

template <class Add>
void Outbox::gather(Add add) {
    caf::actor broker;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            broker = caf::actor_cast<caf::actor>(broker_);
        }
        add(waiting_);
    }
    if (broker) {
        caf::anon_send(broker, FlushAtom::value);
    }
}

void Outbox::send(NodeId to, const PacketPtr& packet) {
    gather([&](Outgoing& waiting) { waiting.packets.emplace_back(to, packet); });
}

void Outbox::distrust(NodeId peer, Misconduct misconduct) {
    gather([&](Outgoing& waiting) { waiting.distrusted.emplace(peer, misconduct); });
}

void Outbox::bind(const caf::actor& broker) {
    {
        const std::lock_guard lock(mutex_);
        broker_ = caf::actor_cast<caf::actor_addr>(broker);
    }
    caf::anon_send(broker, FlushAtom::value);
}

Outgoing Outbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

std::size_t Outbox::size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.packets.size();
}

}  // namespace nexus::actors
