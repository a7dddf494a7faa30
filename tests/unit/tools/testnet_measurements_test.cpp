#include "actors/node/node_disk.hpp"
#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "consensus/simplex/engine.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/toy_chain.hpp"
#include "tools/nexus/json_numbers.hpp"
#include "tools/nexus/testnet/load_run.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/member_status.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <string>

namespace nexus::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::TemporaryFolder;

CommitSample commit(std::uint64_t height) {
    return {.height = height,
            .view = height + 3,
            .proposer = 2,
            .proposed = 5,
            .committed = 9,
            .transactions = 4,
            .rejected = 1,
            .bytes = 77,
            .id = std::string(64, 'a')};
}

class StoppedClock final : public actors::Clock {
public:
    [[nodiscard]] Instant now() const override { return {}; }
};

FinalizedSample finalized_at(char digit, std::uint64_t height) {
    return {.id = std::string(64, digit), .height = Height{height}};
}

void append(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::app) << text;
}

TEST(Measurements, CommitsComeBackInOrderWithoutALineThatWasCutOff) {
    const TemporaryFolder folder;
    const std::string path = folder / "";
    ASSERT_TRUE(append_commits(path, {commit(1), commit(2)}).ok());
    ASSERT_TRUE(append_commits(path, {commit(3)}).ok());
    append(path + "/commits.txt", "4 7 2 5");
    const auto commits = read_commits(path);
    ASSERT_TRUE(commits.ok());
    ASSERT_EQ(commits->size(), 3U);
    EXPECT_EQ(commits->back().height, 3U);
    EXPECT_EQ(commits->back().view, 6U);
    EXPECT_EQ(commits->back().bytes, 77U);
    EXPECT_EQ(commits->back().id, std::string(64, 'a'));
}

