#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/ids.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace nexus::actors {

/// Tells a broker that its outbox holds something.
using FlushAtom = caf::atom_constant<caf::atom("netflush")>;

/// Packets on their way from a role to its broker. Senders only append; the broker wakes once for
/// all that have gathered, and so a burst costs one message and one write a link.
///
/// Threading: any thread sends, the broker takes.
class Outbox final : public Transport {
public:
    void send(NodeId to, const PacketPtr& packet) override;
    /// The broker that is told from now on. What was sent before waits for it.
    void bind(const caf::actor& broker);
    /// Everything that has gathered, in the order of its sending.
    [[nodiscard]] std::vector<std::pair<NodeId, PacketPtr>> take();
    /// Packets that wait.
    [[nodiscard]] std::size_t size() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<NodeId, PacketPtr>> waiting_;
    caf::actor_addr broker_;  // which holds this
};

}  // namespace nexus::actors
