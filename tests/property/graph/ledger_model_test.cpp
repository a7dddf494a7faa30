#include "tests/property/graph/ledger_model.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/audit.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/transaction.hpp"
#include "tests/property/graph/seeded.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the world's words, all of them

constexpr std::size_t kActions = 15;
/// What a byte means: the later stages of a mission, which need all the earlier ones, come more
/// often.
constexpr std::array<std::uint8_t, 32> kWeighted = {0,  1,  1,  2,  2,  3,  3,  4,  5,  6,  6,
                                                    7,  8,  8,  9,  9,  9,  9,  10, 10, 10, 10,
                                                    11, 11, 11, 11, 12, 12, 12, 12, 13, 14};
// Few of each, so that random steps meet.
constexpr std::size_t kSenders = 3;
constexpr std::size_t kPlaces = 3;  // sovereigns 0 to 2; the last one often does not exist
constexpr std::size_t kMissions = 2;
constexpr std::size_t kNumbers = 2;  // of credentials

/// One random transaction: what, who, and three numbers whose meaning depends on what.
struct Step {
    std::uint8_t action = 0;
    std::size_t person = 0;
    std::size_t a = 0;
    std::size_t b = 0;
    std::size_t c = 0;
};

using RawStep = std::array<std::uint8_t, 5>;

Step step_of(const RawStep& raw) {
    return {kWeighted[raw[0] % kWeighted.size()], raw[1] % kSenders, raw[2], raw[3], raw[4]};
}

SovereignId sovereign(std::size_t n) { return SovereignId{static_cast<std::uint32_t>(n)}; }
Hash credential_digest(std::size_t n) { return digest("credential " + std::to_string(n)); }

/// The real ledger and the model, side by side.
class Pair {
public:
    /// Does one step in both; compares whether it took effect.
    void run(Step step) {
        step.person = likely_sender(step);
        if (!model_.pay_fee(step.person)) {
            return;
        }
        const auto [body, works] = translate(step);
        const std::size_t nonce = nonces_[step.person]++;
        const TransactionPtr transaction = signed_by(step.person, Nonce{nonce}, body);
        block_.push_back(transaction);
        expected_.push_back(works);
        if (block_.size() == 7) {
            flush();
        }
    }

    void flush() {
        const auto outcome = execute(world_.state(), world_.next_block(), block_, verifier());
        RC_ASSERT(outcome.has_value());
        for (std::size_t i = 0; i < block_.size(); ++i) {
            const Receipt& receipt = outcome->receipts[i];
            RC_LOG() << kind_of(block_[i]->content().body) << ": "
                     << (receipt.rejection ? to_string(*receipt.rejection) : "ok") << "\n";
            RC_ASSERT(receipt.succeeded() == expected_[i]);
            taken_[kind_of(block_[i]->content().body)] += receipt.succeeded() ? 1U : 0U;
        }
        world_.adopt(*outcome);
        block_.clear();
        expected_.clear();
    }

    /// Compares the two states.
    void compare() const {
        const LedgerView view = world_.view();
        for (const auto& [person, balance] : model_.balances) {
            RC_ASSERT(view.account(id_of(person)).balance == units(balance));
        }
        for (const auto& [place, balance] : model_.treasuries) {
            RC_ASSERT(view.treasury(sovereign(place)) == units(balance));
        }
        for (const auto& [place, person] : model_.controllers) {
            RC_ASSERT(view.sovereign(sovereign(place))->controller == id_of(person));
        }
        for (std::size_t i = 0; i < assets_.size(); ++i) {
            RC_ASSERT(view.asset(assets_[i])->owner == real_owner(model_.assets[i]));
        }
        for (std::size_t i = 0; i < missions_.size(); ++i) {
            for (const auto& [person, stage] : model_.missions[i].stages) {
                const auto part = view.participation(missions_[i], id_of(person));
                RC_ASSERT(static_cast<int>(part->stage) + 1 == stage);
            }
        }
        RC_ASSERT(view.all(keys::kRoles).size() == model_.members.size());
        RC_ASSERT(view.all(keys::kContributors).size() == model_.contributors.size());
        RC_ASSERT(view.all(keys::kCredentials).size() == model_.credentials.size());
        RC_ASSERT(audit_supply(world_.state()).holds());
        RC_ASSERT(audit_state(world_.state()) == std::vector<std::string>{});
    }

    /// How many of each kind took effect.
    [[nodiscard]] const std::map<std::string_view, std::size_t>& taken() const { return taken_; }

private:
    /// Half of what only a controller may do, the controller tries.
    [[nodiscard]] std::size_t likely_sender(const Step& step) const {
        const bool is_mission = step.action == 10 || step.action == 11;
        const std::size_t index = step.b % kMissions;
        if (!is_mission || step.c % 2 == 0 || index >= model_.missions.size()) {
            return step.person;
        }
        return model_.controllers.at(model_.missions[index].sovereign);
    }

    /// The transaction of a step, and whether the model says that it takes effect.
    std::pair<Body, bool> translate(const Step& step) {
        return step.action < 8 ? translate_registry(step) : translate_mission(step);
    }

