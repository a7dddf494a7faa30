#include "tools/nexus/testnet/member_log.hpp"

#include "tests/support/fake_world.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/log_reader.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::TemporaryFolder;

/// The log of validator-1 of three, and what stands in it.
struct Told {
    explicit Told(LogLevel level = LogLevel::Info)
        : process(*ProcessLog::open({.path = folder / "log", .level = level}, clock)),
          log(*process, names, "validator-1"),
          observer(clock, &log),
          reader({folder / "log"}, LogLevel::Debug) {}

    /// "warning peer_down peer=validator-2 why=Silent", each line since the last call.
    std::vector<std::string> lines() {
        process->tick();
        std::vector<std::string> texts;
        for (const LogReader::Line& each : reader.read()) {
            EXPECT_EQ(each.line.member, "validator-1");
            std::string text = std::string(to_string(each.line.level)) + " " + each.line.event;
            for (const auto& [name, value] : each.line.fields) {
                text += " " + name + "=" + value;
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }

    TemporaryFolder folder;
    nexus::tests::FakeClock clock;
    MemberNames names{.members = {"sovereign-a", "validator-1", "validator-2"},
                      .validators = {"validator-1", "validator-2"}};
    std::unique_ptr<ProcessLog> process;
    MemberLog log;
    NodeObserver observer;
    LogReader reader;
};

TEST(MemberLog, NamesPeersAndReasons) {
    Told told;
    told.log.on_listening("10.0.0.1", 7000);
    told.log.on_peer_up(NodeId{2}, "10.0.0.2", true);
    told.log.on_peer_down(NodeId{0}, "Silent");
    told.log.on_ban(NodeId{2}, "Malformed", seconds(60));
    told.log.on_refused("10.0.0.9", "TooFast");
    told.log.on_handshake_failed("10.0.0.9", "Truncated");
    told.log.on_unreachable(NodeId{2});
    EXPECT_THAT(told.lines(),
                ElementsAre(R"(info listening host="10.0.0.1" port=7000)",
                            R"(info peer_up peer="validator-2" address="10.0.0.2" dialled=true)",
                            R"(warning peer_down peer="sovereign-a" why="Silent")",
                            R"(warning ban peer="validator-2" why="Malformed" length_ms=60000)",
                            R"(warning connection_refused address="10.0.0.9" why="TooFast")",
                            R"(warning handshake_failed address="10.0.0.9" why="Truncated")"));
}

TEST(MemberLog, TellsWhatIsNewOnTheChain) {
    Told told;
    told.log.recovered({.height = 130,
                        .checkpoint_height = 100,
                        .blocks = 60,
                        .records = 5,
                        .took = milliseconds(12)});
    EXPECT_THAT(told.lines(),
                ElementsAre("info recovered height=130 checkpoint=100 blocks_to_execute=30 "
                            "blocks_kept=60 journal_records=5 took_ms=12"));
    MemberLog::Progress progress{.checkpoint_height = 100};
    told.log.progress(progress);
    EXPECT_THAT(told.lines(), IsEmpty()) << "a checkpoint of the life before is no news";
    progress.height = 140;
    progress.view = 151;
    progress.transactions = 70;
    progress.rejected = 2;
    told.log.progress(progress);
    told.log.progress(progress);
    EXPECT_THAT(told.lines(),
                ElementsAre("info finalized height=140 view=151 transactions=70 rejected=2"));
    progress.height = 200;
    progress.transactions = 75;
    progress.checkpoint_height = 200;
    progress.checkpoint_bytes = 4096;
    told.log.progress(progress);
    EXPECT_THAT(told.lines(),
                ElementsAre("info finalized height=200 view=151 transactions=5 rejected=0",
                            "info checkpoint height=200 bytes=4096"));
}

TEST(MemberLog, TellsWhenAMachineIsReadyAndEachViewOnlyAtDebug) {
    const auto status = [](std::uint64_t view) {
        return consensus::Status{
            .view = View{view}, .committed = Height{7}, .leader = ValidatorIndex{1}};
    };
    Told told;
    told.observer.on_status(NodeId{1}, status(8));
    told.observer.on_status(NodeId{1}, status(9));
    EXPECT_THAT(told.lines(), ElementsAre("info ready height=7 view=8"));
    Told all(LogLevel::Debug);
    all.observer.on_status(NodeId{1}, status(8));
    all.observer.on_status(NodeId{1}, status(8));
    all.observer.on_status(NodeId{1}, status(9));
    EXPECT_THAT(all.lines(), ElementsAre("info ready height=7 view=8",
                                         R"(debug view view=8 leader="validator-2")",
                                         R"(debug view view=9 leader="validator-2")"));
}

TEST(MemberLog, HearsFromTheObserver) {
    Told told;
    told.observer.on_evidence(NodeId{1}, {.culprit = ValidatorIndex{1},
                                          .offence = "double notarize",
                                          .first = nullptr,
                                          .second = nullptr});
    told.observer.on_alarm(NodeId{1}, "a quorum finalized an invalid block");
    told.observer.on_lie(NodeId{1}, NodeId{2}, "a proof that does not hold");
    told.observer.on_probe(NodeId{1}, "timeout", 12);
    told.observer.on_probe(NodeId{1}, "view_entered", 13);
    told.observer.on_probe(NodeId{1}, "state_fetch_begun", 500);
    told.observer.on_probe(NodeId{1}, "state_refused", 1);
    told.observer.on_probe(NodeId{1}, "message_badly_signed", 1);
    EXPECT_THAT(
        told.lines(),
        ElementsAre(R"(warning evidence culprit="validator-2" offence="double notarize")",
                    R"(error alarm what="a quorum finalized an invalid block")",
                    R"(warning lie gateway="validator-2" what="a proof that does not hold")",
                    "warning view_timeout view=12", "info state_sync_begun height=500",
                    R"(warning state_sync_failed why="the state is not the certified one")",
                    R"(warning message_refused why="message_badly_signed")"));
    EXPECT_EQ(told.observer.counters().evidence, 1U);
    EXPECT_EQ(told.observer.counters().alarms, 1U);
    EXPECT_EQ(told.observer.counters().lies, 1U);
}

/// Whatever others can cause, however fast.
TEST(MemberLog, NobodyElseCanFillIt) {
    Told told;
    for (int i = 0; i < 1000; ++i) {
        told.log.on_peer_up(NodeId{2}, "10.0.0.2", false);
        told.log.on_peer_down(NodeId{2}, "Truncated");
        told.log.on_ban(NodeId{2}, "Malformed", seconds(60));
        told.log.on_refused("10.0.0.9", "TooFast");
        told.log.on_handshake_failed("10.0.0.9", "Truncated");
        told.log.on_evidence({.culprit = ValidatorIndex{1},
                              .offence = "double notarize",
                              .first = nullptr,
                              .second = nullptr});
        told.log.on_alarm("a quorum finalized an invalid block");
        told.log.on_lie(NodeId{2}, "a proof that does not hold");
        told.log.on_state_installed(Height{1});
        for (const char* probe : {"timeout", "state_fetch_begun", "state_refused",
                                  "gateway_changed", "message_malformed", "sync_unasked"}) {
            told.log.on_probe(probe, 1);
        }
    }
    EXPECT_THAT(told.lines(), SizeIs(14 * LogPace().burst)) << "of each event a burst";
}

}  // namespace
}  // namespace nexus::tools
