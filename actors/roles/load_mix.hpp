#pragma once

#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::actors {

/// How often a load sends one kind of transaction: `weight` of the sum of all weights.
struct LoadShare {
    std::string kind;  ///< One of `load_kinds`; as `graph::kind_of` calls it.
    std::uint32_t weight = 1;

    friend bool operator==(const LoadShare&, const LoadShare&) = default;
};

/// The kinds that a load source can send by itself, so that the ledger gives them effect.
std::span<const std::string_view> load_kinds();

/// What the transactions of a load are made of. No shares: transfers alone.
struct LoadMix {
    std::vector<LoadShare> shares;
    /// A transfer is made so long, by a memo. 0: it has none. Units: bytes of the encoding.
    std::uint32_t transaction_bytes = 0;

    friend bool operator==(const LoadMix&, const LoadMix&) = default;
};

/// The least and the most that a transfer can be made to have.
inline constexpr std::uint32_t kLoadBytesMin = 200;
inline constexpr std::uint32_t kLoadBytesMax = 1024;

/// An account of a load source and what it has on the chain.
struct LoadAccount {
    graph::AccountId id;
    std::optional<SovereignId> sovereign;  ///< That it controls.
    bool is_contributor = false;
    std::size_t applied = 0;  ///< It has applied for so many of the missions, from the first on.
};

/// Makes the bodies of a load's transactions. Everything that it makes has effect on the chain,
/// given that what `missing` says came before.
/// Determinism: a function of the calls and of the draws of `entropy`; without shares it draws
///              nothing.
class LoadMaker {
public:
    /// Pre: at least two accounts; kinds are of `load_kinds`, weights above 0; transaction_bytes
    /// is 0 or within its limits.
    LoadMaker(LoadMix mix, std::vector<graph::AccountId> accounts);

    /// What this account has to send before the load begins, or nothing. `used` says nothing of
    /// the past: ask again when this is final.
    [[nodiscard]] std::optional<graph::Body> missing(std::size_t account, Instant now) const;
    /// The account's sovereign and handle are called so.
    [[nodiscard]] std::string name_of(std::size_t account) const;
    [[nodiscard]] bool needs_sovereigns() const { return needs_sovereigns_; }
    [[nodiscard]] bool needs_contributors() const { return needs_contributors_; }
    /// True if some account has to have something before the load can begin.
    [[nodiscard]] bool needs_anything() const { return needs_sovereigns_ || needs_contributors_; }

    void has_sovereign(std::size_t account, SovereignId id) { accounts_[account].sovereign = id; }
    void is_contributor(std::size_t account) { accounts_[account].is_contributor = true; }
    /// A mission of one of the accounts is final and open until `deadline`.
    void has_mission(const graph::MissionId& mission) { missions_.push_back(mission); }

    /// The next transaction of this account. Pre: nothing is missing of anybody.
    graph::Body make(std::size_t account, Nonce nonce, Instant now, Entropy& entropy);

private:
    enum class Kind : std::uint8_t {
        Transfer,
        TreasuryDeposit,
        ProfileUpdate,
        CredentialAnchor,
        MissionCreate,
        MissionApply,
        AssetRegister,
    };
    [[nodiscard]] Kind draw(Entropy& entropy) const;
    [[nodiscard]] graph::Body transfer(std::size_t account) const;
    [[nodiscard]] graph::Body mission(std::size_t account, Instant now) const;
    [[nodiscard]] graph::ProfileDetails details(std::size_t account, std::uint64_t version) const;
    [[nodiscard]] std::size_t next(std::size_t account) const {
        return (account + 1) % accounts_.size();
    }
    [[nodiscard]] bool sends(Kind kind) const;

    LoadMix mix_;
    std::vector<Kind> kinds_;  // of each share
    std::uint64_t weight_sum_ = 0;
    bool needs_sovereigns_ = false;
    bool needs_contributors_ = false;
    std::size_t memo_bytes_ = 0;
    std::vector<LoadAccount> accounts_;
    std::vector<graph::MissionId> missions_;  // in the order in which they became final
};

}  // namespace nexus::actors
