#include "graph/ledger/genesis.hpp"

#include "base/amount.hpp"
#include "base/result.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace nexus::graph {
namespace {

std::optional<GenesisError> fault_of(const ChainParameters& parameters) {
    if (parameters.transaction_bytes_max > kTransactionBytesMax ||
        parameters.block_transactions_max > kPayloadTransactionsMax) {
        return GenesisError::LimitTooLarge;
    }
    const std::size_t one = payload_count_bytes(parameters.block_transactions_max) +
                            payload_frame_bytes(parameters.transaction_bytes_max);
    if (parameters.block_transactions_max == 0 || parameters.block_bytes_max < one) {
        return GenesisError::LimitTooSmall;
    }
    return std::nullopt;
}

void put_commons(Overlay& state) {
    Sovereign commons;
    commons.name = Name{"commons"};
    commons.governance.amendment = AmendmentRule::Fixed;
    commons.geography.place = "distributed";
    state.put(keys::sovereign(kCommons), commons);
    state.put(keys::sovereign_name(commons.name.value), kCommons);
    state.put(keys::sovereign_count(), Counter{1});
    for (std::size_t i = 0; i <= static_cast<std::size_t>(NodeKind::Last); ++i) {
        const auto kind = static_cast<NodeKind>(i);
        state.put(keys::schema(core_schema_hash(kind)), core_schema(kind));
    }
}

}  // namespace

std::string_view to_string(GenesisError error) {
    switch (error) {
        case GenesisError::DuplicateAccount:
            return "DuplicateAccount";
        case GenesisError::SupplyOverflow:
            return "SupplyOverflow";
        case GenesisError::LimitTooLarge:
            return "LimitTooLarge";
        case GenesisError::LimitTooSmall:
            return "LimitTooSmall";
    }
    return "?";
}

Result<StateSnapshot, GenesisError> genesis_state(const Genesis& genesis) {
    if (const auto fault = fault_of(genesis.parameters)) {
        return fail(*fault);
    }
    Overlay state{StateSnapshot{}};
    Amount supply = genesis.commons_treasury;
    for (const GenesisAccount& account : genesis.accounts) {
        const auto sum = supply.plus(account.balance);
        if (!sum) {
            return fail(GenesisError::SupplyOverflow);
        }
        supply = *sum;
        const auto at = keys::account(account.id);
        if (state.contains(at)) {
            return fail(GenesisError::DuplicateAccount);
        }
        state.put(at, Account{.balance = account.balance, .nonce = {}});
    }
    put_commons(state);
    state.put(keys::treasury(kCommons), Treasury{genesis.commons_treasury});
    state.put(keys::genesis_supply(), supply);
    state.put(keys::chain_parameters(), genesis.parameters);
    return std::move(state).commit();
}

}  // namespace nexus::graph
