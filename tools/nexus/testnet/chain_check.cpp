#include "tools/nexus/testnet/chain_check.hpp"

#include "actors/node/node_disk.hpp"
#include "actors/roles/chain_host.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/memo_verifier.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/registry/signed_matters.hpp"
#include "sim/cluster/checkers/agreement_checker.hpp"
#include "sim/cluster/checkers/certificate_checker.hpp"
#include "sim/cluster/checkers/checker.hpp"
#include "sim/cluster/checkers/ownership_checker.hpp"
#include "sim/cluster/checkers/supply_checker.hpp"
#include "sim/cluster/checkers/validity_checker.hpp"
#include "tools/nexus/testnet/alarm_log.hpp"
#include "tools/nexus/testnet/double_sign_checker.hpp"
#include "tools/nexus/testnet/finalized_checker.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/node_process.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace nexus::tools {
namespace {

/// The names of what this checks.
constexpr std::array<const char*, 8> kInvariants{
    "agreement",           "validity",       "supply",  "ownership", "certificates",
    "no_lost_transaction", "no_double_sign", "no_alarm"};

bool is_checked(std::string_view invariant) {
    return std::find(kInvariants.begin(), kInvariants.end(), invariant) != kInvariants.end();
}

/// What members have written down that must not be.
class AlarmChecker final : public sim::Checker {
public:
    AlarmChecker()
        : Checker("no_alarm",
                  "no member has raised an alarm, seen two contradicting votes or caught a gateway "
                  "at a lie, in any life of its process") {}

    /// One process's record was read.
    void on_record() { count(); }
    void on_alarm(const Alarm& alarm) {
        violation(concat(alarm.member, ": ", alarm.kind, ": ", alarm.text, ", ", alarm.count,
                         alarm.count == 1 ? " time" : " times"));
    }
};

class NoCompute final : public actors::Compute {
public:
    void charge(actors::Work /*work*/, std::uint64_t /*count*/) override {}
};

/// The disk of one validator.
struct Place {
    NodeId node;
    ValidatorIndex index;
    std::string name;
    std::unique_ptr<actors::NodeDisk> disk;
};

/// Transactions that clients saw finalized, by the client's name.
using SeenFinalized = std::map<std::string, std::vector<FinalizedSample>>;

absl::StatusOr<SeenFinalized> read_clients(const TestnetLayout& layout,
                                           const NetworkFile& network) {
    SeenFinalized seen;
    for (const auto& [name, place] : network.members) {
        auto transactions = read_finalized(layout.member(place.process, name));
        if (!transactions.ok()) {
            return transactions.status();
        }
        seen.emplace(name, *std::move(transactions));
    }
    return seen;
}

class ChainReader {
public:
    ChainReader(const sim::Society& society, const consensus::SignedMatterReader& signatures,
                std::vector<Place> places, std::optional<std::uint64_t> state_height)
        : society_(society),
          signatures_(signatures),
          places_(std::move(places)),
          state_height_(state_height) {
        check_.state = society.genesis_state();
        checkers_.push_back(std::make_unique<sim::AgreementChecker>(society.genesis()->id));
        checkers_.push_back(std::make_unique<sim::ValidityChecker>(
            *society.genesis(), society.genesis_state(), verifier_));
        checkers_.push_back(std::make_unique<sim::SupplyChecker>());
        checkers_.push_back(std::make_unique<sim::OwnershipChecker>());
        checkers_.push_back(std::make_unique<sim::CertificateChecker>(
            ChainId{society.scenario().chain.id},
            std::string(society.engine().finality_statement()), society.validator_set(),
            verifier_));
    }