    std::pair<Body, bool> translate_registry(const Step& step) {
        const std::size_t who = step.person;
        const std::size_t other = step.a % (kSenders + 1);
        const std::size_t place = step.b % kPlaces;
        const std::uint64_t amount = step.c * (step.c % 16 == 1 ? 20'000 : 50);
        switch (step.action) {
            case 0:
                return {Transfer{id_of(other), units(amount)}, model_.transfer(who, other, amount)};
            case 1:
                return {TreasuryDeposit{sovereign(place), units(amount)},
                        model_.deposit(who, place, amount)};
            case 2: {
                SovereignRegister body;
                body.name = {"sovereign " + std::to_string(place)};
                return {body, model_.found(who, place)};
            }
            case 3:
                return {World::contributor("person " + std::to_string(who)), model_.join(who)};
            case 4:
                return {RoleAssign{sovereign(place), id_of(other), {"member"}, {}},
                        model_.assign_role(who, place, other)};
            case 5:
                return {RoleRevoke{sovereign(place), id_of(other), {"member"}},
                        model_.revoke_role(who, place, other)};
            case 6:
                return {CredentialAnchor{sovereign(place),
                                         id_of(other),
                                         core_schema_hash(NodeKind::Credential),
                                         credential_digest(step.c % kNumbers),
                                         {}},
                        model_.anchor(who, place, other, step.c % kNumbers)};
            default:
                return {CredentialRevoke{sovereign(place), credential_digest(step.c % kNumbers)},
                        model_.revoke(who, place, step.c % kNumbers)};
        }
    }

    std::pair<Body, bool> translate_mission(const Step& step) {
        const std::size_t who = step.person;
        const std::size_t other = step.a % kSenders;
        const std::size_t index = step.b % kMissions;
        const MissionId id = index < missions_.size() ? missions_[index] : MissionId{};
        switch (step.action) {
            case 8:
                return open(step);
            case 9: {
                const auto shown =
                    step.c % 3 == 0 ? std::optional(step.c % kNumbers) : std::nullopt;
                return {MissionApply{
                            id, shown ? std::optional(credential_digest(*shown)) : std::nullopt},
                        model_.apply(who, index, shown)};
            }
            case 10:
                return {MissionAssign{id, id_of(other)}, model_.assign(who, index, other)};
            case 11:
                return {MissionComplete{id, id_of(other), digest("work")},
                        model_.complete(who, index, other)};
            case 12:
                return {MissionPayout{id, id_of(other)}, model_.pay_out(who, index, other)};
            case 13:
                return add_asset(step);
            default:
                return give_asset(step);
        }
    }

    std::pair<Body, bool> open(const Step& step) {
        LedgerModel::MissionModel plan{.sovereign = step.b % kPlaces,
                                       .slots = step.c % 3,
                                       .reward = (step.a % 16) * 1'000,
                                       .needs_role = step.c % 8 == 1,
                                       .needs_credential = step.c % 8 == 2,
                                       .stages = {}};
        MissionCreate body = world_.mission(sovereign(plan.sovereign));
        body.slots = static_cast<std::uint32_t>(plan.slots);
        body.reward = units(plan.reward);
        if (plan.needs_role) {
            body.required_role = Name{"member"};
        }
        if (plan.needs_credential) {
            body.required_credential = {body.sovereign, core_schema_hash(NodeKind::Credential)};
        }
        const bool works = model_.open(step.person, plan);
        if (works) {
            missions_.push_back(mission_id(id_of(step.person), Nonce{nonces_[step.person]}));
        }
        return {body, works};
    }

    std::pair<Body, bool> add_asset(const Step& step) {
        const auto owner = step.a % 2 == 0 ? std::optional(step.b % kPlaces) : std::nullopt;
        AssetRegister body;
        body.owner = owner ? AssetOwner(sovereign(*owner)) : AssetOwner(id_of(step.person));
        body.schema = core_schema_hash(NodeKind::Asset);
        const bool works = model_.register_asset(step.person, owner);
        if (works) {
            assets_.push_back(asset_id(id_of(step.person), Nonce{nonces_[step.person]}));
        }
        return {body, works};
    }

    std::pair<Body, bool> give_asset(const Step& step) {
        const std::size_t index = step.c % 4;
        const AssetId id = index < assets_.size() ? assets_[index] : AssetId{};
        const bool to_sovereign = step.a % 2 == 0;
        const LedgerModel::Owner owner = to_sovereign ? LedgerModel::Owner{{}, step.b % kPlaces}
                                                      : LedgerModel::Owner{step.b % kPeople, {}};
        return {AssetTransfer{id, real_owner(owner)}, model_.give(step.person, index, owner)};
    }

    static AssetOwner real_owner(const LedgerModel::Owner& owner) {
        return owner.second ? AssetOwner(sovereign(*owner.second))
                            : AssetOwner(id_of(*owner.first));
    }

    World world_;
    LedgerModel model_;
    std::map<std::size_t, std::size_t> nonces_;
    std::vector<MissionId> missions_;
    std::vector<AssetId> assets_;
    std::vector<TransactionPtr> block_;
    std::vector<bool> expected_;
    std::map<std::string_view, std::size_t> taken_;
};

TEST(LedgerModel, AgreesWithTheLedger) {
    std::map<std::string_view, std::size_t> taken;
    EXPECT_TRUE(
        check("the same steps take effect, with the same balances, owners and stages", [&taken]() {
            // At full size from the start, so that every byte has its whole range.
            const auto byte = rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>());
            const auto step = rc::gen::container<RawStep>(byte);
            Pair pair;
            for (const auto& raw : *rc::gen::container<std::vector<RawStep>>(400, step)) {
                pair.run(step_of(raw));
            }
            pair.flush();
            pair.compare();
            for (const auto& [kind, count] : pair.taken()) {
                taken[kind] += count;
            }
        }));
    EXPECT_EQ(taken.size(), kActions) << "a kind that never takes effect compares nothing";
    for (const auto& [kind, count] : taken) {
        EXPECT_GT(count, 5U) << kind;
    }
}

}  // namespace
}  // namespace nexus::graph
