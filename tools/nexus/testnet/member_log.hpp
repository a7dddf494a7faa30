#pragma once

#include "actors/node/network_observer.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/protocol.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/process_log.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// What everybody is called.
struct MemberNames {
    std::vector<std::string> members;     ///< By NodeId.
    std::vector<std::string> validators;  ///< By ValidatorIndex.
};
MemberNames names_of(const sim::Society& society);

/// What one member writes into the log of its process: one function an event. The events are listed
/// in docs/testnet.md.
///
/// Threading: what the broker tells comes on its thread, on_status and the rest of what the role
///            tells on the role's, `recovered` and `progress` on the main thread.
class MemberLog final : public actors::NetworkObserver {
public:
    /// `log` and `names` outlive this.
    MemberLog(ProcessLog& log, const MemberNames& names, std::string member)
        : log_(log), names_(names), member_(std::move(member)) {}

    /// What a validator found on its disk.
    struct Recovery {
        std::uint64_t height = 0;             ///< Of the last finalized block.
        std::uint64_t checkpoint_height = 0;  ///< Blocks above it are executed again.
        std::uint64_t blocks = 0;             ///< That are kept.
        std::uint64_t records = 0;            ///< Of its journal.
        Duration took;                        ///< Opening and reading it.
    };
    void recovered(const Recovery& recovery);

    /// How far a validator has come since it started.
    struct Progress {
        std::uint64_t height = 0, view = 0;  ///< View: the machine's.
        std::uint64_t transactions = 0, rejected = 0;
        std::uint64_t checkpoint_height = 0, checkpoint_bytes = 0;
    };
    /// Tells what is new since the last call. Called once a second.
    void progress(const Progress& now);

    void on_status(const consensus::Status& status);
    void on_state_installed(Height height);
    void on_evidence(const consensus::Evidence& evidence);
    void on_alarm(std::string_view what);
    void on_lie(NodeId gateway, std::string_view what);
    void on_probe(std::string_view name, std::uint64_t value);

    void on_listening(std::string_view host, std::uint16_t port) override;
    void on_peer_up(NodeId peer, std::string_view address, bool dialled) override;
    void on_peer_down(NodeId peer, std::string_view why) override;
    void on_unreachable(NodeId peer) override;
    void on_handshake_failed(std::string_view address, std::string_view why) override;
    void on_refused(std::string_view address, std::string_view why) override;
    void on_ban(NodeId peer, std::string_view why, Duration length) override;

private:
    [[nodiscard]] std::string_view name_of(NodeId node) const;
    [[nodiscard]] std::string_view name_of(ValidatorIndex validator) const;

    ProcessLog& log_;
    const MemberNames& names_;
    const std::string member_;
    Progress told_;
    bool is_ready_ = false;
    View view_;
};

}  // namespace nexus::tools
