#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_parts.hpp"
#include "tests/support/toy_chain.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::tests {

/// The value at the key of an account, proven.
inline actors::ProvenValue proven_account(const graph::StateSnapshot& state, std::size_t person) {
    const auto at = graph::keys::account(id_of(person));
    actors::ProvenValue proven;
    proven.tree = graph::tree_name(at.tree);
    proven.key = to_bytes(as_bytes(at.key));
    if (const auto value = state.tree(at.tree).find(at.key)) {
        proven.value = to_bytes(*value);
    }
    proven.proof = state.prove(at.tree, at.key);
    return proven;
}

/// The items of a block at these positions, with their proof: as an honest gateway tells them.
inline void tell_items(actors::Notice& notice, const actors::Executed& executed,
                       const std::vector<std::uint32_t>& positions) {
    notice.items.clear();
    for (const std::uint32_t position : positions) {
        const graph::Receipt& receipt = executed.receipts.at(position);
        notice.items.push_back({.transaction = executed.transactions.at(position),
                                .rejection = receipt.rejection,
                                .sovereign = receipt.sovereign});
    }
    notice.items_proof = executed.receipt_tree.prove(positions);
}

/// A wish for these accounts, and for what happens in these sovereigns.
inline actors::Subscribe wish_for(std::vector<graph::AccountId> accounts,
                                  std::vector<SovereignId> sovereigns = {},
                                  bool prove_accounts = false, Height after = {}) {
    return {.accounts = std::move(accounts),
            .sovereigns = std::move(sovereigns),
            .prove_accounts = prove_accounts,
            .after = after};
}

/// One packet of each type, none of them empty; more where a part is optional.
inline std::vector<actors::PacketPtr> sample_packets() {
    using actors::make_packet;
    ToyChain chain;
    const ToyBlock bare = chain.extend({transfer(0, 0, 1)}, false);
    const ToyBlock block = chain.extend({transfer(0, 1, 1), transfer(1, 0, 2)});
    const actors::FinalityPart finality = actors::finality_part(chain.prove(1));
    const graph::TransactionPtr one = transfer(2, 7, 3);
    const actors::ProvenValue value = proven_account(chain.state(), 0);
    const actors::ProvenValue absent = proven_account(chain.state(), 20);

    std::vector<actors::PacketPtr> packets;
    packets.push_back(make_packet(std::make_shared<const consensus::simplex::Vote>(
        consensus::simplex::VoteKind::Notarize, kChain, View{3}, block.block->id, ValidatorIndex{1},
        one->signature())));
    packets.push_back(make_packet(std::make_shared<const consensus::simplex::Proposal>(
        block.block, one->signature(), block.certificate,
        std::vector<consensus::CertificatePtr>{})));
    packets.push_back(make_packet(actors::Transactions{.list = {one, transfer(3, 0, 1)}}));
    packets.push_back(
        make_packet(actors::Refusal{.transaction = one->id(), .reason = "CountFull"}));
    packets.push_back(make_packet(actors::Taken{.transactions = {one->id()}}));
    packets.push_back(make_packet(actors::Subscribe{.accounts = {id_of(0), id_of(1)},
                                                    .sovereigns = {SovereignId{1}},
                                                    .prove_accounts = true,
                                                    .after = Height{4}}));
    packets.push_back(make_packet(
        actors::Notice{.finality = finality,
                       .previous = Height{1},
                       .items = {{.transaction = one, .rejection = {}, .sovereign = SovereignId{2}},
                                 {.transaction = transfer(3, 1, 1),
                                  .rejection = graph::Rejection::ZeroAmount,
                                  .sovereign = {}}},
                       .items_proof = block.executed->receipt_tree.prove({0}),
                       .accounts = {value, absent}}));
    packets.push_back(make_packet(actors::Query{.id = 9, .tree = value.tree, .key = value.key}));
    packets.push_back(make_packet(actors::Answer{.id = 9, .finality = finality, .value = value}));
    packets.push_back(make_packet(actors::Answer{.id = 10, .finality = {}, .value = absent}));
    packets.push_back(make_packet(actors::BlockRequest{.after = Height{6}}));
    packets.push_back(make_packet(actors::BlockResponse{
        .blocks = {{.block = bare.block, .certificate = nullptr},
                   {.block = block.block, .certificate = block.certificate}}}));
    packets.push_back(make_packet(
        actors::PartialRun{.part = {.blocks = {{.block = bare.block, .certificate = nullptr}}},
                           .finality = finality}));
    packets.push_back(make_packet(actors::Delivery{.mission = graph::mission_id(id_of(0), Nonce{1}),
                                                   .key = key_of(1).public_key(),
                                                   .evidence = bare.block->id,
                                                   .signature = one->signature()}));
    packets.push_back(make_packet(actors::StateOffer{
        .block = {.block = block.block, .certificate = block.certificate}, .parts = 3}));
    packets.push_back(make_packet(actors::StateRequest{.block = block.block->id, .part = 2}));
    packets.push_back(make_packet(actors::StatePart{
        .block = block.block->id, .part = 2, .bytes = graph::split_state(chain.state()).front()}));
    packets.push_back(make_packet(actors::RecoveryRequest{.nonce = 11}));
    packets.push_back(
        make_packet(actors::RecoveryResponse{.nonce = 11, .certificate = *block.certificate}));
    return packets;
}

}  // namespace nexus::tests
