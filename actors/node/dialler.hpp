#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <caf/all.hpp>

#include <cstdint>
#include <string>

namespace nexus::actors {

/// (member, socket): the answer of a dialler. The socket is connected and does not block; -1:
/// nobody answered in time. Whoever takes the message owns the socket.
using DialledAtom = caf::atom_constant<caf::atom("netdialled")>;

/// Connects to a server over TCP and hands the socket to a broker, then ends. Looking a name up and
/// connecting block, and a broker lives on the thread that moves everybody's bytes.
///
/// Threading: one of its own, for as long as it lives.
class Dialler final : public caf::event_based_actor {
public:
    struct Goal {
        NodeId member;
        std::string host;  ///< A name or an address.
        std::uint16_t port = 0;
        Duration patience = seconds(2);  ///< For each address of the host.
    };

    Dialler(caf::actor_config& config, Goal goal, caf::actor broker);
    const char* name() const override { return "dialler"; }

protected:
    caf::behavior make_behavior() override;

private:
    Goal goal_;
    caf::actor broker_;
};

}  // namespace nexus::actors