    void read_blocks() {
        const actors::ValidatorSetup limits = [&] {
            actors::ValidatorSetup setup;
            setup.limits.transactions_max = society_.scenario().blocks.transactions_max;
            setup.limits.bytes_max = society_.scenario().blocks.bytes_max;
            return setup;
        }();
        actors::ChainHost host(society_.genesis(), society_.genesis_state(), limits.limits,
                               {.self = {},
                                .clock = nullptr,
                                .transport = nullptr,
                                .compute = &compute_,
                                .entropy = nullptr,
                                .verifier = &verifier_,
                                .journal = nullptr},
                               std::make_shared<actors::ExecutionCache>());
        if (const std::optional<actors::Checkpoint> base = find_base()) {
            begin_at(*base);
            host.restart_at(base->block.block, base->state);
        }
        consensus::BlockPtr below = host.committed();
        for (Height height{check_.base + 1};; height = height.next()) {
            bool is_first = true;
            actors::ExecutedPtr executed;
            for (const Place& place : places_) {
                const actors::ChainStore& chain = place.disk->chain();
                if (chain.height() < height || chain.first() > height) {
                    continue;
                }
                const consensus::CommittedBlock stored = chain.block(height);
                if (executed == nullptr && (executed = host.commit(stored.block)) == nullptr) {
                    invalid_ = concat(place.name, " has a block at height ", height.value,
                                      " that is not valid on top of those below");
                    return;
                }
                if (chain.first() == height) {
                    tell_arrival(place, *below);
                }
                tell(place, stored, *executed, is_first);
                is_first = false;
            }
            if (executed == nullptr) {
                if (is_dropped(height)) {
                    invalid_ = concat("no validator has the block of height ", height.value,
                                      " any more, though some have later ones");
                }
                return;
            }
            below = host.committed();
            check_.height = height.value;
            keep_state(executed->state);
            check_.transactions += executed->transactions.size();
            check_.rejected += static_cast<std::uint64_t>(std::count_if(
                executed->receipts.begin(), executed->receipts.end(),
                [](const graph::Receipt& receipt) { return receipt.rejection.has_value(); }));
        }
    }

    void read_journals() {
        for (const Place& place : places_) {
            for (const Bytes& record : place.disk->journal().records()) {
                for (const consensus::SignedMatter& matter : signatures_.in_record(record)) {
                    double_signs_.on_signed(place.index, matter,
                                            concat("the journal of ", place.name));
                }
            }
        }
    }

    void add_clients(const SeenFinalized& seen) {
        for (const auto& [name, transactions] : seen) {
            for (const FinalizedSample& transaction : transactions) {
                finalized_.on_seen(name, transaction);
            }
        }
    }

    absl::Status read_alarm_logs(const TestnetLayout& layout, const NetworkFile& network) {
        for (const auto& [process, members] : network.processes()) {
            const auto alarms = read_alarms(layout.alarms(process));
            if (!alarms.ok()) {
                return alarms.status();
            }
            alarms_.on_record();
            for (const Alarm& alarm : *alarms) {
                alarms_.on_alarm(alarm);
            }
        }
        return absl::OkStatus();
    }

    ChainCheck finish() {
        for (const auto& checker : checkers_) {
            checker->on_end(last_);
            add(*checker);
        }
        if (!invalid_base_.empty()) {
            check_.invariants[4].violated += 1;  // certificates
            check_.invariants[4].examples.push_back(invalid_base_);
        }
        if (finalized_.unknown() > 0) {
            check_.not_covered.push_back(concat(
                finalized_.unknown(), " transactions that clients saw finalized up to height ",
                check_.base, ", or at a height that was not written down"));
        }
        if (!invalid_.empty()) {
            check_.invariants[1].violated += 1;  // validity
            check_.invariants[1].examples.push_back(invalid_);
        }
        // Who sent what, the simulator sees and nobody sees here.
        check_.invariants[1].meaning =
            "every committed transaction is signed by its sender's key, comes once and in nonce "
            "order; executing the chain anew gives every state root";
        if (invalid_.empty()) {
            add(finalized_);
        }
        add(double_signs_);
        add(alarms_);
        return std::move(check_);
    }

private:
    /// Whether all blocks above this height, up to the highest, are on one disk or another.
    [[nodiscard]] bool is_whole_above(Height base) const {
        Height reached = base;
        for (bool grows = true; grows;) {
            grows = false;
            for (const Place& place : places_) {
                const actors::ChainStore& chain = place.disk->chain();
                if (chain.first() <= reached.next() && chain.height() > reached) {
                    reached = chain.height();
                    grows = true;
                }
            }
        }
        return !is_dropped(reached.next());
    }

