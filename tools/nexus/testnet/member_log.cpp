#include "tools/nexus/testnet/member_log.hpp"

#include <algorithm>
#include <array>

namespace nexus::tools {
namespace {

/// What roles and protocols count, and a log tells. A protocol that counts its timeouts by this
/// name has them in the log.
struct ProbeEvent {
    std::string_view probe;
    LogLevel level;
    std::string_view event;
    std::string_view value;  ///< What the probe's value is; empty: nothing.
    std::string_view why;    ///< Empty: the event says it.
};

constexpr std::array kProbeEvents = {
    ProbeEvent{"timeout", LogLevel::Warning, "view_timeout", "view", ""},
    ProbeEvent{"amnesia", LogLevel::Warning, "journal_lost", "", ""},
    ProbeEvent{"vote_floor", LogLevel::Info, "votes_again", "above_view", ""},
    ProbeEvent{"state_fetch_begun", LogLevel::Info, "state_sync_begun", "height", ""},
    ProbeEvent{"state_refused", LogLevel::Warning, "state_sync_failed", "",
               "the state is not the certified one"},
    ProbeEvent{"state_fetch_stuck", LogLevel::Warning, "state_sync_failed", "",
               "the peer fell silent"},
    ProbeEvent{"gateway_changed", LogLevel::Warning, "gateway_left", "", ""},
};

/// What a role counts when it refuses what a member sent.
constexpr std::array<std::string_view, 11> kRefusals = {
    "message_malformed",   "message_badly_signed",    "message_from_no_validator",
    "sync_unasked",        "sync_badly_certified",    "sync_over_budget",
    "answer_is_old",       "packet_not_from_gateway", "packet_for_a_client",
    "state_offer_refused", "recovery_badly_certified"};

}  // namespace

MemberNames names_of(const sim::Society& society) {
    MemberNames names;
    for (const sim::Member& member : society.members()) {
        names.members.push_back(member.name);
    }
    for (const sim::ValidatorPlace& place : society.validators()) {
        const std::size_t index = place.index.value;
        names.validators.resize(std::max(names.validators.size(), index + 1));
        names.validators[index] = names.members.at(place.node.value);
    }
    return names;
}

std::string_view MemberLog::name_of(NodeId node) const {
    return node.value < names_.members.size() ? std::string_view(names_.members[node.value]) : "?";
}

std::string_view MemberLog::name_of(ValidatorIndex validator) const {
    return validator.value < names_.validators.size()
               ? std::string_view(names_.validators[validator.value])
               : "?";
}

void MemberLog::recovered(const Recovery& recovery) {
    told_.checkpoint_height = recovery.checkpoint_height;
    log_.write_always(LogLevel::Info, member_, "recovered",
                      {{"height", recovery.height},
                       {"checkpoint", recovery.checkpoint_height},
                       {"blocks_to_execute", recovery.height - recovery.checkpoint_height},
                       {"blocks_kept", recovery.blocks},
                       {"journal_records", recovery.records},
                       {"took_ms", recovery.took.milliseconds()}});
}

void MemberLog::progress(const Progress& now) {
    if (now.height != told_.height) {
        log_.write_always(LogLevel::Info, member_, "finalized",
                          {{"height", now.height},
                           {"view", now.view},
                           {"transactions", now.transactions - told_.transactions},
                           {"rejected", now.rejected - told_.rejected}});
    }
    if (now.checkpoint_height != told_.checkpoint_height) {
        log_.write_always(LogLevel::Info, member_, "checkpoint",
                          {{"height", now.checkpoint_height}, {"bytes", now.checkpoint_bytes}});
    }
    told_ = now;
}

void MemberLog::on_status(const consensus::Status& status) {
    if (!is_ready_) {
        is_ready_ = true;
        log_.write_always(LogLevel::Info, member_, "ready",
                          {{"height", status.committed.value}, {"view", status.view.value}});
    }
    if (status.view != view_ && log_.takes(LogLevel::Debug)) {
        log_.write_always(LogLevel::Debug, member_, "view",
                          {{"view", status.view.value}, {"leader", name_of(status.leader)}});
    }
    view_ = status.view;
}

void MemberLog::on_state_installed(Height height) {
    log_.write(LogLevel::Info, member_, "state_sync_done", {{"height", height.value}});
}

void MemberLog::on_evidence(const consensus::Evidence& evidence) {
    log_.write(LogLevel::Warning, member_, "evidence",
               {{"culprit", name_of(evidence.culprit)}, {"offence", evidence.offence}});
}

void MemberLog::on_alarm(std::string_view what) {
    log_.write(LogLevel::Error, member_, "alarm", {{"what", what}});
}

void MemberLog::on_lie(NodeId gateway, std::string_view what) {
    log_.write(LogLevel::Warning, member_, "lie", {{"gateway", name_of(gateway)}, {"what", what}});
}

void MemberLog::on_probe(std::string_view name, std::uint64_t value) {
    const auto found = std::find_if(kProbeEvents.begin(), kProbeEvents.end(),
                                    [&](const ProbeEvent& each) { return each.probe == name; });
    if (found != kProbeEvents.end()) {
        if (!found->value.empty()) {
            log_.write(found->level, member_, found->event, {{found->value, value}});
        } else if (!found->why.empty()) {
            log_.write(found->level, member_, found->event, {{"why", found->why}});
        } else {
            log_.write(found->level, member_, found->event, {});
        }
    } else if (std::find(kRefusals.begin(), kRefusals.end(), name) != kRefusals.end()) {
        log_.write(LogLevel::Warning, member_, "message_refused", {{"why", name}});
    }
}

void MemberLog::on_listening(std::string_view host, std::uint16_t port) {
    log_.write(LogLevel::Info, member_, "listening", {{"host", host}, {"port", port}});
}

void MemberLog::on_peer_up(NodeId peer, std::string_view address, bool dialled) {
    log_.write(LogLevel::Info, member_, "peer_up",
               {{"peer", name_of(peer)}, {"address", address}, {"dialled", dialled}});
}

void MemberLog::on_peer_down(NodeId peer, std::string_view why) {
    log_.write(LogLevel::Warning, member_, "peer_down", {{"peer", name_of(peer)}, {"why", why}});
}

void MemberLog::on_unreachable(NodeId peer) {
    log_.write(LogLevel::Debug, member_, "peer_unreachable", {{"peer", name_of(peer)}});
}

void MemberLog::on_handshake_failed(std::string_view address, std::string_view why) {
    log_.write(LogLevel::Warning, member_, "handshake_failed",
               {{"address", address}, {"why", why}});
}

void MemberLog::on_refused(std::string_view address, std::string_view why) {
    log_.write(LogLevel::Warning, member_, "connection_refused",
               {{"address", address}, {"why", why}});
}

void MemberLog::on_ban(NodeId peer, std::string_view why, Duration length) {
    log_.write(LogLevel::Warning, member_, "ban",
               {{"peer", name_of(peer)}, {"why", why}, {"length_ms", length.milliseconds()}});
}

}  // namespace nexus::tools
