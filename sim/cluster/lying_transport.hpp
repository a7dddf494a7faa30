#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"

#include <absl/container/btree_map.h>

#include <cstdint>

namespace nexus::sim {

/// The transport of a validator that votes honestly and lies to clients: forges what its notices
/// and answers say. Each client meets one way of lying, drawn when it is first told something.
/// Determinism: a function of the stream and of what is sent.
class LyingTransport final : public actors::Transport {
public:
    LyingTransport(actors::Transport& below, Prng prng) : below_(below), prng_(prng) {}
    void send(NodeId to, const actors::PacketPtr& packet) override;
    void distrust(NodeId peer, actors::Misconduct misconduct) override {
        below_.distrust(peer, misconduct);
    }

private:
    enum class Lie : std::uint8_t {
        Outcome,      ///< says that a success was a rejection, and the other way round
        Invention,    ///< names a transaction that nobody sent
        Replay,       ///< tells the items of an earlier block again, with their proof
        Omission,     ///< leaves an item out of a notice or the value out of an answer
        Certificate,  ///< changes a header
        Silence,      ///< leaves out every other notice and hides the gaps
    };
    static constexpr std::uint64_t kLies = 6;
    /// How one client is lied to, and the items that it was told last.
    struct Victim {
        Lie lie = Lie::Silence;
        actors::Notice last;
        bool is_silent = false;
    };

    [[nodiscard]] Victim& victim(NodeId client);
    /// False if nothing is to be sent.
    static bool forge(Victim& victim, actors::Notice& notice);
    static void forge(Lie lie, actors::Answer& answer);

    actors::Transport& below_;
    Prng prng_;
    absl::btree_map<NodeId, Victim> victims_;
};

}  // namespace nexus::sim