/// A process was killed in the middle of a line, and goes on in its next life.
TEST(Measurements, ALineThatWasCutOffDoesNotSpoilTheNextOne) {
    const TemporaryFolder folder;
    const std::string path = folder / "";
    ASSERT_TRUE(append_commits(path, {commit(1)}).ok());
    ASSERT_TRUE(append_finalized(path, {finalized_at('1', 7)}).ok());
    append(path + "/commits.txt", "4 7 2 5");
    append(path + "/finalized.txt", std::string(64, '2') + " 12");
    ASSERT_TRUE(append_commits(path, {commit(2)}).ok());
    ASSERT_TRUE(append_finalized(path, {finalized_at('3', 123'456)}).ok());
    const auto commits = read_commits(path);
    ASSERT_TRUE(commits.ok()) << commits.status();
    ASSERT_EQ(commits->size(), 2U);
    EXPECT_EQ(commits->back().height, 2U);
    const auto finalized = read_finalized(path);
    ASSERT_TRUE(finalized.ok()) << finalized.status();
    EXPECT_THAT(*finalized, ElementsAre(finalized_at('1', 7), finalized_at('3', 123'456)));
}

TEST(Measurements, AFileThatIsATornLineAloneBeginsAnew) {
    const TemporaryFolder folder;
    const std::string path = folder / "";
    append(path + "/finalized.txt", std::string(20, '2'));
    ASSERT_TRUE(append_finalized(path, {finalized_at('3', 123'456)}).ok());
    const auto finalized = read_finalized(path);
    ASSERT_TRUE(finalized.ok()) << finalized.status();
    EXPECT_THAT(*finalized, ElementsAre(finalized_at('3', 123'456)));
}

/// A testnet goes on with a newer version of the program.
TEST(Measurements, OlderLinesOfFinalizedTransactionsHaveNoHeight) {
    const TemporaryFolder folder;
    const std::string path = folder / "";
    const FinalizedSample older{.id = std::string(64, 'a'), .height = std::nullopt};
    append(path + "/finalized.txt", older.id + "\n");
    ASSERT_TRUE(append_finalized(path, {finalized_at('b', 9), older}).ok());
    const auto finalized = read_finalized(path);
    ASSERT_TRUE(finalized.ok()) << finalized.status();
    EXPECT_THAT(*finalized, ElementsAre(older, finalized_at('b', 9), older));
}

TEST(Measurements, AFinalizedTransactionOfAnotherFormIsRefused) {
    const std::string id(64, 'a');
    for (const std::string& line :
         {std::string("abc"), std::string(64, 'g'), id + "a", id + " ", id + "7", id + " seven",
          id + "  7", id + " -7", id + " 7 7", id + " 99999999999999999999"}) {
        const TemporaryFolder folder;
        append(folder / "finalized.txt", id + " 1\n" + line + "\n");
        EXPECT_THAT(std::string(read_finalized(folder / "").status().message()),
                    HasSubstr("finalized.txt:2:1: error: expected 64 hexadecimal digits"))
            << line;
    }
}

/// A client believes two receipts of one block and one of the next; its own are finalized.
TEST(NodeObserver, WritesDownTheHeightOfWhatAClientSawFinalized) {
    const StoppedClock clock;
    NodeObserver observer(clock);
    const auto mine = tests::transfer(0, 0, 1);
    const auto other = tests::transfer(2, 0, 1);
    const auto next = tests::transfer(0, 1, 1);
    const auto believe = [&](const graph::TransactionPtr& transaction, std::uint64_t height) {
        consensus::BlockHeader header;
        header.height = Height{height};
        observer.on_believed(
            NodeId{5}, header,
            {.transaction = transaction->id(), .rejection = std::nullopt, .sovereign = {}});
    };
    believe(other, 8);
    believe(mine, 8);
    observer.on_finalized(NodeId{5}, mine, "", Instant{}, Instant{});
    believe(next, 11);
    observer.on_finalized(NodeId{5}, next, "", Instant{}, Instant{});
    EXPECT_THAT(
        observer.take_finalized(),
        ElementsAre(FinalizedSample{.id = to_hex(mine->id().view()), .height = Height{8}},
                    FinalizedSample{.id = to_hex(next->id().view()), .height = Height{11}}));
    EXPECT_THAT(observer.take_finalized(), testing::IsEmpty());
}

TEST(Measurements, RefuseAnotherForm) {
    const TemporaryFolder folder;
    const std::string path = folder / "";
    append(path + "/commits.txt", "one two three\n");
    append(path + "/finalized.txt", "abc\n");
    append(path + "/measured.txt", "latency 5 1\nlatency five 1\n");
    EXPECT_THAT(std::string(read_commits(path).status().message()), HasSubstr("commits.txt:1"));
    EXPECT_THAT(std::string(read_finalized(path).status().message()), HasSubstr("finalized.txt:1"));
    EXPECT_THAT(std::string(read_member_sample(path).status().message()),
                HasSubstr("measured.txt:2"));
}

/// One in which every field says something.
MemberSample full_sample() {
    MemberSample sample;
    for (const std::uint64_t value : {1'000'000U, 2'000'000U, 50'000'000U, 50'000'000U}) {
        sample.latency.record(value);
    }
    sample.lateness.record(10);
    sample.offered = {{0, 3}, {7, 1}};
    sample.submitted = {{0, 2}, {7, 1}};
    sample.finalized = {{1, 4}};
    sample.kinds = {{"transfer", 4}};
    sample.rejected_kinds = {{"transfer", 2}};
    sample.rejections = {{"InsufficientFunds", 2}};
    sample.probes = {{"timeout", 5}, {"two words", 6}};
    sample.counts = {{"packets_sent", 900}};
    return sample;
}

TEST(Measurements, AMembersSampleComesBack) {
    const TemporaryFolder folder;
    const MemberSample written = full_sample();
    ASSERT_TRUE(write_member_sample(folder / "", written).ok());
    const auto read = read_member_sample(folder / "");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->latency.count(), 4U);
    for (const std::uint32_t ppm : {1U, 500'000U, 990'000U, 1'000'000U}) {
        EXPECT_EQ(read->latency.percentile_ppm(ppm), written.latency.percentile_ppm(ppm));
    }
    EXPECT_EQ(read->lateness.count(), 1U);
    EXPECT_EQ(read->offered, written.offered);
    EXPECT_EQ(read->submitted, written.submitted);
    EXPECT_EQ(read->finalized, written.finalized);
    EXPECT_EQ(read->kinds, written.kinds);
    EXPECT_EQ(read->rejected_kinds, written.rejected_kinds);
    EXPECT_EQ(read->rejections, written.rejections);
    EXPECT_EQ(read->probes, written.probes);
    EXPECT_EQ(read->counts, written.counts);
}

TEST(Measurements, SamplesOfTwoLivesAddUp) {
    MemberSample sum = full_sample();
    MemberSample second;
    second.latency.record(70'000'000);
    second.submitted = {{7, 2}, {8, 1}};
    second.kinds = {{"transfer", 1}, {"payment", 3}};
    second.probes = {{"timeout", 1}};
    sum.add(second);
    EXPECT_EQ(sum.latency.count(), 5U);
    EXPECT_EQ(sum.latency.max(), 70'000'000U);
    EXPECT_EQ(sum.submitted, (CountsBySecond{{0, 2}, {7, 3}, {8, 1}}));
    EXPECT_EQ(sum.kinds, (CountsByName{{"payment", 3}, {"transfer", 5}}));
    EXPECT_EQ(sum.probes, (CountsByName{{"timeout", 6}, {"two words", 6}}));
    EXPECT_EQ(sum.offered, full_sample().offered);
    sum.add(full_sample());
    EXPECT_EQ(sum.lateness.count(), 2U);
    EXPECT_EQ(sum.offered, (CountsBySecond{{0, 6}, {7, 2}}));
    EXPECT_EQ(sum.finalized, (CountsBySecond{{1, 8}}));
    EXPECT_EQ(sum.rejected_kinds, (CountsByName{{"transfer", 4}}));
    EXPECT_EQ(sum.rejections, (CountsByName{{"InsufficientFunds", 4}}));
    EXPECT_EQ(sum.counts, (CountsByName{{"packets_sent", 1800}}));
}

TEST(Measurements, ASampleOfAnotherFormIsRefused) {
    const TemporaryFolder folder;
    for (const char* line :
         {"submitted", "submitted 1", "submitted all 5", "latency 1 2 3", "kind transfer x",
          "kind transfer -1", "latency 99999999999999999999 1", "gift 1 1", " 1 1"}) {
        std::ofstream(folder / "measured.txt") << "count bans 1\n" << line << "\n";
        EXPECT_THAT(std::string(read_member_sample(folder / "").status().message()),
                    HasSubstr("measured.txt:2:1: error: expected"))
            << line;
    }
}

TEST(LoadRun, ReadsStepsThatRise) {
    const auto steps = parse_steps("0s=100,10s=400");
    ASSERT_TRUE(steps.ok());
    ASSERT_EQ(steps->size(), 2U);
    EXPECT_EQ((*steps)[1].at, seconds(10));
    EXPECT_EQ((*steps)[1].rate, 400U);
    for (const char* text :
         {"", "0s", "0=1", "0s=x", "10s=1,5s=2", "0s=1,0s=2", "0s=-1", "0ss=1"}) {
        EXPECT_FALSE(parse_steps(text).ok()) << text;
    }
    for (const char* text : {"3s=10", "5s=100,8s=1", "0s=0", "0s=0,3s=10"}) {
        EXPECT_THAT(parse_steps(text).status().message(),
                    testing::HasSubstr(concat("a first step at 0 s with a rate above 0, as in "
                                              "0s=100,10s=400, got ",
                                              text)))
            << "the window of its report would not be the load's";
    }
    EXPECT_TRUE(parse_steps("0s=100,5s=0,9s=100").ok()) << "a load may pause";
}

TEST(LoadRun, ReadsAMixOfKindsAndWeights) {
    const auto mix = parse_mix("transfer=70,mission_create=30");
    ASSERT_TRUE(mix.ok()) << mix.status();
    EXPECT_EQ(*mix, (std::vector<sim::LoadShare>{{"transfer", 70}, {"mission_create", 30}}));
    for (const char* text : {"", "transfer", "transfer=", "transfer=0", "transfer=-1", "gift=1",
                             "transfer=1,transfer=2", "transfer=1000001"}) {
        EXPECT_FALSE(parse_mix(text).ok()) << text;
    }
}

TEST(LoadRun, RampsAndSweepsFromEndToEnd) {
    const auto steps = ramp(100, 1000, seconds(20));
    ASSERT_EQ(steps.size(), 10U);
    EXPECT_EQ(steps.front().rate, 100U);
    EXPECT_EQ(steps.back().rate, 1000U);
    EXPECT_EQ(steps.back().at, seconds(18));
    EXPECT_THAT(sweep_rates(100, 800, 4), ElementsAre(100, 200, 400, 800));
    EXPECT_THAT(sweep_rates(100, 800, 1), ElementsAre(100));
}

TEST(JsonNumbers, FindsNumbersByPath) {
    const auto numbers =
        json_numbers(R"({"a": 1.5, "b": {"c": -2e3, "d": "7", "e": [1, {"f": 2}]}, "g": null})");
    ASSERT_TRUE(numbers.ok());
    EXPECT_EQ(*numbers, (std::map<std::string, double>{{"a", 1.5}, {"b.c", -2000}}));
}

TEST(JsonNumbers, RefusesWhatIsNotJson) {
    for (const char* text : {"", "{", "{\"a\"}", "{\"a\": }", "{\"a\": 1,}", "{\"a\": 1} x", "[1",
                             "{\"a", "tru", "{a: 1}"}) {
        EXPECT_FALSE(json_numbers(text).ok()) << text;
    }
    EXPECT_FALSE(json_numbers(std::string(100'000, '[')).ok()) << "deep nesting";
}

TEST(MemberStatus, PrometheusTextGroupsSamplesByMetric) {
    const std::vector<MemberStatus> statuses{{.name = "one",
                                              .kind = "validator",
                                              .metrics = {{"height", "Of it.", false, 7}},
                                              .histograms = {},
                                              .probes = {}},
                                             {.name = "two",
                                              .kind = "validator",
                                              .metrics = {{"height", "Of it.", false, 8}},
                                              .histograms = {},
                                              .probes = {}}};
    EXPECT_EQ(to_prometheus(statuses),
              "# HELP nexus_height Of it.\n# TYPE nexus_height gauge\n"
              "nexus_height{member=\"one\",kind=\"validator\"} 7\n"
              "nexus_height{member=\"two\",kind=\"validator\"} 8\n");
}

TEST(MemberStatus, PrometheusTextHasHistogramsThatAddUpAndProbesByName) {
    actors::DurationCounts counts;
    for (const std::int64_t microseconds : {5, 10, 11, 2'000, 5'000'000}) {
        counts.record(nexus::microseconds(microseconds));
    }
    const std::vector<MemberStatus> statuses{{.name = "one",
                                              .kind = "validator",
                                              .metrics = {},
                                              .histograms = {{"handling", "Time.", counts.read()}},
                                              .probes = {{"timeout", 3}}}};
    const std::string text = to_prometheus(statuses);
    const std::string labels = "{member=\"one\",kind=\"validator\"";
    for (const std::string& line :
         std::vector<std::string>{"# TYPE nexus_handling_seconds histogram",
                                  "nexus_handling_seconds_bucket" + labels + ",le=\"1e-05\"} 2",
                                  "nexus_handling_seconds_bucket" + labels + ",le=\"0.0001\"} 3",
                                  "nexus_handling_seconds_bucket" + labels + ",le=\"0.003\"} 4",
                                  "nexus_handling_seconds_bucket" + labels + ",le=\"1\"} 4",
                                  "nexus_handling_seconds_bucket" + labels + ",le=\"+Inf\"} 5",
                                  "nexus_handling_seconds_sum" + labels + "} 5.002026",
                                  "nexus_handling_seconds_count" + labels + "} 5",
                                  "nexus_probes" + labels + ",probe=\"timeout\"} 3"}) {
        EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\n" << text;
    }
    const std::string json = to_json(statuses.front());
    EXPECT_NE(json.find("\"handling_count\": 5"), std::string::npos) << json;
    EXPECT_NE(json.find("\"timeout\": 3"), std::string::npos) << json;
}

/// The root of the source: the nearest folder above that holds the dashboard.
std::string dashboard() {
    std::filesystem::path folder = std::filesystem::current_path();
    while (!std::filesystem::exists(folder / "docs/grafana_testnet.json")) {
        NEXUS_ASSERT(folder.has_relative_path());
        folder = folder.parent_path();
    }
    std::ifstream in(folder / "docs/grafana_testnet.json");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Every series that the dashboard asks for is one that a validator exports.
TEST(MemberStatus, TheDashboardAsksForWhatNodesExport) {
    const TemporaryFolder folder;
    const auto disk = actors::NodeDisk::open(folder / "data", consensus::simplex::engine(),
                                             {.owner = "validator-0"});
    ASSERT_TRUE(disk.ok()) << disk.status();
    const StoppedClock clock;
    const NodeObserver observer(clock);
    std::set<std::string> exported;
    MemberStatus status;
    read_numbers({.observer = observer, .network = {}, .role = {}, .disk = disk->get()}, status);
    for (const MemberMetric& metric : status.metrics) {
        exported.insert(concat("nexus_", metric.name));
    }
    for (const MemberHistogram& histogram : status.histograms) {
        for (const char* series : {"_bucket", "_sum", "_count"}) {
            exported.insert(concat("nexus_", histogram.name, "_seconds", series));
        }
    }
    exported.insert("nexus_probes");
    const std::string text = dashboard();
    const std::regex name("nexus_[a-z_]+");
    std::set<std::string> asked;
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
        asked.insert(at->str());
    }
    EXPECT_GE(asked.size(), 35U);
    for (const std::string& each : asked) {
        EXPECT_TRUE(exported.contains(each)) << each;
    }
}

}  // namespace
}  // namespace nexus::tools
