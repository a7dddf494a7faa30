#include "sim/cluster/lying_transport.hpp"

#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/error.hpp"
#include "graph/transaction/transaction.hpp"

#include <optional>
#include <utility>

namespace nexus::sim {
namespace {

/// The header of another block, about which the certificate says nothing.
void forge_header(actors::FinalityPart& finality) {
    if (!finality.headers.empty()) {
        finality.headers.front().time = finality.headers.front().time + milliseconds(1);
    }
}

}  // namespace

LyingTransport::Victim& LyingTransport::victim(NodeId client) {
    const auto [entry, is_new] = victims_.try_emplace(client);
    if (is_new) {
        entry->second.lie = static_cast<Lie>(prng_.below(kLies));
    }
    return entry->second;
}

bool LyingTransport::forge(Victim& victim, actors::Notice& notice) {
    const actors::Notice honest = notice;
    actors::NoticeItem& item = notice.items.front();
    switch (victim.lie) {
        case Lie::Outcome:
            item.rejection = item.rejection ? std::nullopt
                                            : std::optional(graph::Rejection::InsufficientBalance);
            break;
        case Lie::Invention: {
            graph::Transaction content = item.transaction->content();
            content.nonce = Nonce{content.nonce.value + 1'000'000};
            item.transaction =
                graph::SignedTransaction::make(std::move(content), item.transaction->signature());
            break;
        }
        case Lie::Replay:
            if (!victim.last.items.empty()) {
                notice.items = victim.last.items;
                notice.items_proof = victim.last.items_proof;
            }
            break;
        case Lie::Omission:
            notice.items.pop_back();
            break;
        case Lie::Certificate:
            forge_header(notice.finality);
            break;
        case Lie::Silence:
            victim.is_silent = !victim.is_silent;
            notice.previous = Height{};
            return !victim.is_silent;
    }
    victim.last = honest;
    return true;
}

void LyingTransport::forge(Lie lie, actors::Answer& answer) {
    std::optional<Bytes>& value = answer.value.value;
    switch (lie) {
        case Lie::Outcome:
        case Lie::Invention:
        case Lie::Replay:
            value = value.value_or(Bytes{});
            value->push_back(0);
            break;
        case Lie::Omission:
            value = value ? std::nullopt : std::optional(Bytes{0});
            break;
        case Lie::Certificate:
            forge_header(answer.finality);
            break;
        case Lie::Silence:
            break;
    }
}

void LyingTransport::send(NodeId to, const actors::PacketPtr& packet) {
    const auto& wire = static_cast<const actors::WirePacket&>(*packet);
    if (wire.type() == actors::PacketType::Notice) {
        actors::Notice notice = static_cast<const actors::NoticePacket&>(wire).body;
        if (notice.items.empty() || forge(victim(to), notice)) {
            below_.send(to, actors::make_packet(std::move(notice)));
        }
    } else if (wire.type() == actors::PacketType::Answer) {
        actors::Answer answer = static_cast<const actors::AnswerPacket&>(wire).body;
        forge(victim(to).lie, answer);
        below_.send(to, actors::make_packet(std::move(answer)));
    } else {
        below_.send(to, packet);
    }
}

}  // namespace nexus::sim
