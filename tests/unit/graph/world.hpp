#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/time.hpp"
#include "graph/ledger/audit.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/transaction/transaction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {

inline void PrintTo(Rejection reason, std::ostream* out) { *out << to_string(reason); }
inline void PrintTo(Inadmissible reason, std::ostream* out) { *out << to_string(reason); }

}  // namespace nexus::graph

namespace nexus::graph::tests {

inline Amount units(std::uint64_t n) { return Amount(n); }

inline Hash digest(std::string_view text) { return sha256(as_bytes(text)); }

/// The key of person `index`; the same in every test.
inline const SecretKey& key_of(std::size_t index) {
    static const std::vector<SecretKey> keys = [] {
        std::vector<SecretKey> made;
        for (std::uint8_t i = 0; i < 32; ++i) {
            std::array<std::uint8_t, 32> seed{};
            seed[0] = i;
            made.emplace_back(seed);
        }
        return made;
    }();
    return keys.at(index);
}

inline AccountId id_of(std::size_t index) { return account_of(key_of(index).public_key()); }

inline constexpr ChainId kChain{77};
inline constexpr std::uint64_t kFee = 10;
inline constexpr std::uint64_t kStart = 1'000'000;  // balance of each person
inline constexpr std::size_t kPeople = 8;

inline Genesis small_genesis() {
    Genesis genesis;
    genesis.parameters.chain = kChain;
    genesis.parameters.fee = units(kFee);
    for (std::size_t i = 0; i < kPeople; ++i) {
        genesis.accounts.push_back({id_of(i), units(kStart)});
    }
    genesis.commons_treasury = units(500);
    return genesis;
}

/// One checker for the whole process: a check is a pure function.
inline SignatureVerifier& verifier() {
    static MemoVerifier memo;
    return memo;
}

inline TransactionPtr signed_by(std::size_t person, Nonce nonce, Body body) {
    Transaction content{.chain = kChain,
                        .sender = id_of(person),
                        .key = key_of(person).public_key(),
                        .nonce = nonce,
                        .body = std::move(body)};
    return SignedTransaction::sign(std::move(content), key_of(person));
}

/// A chain of one-transaction blocks whose state is audited after each.
class World {
public:
    explicit World(const Genesis& genesis = small_genesis())
        : state_(genesis_state(genesis).value()) {}

    [[nodiscard]] const StateSnapshot& state() const { return state_; }
    [[nodiscard]] LedgerView view() const { return LedgerView(state_); }
    [[nodiscard]] BlockContext next_block() const { return {height_.next(), time_ + seconds(1)}; }
    [[nodiscard]] Nonce nonce_of(std::size_t person) const {
        return view().account(id_of(person)).nonce;
    }
    [[nodiscard]] Amount balance_of(std::size_t person) const {
        return view().account(id_of(person)).balance;
    }

    void skip_blocks(std::uint64_t count) {
        height_.value += count;
        time_ = time_ + seconds(static_cast<std::int64_t>(count));
    }

    /// Goes on from a block that was executed elsewhere, as `next_block`.
    void adopt(const BlockOutcome& outcome) {
        state_ = outcome.state;
        height_ = height_.next();
        time_ = time_ + seconds(1);
    }

    /// Executes one transaction in a block of its own.
    Receipt run(std::size_t person, Body body) {
        const TransactionPtr transaction = signed_by(person, nonce_of(person), std::move(body));
        auto outcome = execute(state_, next_block(), {&transaction, 1}, verifier());
        EXPECT_TRUE(outcome) << to_string(outcome.error().reason);
        const Amount before = balance_of(person);
        adopt(*outcome);
        EXPECT_EQ(audit_state(state_), std::vector<std::string>{});
        const Receipt receipt = outcome->receipts.at(0);
        if (!receipt.succeeded()) {
            EXPECT_EQ(balance_of(person), before.minus(view().parameters().fee))
                << "a rejection costs the fee and nothing else";
        }
        return receipt;
    }

    /// Expects the transaction to take effect.
    Receipt succeed(std::size_t person, Body body) {
        const Receipt receipt = run(person, std::move(body));
        EXPECT_EQ(receipt.rejection, std::nullopt);
        return receipt;
    }

    /// Expects a rejection that changes nothing but the sender's account and the commons treasury.
    void reject(std::size_t person, Body body, Rejection reason) {
        const Hash graph_before = state_.tree(TreeId::Graph).root();
        const Receipt receipt = run(person, std::move(body));
        EXPECT_EQ(receipt.rejection, std::optional(reason));
        EXPECT_EQ(state_.tree(TreeId::Graph).root(), graph_before);
    }

    SovereignId found_sovereign(std::size_t person, const std::string& name) {
        SovereignRegister body;
        body.name = {name};
        return succeed(person, body).sovereign.value_or(kCommons);
    }

    void join(std::size_t person, const std::string& handle) {
        succeed(person, contributor(handle));
    }

    static ContributorRegister contributor(const std::string& handle) {
        ContributorRegister body;
        body.handle = {handle};
        body.details.schema = core_schema_hash(NodeKind::Person);
        return body;
    }

    [[nodiscard]] MissionCreate mission(SovereignId sovereign) const {
        MissionCreate body;
        body.sovereign = sovereign;
        body.title = "Plant trees";
        body.schema = core_schema_hash(NodeKind::Mission);
        body.slots = 2;
        body.reward = units(100);
        body.deadline = time_ + seconds(1000);
        return body;
    }

    /// Creates the mission; its id.
    MissionId open(std::size_t person, MissionCreate body) {
        const MissionId id = mission_id(id_of(person), nonce_of(person));
        succeed(person, std::move(body));
        return id;
    }

private:
    StateSnapshot state_;
    Height height_{0};
    Instant time_{1'000'000'000};
};

/// A schema of this sovereign that refines the core with nothing changed.
inline Schema extension(NodeKind kind, SovereignId sovereign) {
    Schema schema = core_schema(kind);
    schema.sovereign = sovereign;
    schema.name = "local";
    schema.base = core_schema_hash(kind);
    return schema;
}

/// Adds a field and keeps the names in order.
inline void add_field(Schema& schema, Field field) {
    schema.fields.push_back(std::move(field));
    std::sort(schema.fields.begin(), schema.fields.end(),
              [](const Field& a, const Field& b) { return a.name < b.name; });
}

/// The field of this name, to change it.
inline Field& field_of(Schema& schema, std::string_view name) {
    const Field* found = schema.find(name);
    return schema.fields.at(static_cast<std::size_t>(found - schema.fields.data()));
}

}  // namespace nexus::graph::tests
