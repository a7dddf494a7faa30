#include "actors/node/outbox.hpp"

namespace nexus::actors {

void Outbox::send(NodeId to, const PacketPtr& packet) {
    caf::actor broker;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            broker = caf::actor_cast<caf::actor>(broker_);
        }
        waiting_.emplace_back(to, packet);
    }
    if (broker) {
        caf::anon_send(broker, FlushAtom::value);
    }
}

void Outbox::bind(const caf::actor& broker) {
    {
        const std::lock_guard lock(mutex_);
        broker_ = caf::actor_cast<caf::actor_addr>(broker);
    }
    caf::anon_send(broker, FlushAtom::value);
}

std::vector<std::pair<NodeId, PacketPtr>> Outbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

std::size_t Outbox::size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

}  // namespace nexus::actors
