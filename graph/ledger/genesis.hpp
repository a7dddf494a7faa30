#pragma once

#include "base/amount.hpp"
#include "base/result.hpp"
#include "graph/ledger/records.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace nexus::graph {

/// An account that is there from the start.
struct GenesisAccount {
    AccountId id;
    Amount balance;

    static void describe(auto& codec, auto& self) { codec(self.id, self.balance); }
    friend bool operator==(const GenesisAccount&, const GenesisAccount&) = default;
};

/// What all nodes of a chain start from.
struct Genesis {
    ChainParameters parameters;
    std::vector<GenesisAccount> accounts;  ///< In any order.
    Amount commons_treasury;

    static void describe(auto& codec, auto& self) {
        codec(self.parameters, self.accounts, self.commons_treasury);
    }
    friend bool operator==(const Genesis&, const Genesis&) = default;
};

enum class GenesisError : std::uint8_t {
    DuplicateAccount,
    SupplyOverflow,
    LimitTooLarge,  ///< a size above kTransactionBytesMax or kPayloadTransactionsMax
    LimitTooSmall,  ///< a block limit that holds no transaction
};

/// The name of the enumerator.
std::string_view to_string(GenesisError error);

/// The state of height 0: the accounts, the commons, the core schemas. The order of the accounts
/// does not count. Errors: GenesisError.
Result<StateSnapshot, GenesisError> genesis_state(const Genesis& genesis);

}  // namespace nexus::graph
