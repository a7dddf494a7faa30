#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/ids.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace nexus::actors {

/// Tells a broker that its outbox holds something.
using FlushAtom = caf::atom_constant<caf::atom("netflush")>;

/// What a role has said since the broker looked last.
struct Outgoing {
    std::vector<std::pair<NodeId, PacketPtr>> packets;  ///< In the order of their sending.
    std::map<NodeId, Misconduct> distrusted;            ///< With what each was caught at first.

    [[nodiscard]] bool empty() const { return packets.empty() && distrusted.empty(); }
};

/// Packets on their way from a role to its broker. Senders only append; the broker wakes once for
/// all that have gathered, and so a burst costs one message and one write a link.
///
/// Threading: any thread sends, the broker takes.
class Outbox final : public Transport {
public:
    void send(NodeId to, const PacketPtr& packet) override;
    void distrust(NodeId peer, Misconduct misconduct) override;
    /// The broker that is told from now on. What was sent before waits for it.
    void bind(const caf::actor& broker);
    /// Everything that has gathered.
    [[nodiscard]] Outgoing take();
    /// Packets that wait.
    [[nodiscard]] std::size_t size() const;

private:
    /// Adds something; the broker is told of the first.
    template <class Add>
    void gather(Add add);

    mutable std::mutex mutex_;
    Outgoing waiting_;
    caf::actor_addr broker_;  // which holds this
};

}  // namespace nexus::actors
