#pragma once

#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "consensus/api/protocol.hpp"

namespace nexus::sim {

/// The transport of a validator that listens and never speaks.
class SilentTransport final : public actors::Transport {
public:
    void send(NodeId to, const actors::PacketPtr& packet) override;
    void distrust(NodeId /*peer*/, actors::Misconduct /*misconduct*/) override {}
};

/// Encodes every packet and sends what decoding gives back, which must be the same packet: shows
/// that nothing travels that has no encoding.
class ReencodingTransport final : public actors::Transport {
public:
    ReencodingTransport(actors::Transport& below, const consensus::Engine& engine)
        : below_(below), engine_(engine) {}
    void send(NodeId to, const actors::PacketPtr& packet) override;
    void distrust(NodeId peer, actors::Misconduct misconduct) override {
        below_.distrust(peer, misconduct);
    }

private:
    actors::Transport& below_;
    const consensus::Engine& engine_;
};

}  // namespace nexus::sim
