#include "tools/nexus/testnet/measured_report.hpp"

#include "base/codec.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/transaction/ids.hpp"
#include "sim/report/metrics.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/society/society.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/alarm_log.hpp"
#include "tools/nexus/testnet/measurements.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

sim::Society society() {
    const tests::TemporaryFolder folder;
    const std::string path = folder / "s.toml";
    std::ofstream(path) << "[scenario]\nname = \"s\"\nduration = \"10s\"\n"
                           "[validators]\ncount = 2\n[[sovereign]]\nname = \"Aldea\"\n"
                           "[load]\nsteps = {0s = 3}\nsources = 1\naccounts = 2\n";
    const auto scenario = sim::load_scenario(path);
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    return *sim::Society::make(*scenario);
}

/// The files of a testnet of two validators, a sovereign and a load source, of 10 s.
class MeasuredReportTest : public testing::Test {
protected:
    MeasuredReportTest() {
        for (const sim::Member& member : society_.members()) {
            network_.members[member.name] = {.process = member.name, .key = {}};
            std::filesystem::create_directories(at(member.name));
            if (member.kind == "sovereign") {
                sovereign_ = member.name;
            } else if (member.kind == "load") {
                load_ = member.name;
            }
        }
    }

    [[nodiscard]] std::string at(const std::string& member) const {
        return layout_.member(member, member);
    }
    static CommitSample commit(std::uint64_t height, Duration at) {
        return {.height = height,
                .view = height,
                .proposed = at.nanoseconds,
                .committed = at.nanoseconds,
                .transactions = 2,
                .id = std::string(64, 'a')};
    }
    [[nodiscard]] MeasuredReport report(std::set<std::string> down = {}) const {
        auto report = measured_report(
            layout_, network_, society_,
            {.from = {}, .until = Instant{} + seconds(10), .clients = "", .down = std::move(down)});
        EXPECT_TRUE(report.ok()) << report.status();
        return report.ok() ? *std::move(report) : MeasuredReport{};
    }
    static double metric(const MeasuredReport& measured, const char* name) {
        return sim::metric_value(measured.report, name).value_or(-1);
    }

    tests::TemporaryFolder folder_;
    TestnetLayout layout_{folder_ / "net"};
    sim::Society society_ = society();
    NetworkFile network_;
    std::string sovereign_, load_;
};

TEST_F(MeasuredReportTest, LeavesOutWhatCameAfterTheEnd) {
    ASSERT_TRUE(append_commits(at("validator-0"), {commit(1, seconds(1)), commit(2, seconds(9)),
                                                   commit(3, seconds(10))})
                    .ok());
    ASSERT_TRUE(append_commits(at("validator-1"), {commit(1, seconds(1))}).ok());
    MemberSample load;
    load.submitted = {{0, 4}, {9, 3}, {10, 100}};
    ASSERT_TRUE(write_member_sample(at(load_), load).ok());
    const MeasuredReport measured = report();
    EXPECT_EQ(metric(measured, "height"), 2);
    EXPECT_EQ(metric(measured, "finalized"), 4);
    EXPECT_EQ(metric(measured, "submitted"), 7);
    EXPECT_EQ(metric(measured, "lost"), 3);
    EXPECT_EQ(metric(measured, "height_spread"), 1);
    EXPECT_EQ(metric(report({"validator-1"}), "height_spread"), 0) << "who is down is not behind";
}

TEST_F(MeasuredReportTest, OfALoadCountsWhatAllHaveSentMeanwhile) {
    MemberSample sample;
    sample.submitted = {{2, 5}, {3, 7}, {9, 2}};
    sample.kinds = {{"payment", 14}};
    ASSERT_TRUE(write_member_sample(at(load_), sample).ok());
    sample.submitted[1] = 100;  // before the window
    ASSERT_TRUE(write_member_sample(at(sovereign_), sample).ok());
    const auto measured = measured_report(layout_, network_, society_,
                                          {.from = Instant{} + milliseconds(2500),
                                           .until = Instant{} + milliseconds(8500),
                                           .clients = load_,
                                           .down = {}});
    ASSERT_TRUE(measured.ok()) << measured.status();
    EXPECT_EQ(measured->report.submitted, 12U + 12U);
    EXPECT_EQ(measured->report.transactions_by_kind.at("payment"), 14U) << "of the load alone";
}

TEST_F(MeasuredReportTest, HasProofsProbesAndAlarmsOfAllMembers) {
    MemberSample sample;
    sample.counts = {{"proofs_checked", 5}, {"packets_sent", 7}, {"dropped_full", 2}};
    sample.probes = {{"timeout", 3}};
    for (const std::string& member : {sovereign_, load_, std::string("validator-1")}) {
        ASSERT_TRUE(write_member_sample(at(member), sample).ok());
    }
    const auto alarms = AlarmLog::open(layout_.alarms(load_));
    ASSERT_TRUE(alarms.ok());
    for (const char* what : {"no proof", "no proof", "old answer"}) {
        ASSERT_TRUE((*alarms)->record(load_, "lie", lie_text(1, what)).ok());
    }
    ASSERT_TRUE((*alarms)->record(load_, "evidence", evidence_text("double vote", 1)).ok());
    ASSERT_TRUE((*alarms)->flush().ok());
    const MeasuredReport measured = report();
    EXPECT_EQ(metric(measured, "proofs_verified"), 15);
    EXPECT_EQ(metric(measured, "messages"), 21);
    EXPECT_EQ(metric(measured, "lies_caught"), 3);
    EXPECT_EQ(metric(measured, "evidence"), 1);
    EXPECT_EQ(measured.report.probes.at("timeout"), 9U);
    EXPECT_EQ(measured.report.packets_dropped.at("full"), 6U);
}

/// The state in which these accounts have had so many transactions in blocks.
graph::StateSnapshot state_of(const sim::Society& society,
                              const std::vector<std::pair<std::string, std::uint64_t>>& nonces) {
    graph::StateWrites writes;
    for (const auto& [account, nonce] : nonces) {
        const auto key = graph::keys::account(graph::account_of(society.public_key_of(account)));
        writes[static_cast<std::size_t>(graph::TreeId::Ledger)].push_back(
            {.key = key.key,
             .value = codec::encode(graph::Account{.balance = {}, .nonce = Nonce{nonce}})});
    }
    return society.genesis_state().updated(std::move(writes));
}

TEST_F(MeasuredReportTest, TheChainKnowsWhatAKilledClientHadSent) {
    MemberSample sample;
    sample.submitted = {{0, 10}};
    ASSERT_TRUE(write_member_sample(at(sovereign_), sample).ok());
    ASSERT_TRUE(write_member_sample(at(load_), sample).ok());
    MeasuredReport measured = report();
    EXPECT_EQ(measured.report.submitted, 20U);
    const std::string first = sim::Society::load_account(0, 0);
    const std::string second = sim::Society::load_account(0, 1);
    add_chain_state(measured, society_,
                    state_of(society_, {{sovereign_, 13}, {first, 4}, {second, 5}}));
    EXPECT_EQ(measured.report.submitted, 23U) << "one of the load's is not in a block yet";
    add_chain_state(measured, society_,
                    state_of(society_, {{sovereign_, 13}, {first, 6}, {second, 5}}));
    EXPECT_EQ(measured.report.submitted, 24U);
    ASSERT_EQ(measured.report.sovereigns.size(), 1U);
    EXPECT_EQ(measured.report.sovereigns.front().name, "Aldea");
    EXPECT_EQ(metric(measured, "sovereigns_registered"), 0)
        << "it has sent, and is in no state yet";
}

}  // namespace
}  // namespace nexus::tools