    /// The oldest checkpoint above which no block is missing, where blocks below are dropped. A
    /// validator that has been down for long may have an older one, which leads nowhere.
    [[nodiscard]] std::optional<actors::Checkpoint> find_base() const {
        std::optional<actors::Checkpoint> oldest;
        if (is_whole_above(Height{0})) {
            return oldest;
        }
        for (const Place& place : places_) {
            const actors::ChainStore& chain = place.disk->chain();
            for (const Height version : chain.versions()) {
                if ((!oldest || version < oldest->height()) && is_whole_above(version)) {
                    oldest = chain.version(version);
                }
            }
        }
        return oldest;
    }

    void begin_at(const actors::Checkpoint& base) {
        const consensus::BlockHeader& header = base.block.block->header;
        check_.base = header.height.value;
        check_.height = check_.base;
        keep_state(base.state);
        last_ = header.time;
        finalized_.on_base({.block = base.block.block.get(), .state = &base.state});
        for (const auto& checker : checkers_) {
            checker->on_base({.block = base.block.block.get(), .state = &base.state});
        }
        const auto proof = consensus::verify_finality(
            {.headers = {header}, .certificate = base.block.certificate},
            ChainId{society_.scenario().chain.id}, society_.engine().finality_statement(),
            *society_.validator_set(), verifier_);
        if (!proof) {
            invalid_base_ = concat("the checkpoint at height ", header.height.value,
                                   " is refused: ", consensus::to_string(proof.error()));
        }
        for (const Place& place : places_) {
            const actors::ChainStore& chain = place.disk->chain();
            if (chain.first() <= header.height && header.height <= chain.height()) {
                tell_arrival(place, *chain.block(header.height).block);
            } else if (chain.height() < header.height) {
                check_.not_covered.push_back(
                    concat("blocks of ", place.name, ", which ends at ", chain.height().value));
            }
        }
        check_.not_covered.push_back(
            concat("blocks up to height ", header.height.value,
                   ": no validator keeps them all; the certified state after them was taken over"));
    }

    /// `state` is the one after the block of `check_.height`.
    void keep_state(const graph::StateSnapshot& state) {
        if (check_.height <= state_height_.value_or(check_.height)) {
            check_.state = state;
        }
    }

    /// A validator whose oldest block stands on this one.
    void tell_arrival(const Place& place, const consensus::Block& block) {
        if (block.header.height == Height{0}) {
            return;
        }
        for (const auto& checker : checkers_) {
            checker->on_checkpoint({.validator = place.node,
                                    .validator_name = place.name,
                                    .block = &block,
                                    .at = block.header.time});
        }
    }

    [[nodiscard]] bool is_dropped(Height height) const {
        return std::any_of(places_.begin(), places_.end(), [height](const Place& place) {
            return place.disk->chain().height() >= height;
        });
    }

    void tell(const Place& place, const consensus::CommittedBlock& stored,
              const actors::Executed& executed, bool is_first) {
        last_ = stored.block->header.time;
        const sim::CommitEvent event{.validator = place.node,
                                     .validator_name = place.name,
                                     .block = stored.block,
                                     .certificate = stored.certificate,
                                     .executed = &executed,
                                     .at = last_,
                                     .is_first = is_first};
        for (const auto& checker : checkers_) {
            if (is_first) {
                for (const graph::TransactionPtr& transaction : executed.transactions) {
                    checker->on_submitted(transaction);
                }
            }
            checker->on_commit(event);
        }
        if (is_first) {
            finalized_.on_commit(event);
        }
        if (stored.certificate != nullptr) {
            for (const consensus::Endorsement& each : stored.certificate->endorsements) {
                double_signs_.on_signed(
                    each.signer, signatures_.in_certificate(*stored.certificate),
                    concat("the certificate of height ", stored.block->header.height.value, " of ",
                           place.name));
            }
        }
    }

