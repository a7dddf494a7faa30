#pragma once

#include "base/ids.hpp"
#include "graph/ledger/error.hpp"
#include "graph/transaction/ids.hpp"

#include <optional>

namespace nexus::graph {

/// What became of one included transaction; a leaf of the receipts root is its encoding.
struct Receipt {
    TransactionId transaction;
    std::optional<Rejection> rejection;    ///< Absent: it took effect.
    std::optional<SovereignId> sovereign;  ///< The number of a newly registered sovereign.

    [[nodiscard]] bool succeeded() const { return !rejection.has_value(); }

    static void describe(auto& codec, auto& self) {
        codec(self.transaction, self.rejection, self.sovereign);
    }
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

}  // namespace nexus::graph
