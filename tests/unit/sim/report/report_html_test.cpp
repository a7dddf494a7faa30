#include "sim/report/report_html.hpp"

#include "sim/report/assets.hpp"
#include "sim/report/region_places.hpp"
#include "sim/report/run_report.hpp"
#include "tests/unit/sim/report/strict_json.hpp"
#include "tests/unit/sim/report/synthetic_report.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

constexpr std::string_view kDataStart = "<script id=\"run-data\" type=\"application/json\">";

std::size_t occurrences(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

/// The JSON between its script tags.
std::string data_of(const std::string& html) {
    const std::size_t start = html.find(kDataStart) + kDataStart.size();
    return html.substr(start, html.find("</script>", start) - start);
}

Json read_data(const RunReport& report) {
    const auto data = StrictJson::read(data_of(to_html(report)));
    EXPECT_TRUE(data.has_value());
    return data.value_or(Json());
}

TEST(ReportHtml, AsksTheNetworkForNothing) {
    const std::string html = to_html(synthetic_report());
    for (const char* word : {"http:", "https:", "@import", "src=", "fetch(", "<link",
                             "XMLHttpRequest", "WebSocket", "importScripts"}) {
        EXPECT_EQ(occurrences(html, word), 0) << word;
    }
    EXPECT_EQ(occurrences(html, "url("), occurrences(html, "url(#")) << "only within the page";
    EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

TEST(ReportHtml, IsSmallForARunOfAMinute) {
    EXPECT_LT(to_html(synthetic_report(300)).size(), 400'000);
}

TEST(ReportHtml, IsEqualForEqualReports) {
    EXPECT_EQ(to_html(synthetic_report()), to_html(synthetic_report()));
}

TEST(ReportHtml, HoldsItsDataWhateverTheNames) {
    for (const std::string_view hostile : {"</script><script>alert(1)</script>", "<!--<script>",
                                           "{{data}}", "a\"b'c&d", "Próspera"}) {
        RunReport report = synthetic_report(2);
        report.scenario = hostile;
        report.sovereigns[0].name = hostile;
        report.replay = hostile;
        const std::string html = to_html(report);
        EXPECT_EQ(occurrences(html, "<script"), 2) << hostile;
        EXPECT_EQ(occurrences(html, "</script"), 2) << hostile;
        const auto data = StrictJson::read(data_of(html));
        ASSERT_TRUE(data.has_value()) << hostile;
        EXPECT_EQ((*data)["report"]["scenario"].text, hostile);
    }
}

TEST(ReportHtml, EscapesTheTitle) {
    RunReport report;
    report.scenario = "<b>&\"";
    EXPECT_NE(to_html(report).find("<title>&lt;b&gt;&amp;&quot;: failed</title>"),
              std::string::npos);
}

TEST(ReportHtml, CarriesTheSeedAsText) {
    const Json data = read_data(synthetic_report());
    EXPECT_EQ(data["page"]["seed"].text, "18446744073709551557")
        << "a number of JavaScript would round it";
}

TEST(ReportHtml, SumsUpContributorsOnlyAboveSixty) {
    const Json few = read_data(synthetic_report(60));
    EXPECT_EQ(few["page"]["contributors"].items.size(), 0);
    EXPECT_EQ(few["report"]["nodes"].items.size(), 16 + 24 + 4 + 60);
    const Json many = read_data(synthetic_report(61));
    EXPECT_EQ(many["report"]["nodes"].items.size(), 16 + 24 + 4);
    double total = 0;
    for (const Json& group : many["page"]["contributors"].items) {
        total += group["count"].number;
    }
    EXPECT_EQ(total, 61);
}

TEST(ReportHtml, ThinsBlocksOfALongRunWithoutLosingAProposer) {
    RunReport report = synthetic_report(0);
    report.blocks.clear();
    for (std::uint64_t i = 1; i <= 16'000; ++i) {
        BlockSummary block;
        block.height = i;
        block.view = i + i / 1000;
        block.proposer = static_cast<std::uint32_t>(i % 16);
        report.blocks.push_back(block);
    }
    const Json data = read_data(report);
    std::set<double> proposers;
    for (const Json& block : data["report"]["blocks"].items) {
        proposers.insert(block["proposer"].number);
    }
    EXPECT_EQ(proposers.size(), 16);
    EXPECT_LE(data["report"]["blocks"].items.size(), 1500);
    EXPECT_EQ(data["page"]["block_step"].number, 11);
    EXPECT_EQ(data["page"]["blocks_total"].number, 16'000);
    EXPECT_EQ(data["page"]["skips"].items.size(), 16) << "skipped views survive the thinning";
}

TEST(ReportHtml, KnowsTheViewsThatWereSkipped) {
    RunReport report;
    report.blocks.resize(3);
    report.blocks[0].view = 2;
    report.blocks[1].view = 3;
    report.blocks[2].view = 7;
    const Json data = read_data(report);
    const auto& skips = data["page"]["skips"].items;
    ASSERT_EQ(skips.size(), 2);
    EXPECT_EQ(skips[0]["first_view"].number, 1);
    EXPECT_EQ(skips[0]["views"].number, 1);
    EXPECT_EQ(skips[1]["first_view"].number, 4);
    EXPECT_EQ(skips[1]["views"].number, 3);
}

TEST(ReportHtml, EmbedsFilesThatCannotEndTheirElement) {
    for (const std::string_view script :
         {assets::base_js, assets::chart_js, assets::blocks_js, assets::land_js, assets::map_js,
          assets::table_js, assets::report_js}) {
        EXPECT_FALSE(script.empty());
        EXPECT_EQ(script.find("</script"), std::string_view::npos);
        EXPECT_EQ(script.find("<!--"), std::string_view::npos);
    }
    EXPECT_EQ(assets::report_css.find("</style"), std::string_view::npos);
}

TEST(RegionPlaces, KnowCloudRegionsAndCities) {
    const auto dublin = place_of("eu-west-1");
    ASSERT_TRUE(dublin.has_value());
    EXPECT_EQ(dublin->name, "Dublin");
    EXPECT_NEAR(dublin->latitude, 53.35, 0.01);
    EXPECT_EQ(place_of("EU (Ireland) eu-west-1")->name, "Dublin");
    EXPECT_EQ(place_of("SaoPaulo")->name, "São Paulo");
    EXPECT_EQ(place_of("atlantis"), std::nullopt);
    EXPECT_EQ(place_of(""), std::nullopt);
    for (const char* region :
         {"af-south-1", "ap-east-1",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
          "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",   "eu-central-1",
          "eu-north-1", "eu-south-1",     "eu-west-1",      "eu-west-2",      "eu-west-3",
          "me-south-1", "sa-east-1",      "us-east-1",      "us-east-2",      "us-west-1",
          "us-west-2",  "Adelaide",       "Zurich",         "StLouis",        "HoChiMinhCity"}) {
        EXPECT_TRUE(place_of(region).has_value()) << region;
    }
}

}  // namespace
}  // namespace nexus::sim