    void add(const sim::Checker& checker) {
        NEXUS_ASSERT(is_checked(checker.name()));
        check_.invariants.push_back({.name = std::string(checker.name()),
                                     .meaning = std::string(checker.meaning()),
                                     .checked = checker.checked(),
                                     .violated = checker.violated(),
                                     .examples = checker.examples()});
    }

    const sim::Society& society_;
    const consensus::SignedMatterReader& signatures_;
    std::vector<Place> places_;
    const std::optional<std::uint64_t> state_height_;
    NoCompute compute_;
    MemoVerifier verifier_{1U << 16U};
    std::vector<std::unique_ptr<sim::Checker>> checkers_;
    FinalizedChecker finalized_;
    DoubleSignChecker double_signs_;
    AlarmChecker alarms_;
    std::string invalid_;       // a block, against those below
    std::string invalid_base_;  // the checkpoint, against its certificate
    Instant last_;
    ChainCheck check_;
};

}  // namespace

bool ChainCheck::holds() const {
    return height > 0 &&
           std::all_of(invariants.begin(), invariants.end(),
                       [](const sim::InvariantSummary& each) { return each.violated == 0; });
}

absl::Status check_violations(const sim::Scenario& scenario) {
    for (const std::string& wanted : scenario.expected_violations) {
        if (!is_checked(wanted)) {
            return absl::InvalidArgumentError(concat(
                scenario.file, ": error: expect.violations: expected an invariant that a testnet ",
                "can check, one of ", absl::StrJoin(kInvariants, ", "), "; got \"", wanted,
                "\"; nexus sim run checks it"));
        }
    }
    return absl::OkStatus();
}

absl::StatusOr<ChainCheck> check_chain(const TestnetLayout& layout, const NetworkFile& network,
                                       const sim::Society& society,
                                       std::optional<std::uint64_t> state_height) {
    // Before the disks: a living network goes on, and they must hold all that clients have seen.
    const absl::StatusOr<SeenFinalized> seen = read_clients(layout, network);
    if (!seen.ok()) {
        return seen.status();
    }
    std::vector<Place> places;
    for (const sim::ValidatorPlace& validator : society.validators()) {
        Place place{.node = validator.node,
                    .index = validator.index,
                    .name = society.members()[validator.node.value].name,
                    .disk = nullptr};
        const auto member = network.members.find(place.name);
        if (member == network.members.end()) {
            continue;
        }
        const std::string folder = layout.member(member->second.process, place.name) + "/data";
        if (!std::filesystem::exists(folder)) {
            continue;  // it has not started, or lives on another host
        }
        auto disk =
            actors::NodeDisk::open(folder, society.engine(),
                                   {.owner = disk_owner(society, place.name), .read_only = true});
        if (!disk.ok()) {
            return disk.status();
        }
        place.disk = *std::move(disk);
        places.push_back(std::move(place));
    }
    const consensus::SignedMatterReader* signatures =
        consensus::find_signed_matter_reader(society.engine().name());
    if (signatures == nullptr) {
        return absl::UnimplementedError(concat("nobody can read yet what validators of ",
                                               society.engine().name(), " have signed"));
    }
    ChainReader reader(society, *signatures, std::move(places), state_height);
    reader.read_blocks();
    reader.read_journals();
    reader.add_clients(*seen);
    if (absl::Status status = reader.read_alarm_logs(layout, network); !status.ok()) {
        return status;
    }
    return reader.finish();
}

}  // namespace nexus::tools
