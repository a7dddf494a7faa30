#include "sim/scenario/csv.hpp"

#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/societies.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::input {
namespace {

std::vector<std::vector<std::string>> cells(std::string_view text) {
    std::vector<std::vector<std::string>> out;
    const auto rows = parse_csv(text, "a.csv");
    EXPECT_TRUE(rows.has_value()) << (rows ? "" : rows.error().text);
    for (const CsvRow& row : *rows) {
        out.emplace_back();
        for (const CsvCell& cell : row) {
            out.back().push_back(cell.text);
        }
    }
    return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, TakesQuotesBlanksAndLineEnds) {
    EXPECT_EQ(cells("a,b\nc,d"), (Rows{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(cells("a,b\r\n\r\nc,d\r\n\n"), (Rows{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(cells("\"a, b\",\"say \"\"hi\"\"\"\n"), (Rows{{"a, b", "say \"hi\""}}));
    EXPECT_EQ(cells("\"two\nlines\",x\n"), (Rows{{"two\nlines", "x"}}));
    EXPECT_EQ(cells(" a , \" b \" ,\n"), (Rows{{"a", " b ", ""}}));
    EXPECT_EQ(cells(",,\n"), (Rows{{"", "", ""}})) << "empty cells are cells";
    EXPECT_EQ(cells("\xEF\xBB\xBFname\n"), (Rows{{"name"}})) << "a byte order mark is no text";
    EXPECT_EQ(cells("Próspera,Roatán"), (Rows{{"Próspera", "Roatán"}}));
    EXPECT_EQ(cells(""), Rows{});
}

TEST(Csv, KnowsWhereCellsAre) {
    const auto rows = parse_csv("é,\"x\ny\",z\n  q,\"r\"", "a.csv");
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->at(0).at(1).at, (Place{"a.csv", 1, 3})) << "characters, not bytes";
    EXPECT_EQ(rows->at(0).at(2).at, (Place{"a.csv", 2, 4}));
    EXPECT_EQ(rows->at(1).at(0).at, (Place{"a.csv", 3, 3}));
    EXPECT_EQ(rows->at(1).at(1).at, (Place{"a.csv", 3, 5}));
}

TEST(Csv, RefusesWhatIsAmbiguous) {
    struct Bad {
        std::string_view text;
        Place at;
    };
    const Bad all[] = {
        {"a,\"b", {"a.csv", 1, 3}},
        {"a\nb\"c\"", {"a.csv", 2, 2}},
        {"\"a\"b", {"a.csv", 1, 4}},
        {"ab\xFF", {"a.csv", 1, 3}},
        {"a\xA9", {"a.csv", 1, 2}},
        {"\xC0\xAF", {"a.csv", 1, 1}},
        {"\xED\xA0\x80", {"a.csv", 1, 1}},
        {"\xE2\x82", {"a.csv", 1, 1}},
        {"\xF5\x80\x80\x80", {"a.csv", 1, 1}},
    };
    for (const Bad& bad : all) {
        const auto rows = parse_csv(bad.text, "a.csv");
        ASSERT_FALSE(rows.has_value()) << bad.text;
        EXPECT_EQ(rows.error().at, bad.at) << bad.text;
    }
}

std::string problems_of(std::string_view csv) {
    Problems problems("s.toml");
    read_societies(csv, "a.csv", SovereignSpec{}, problems);
    return problems.empty() ? std::string() : std::string(problems.status().message());
}

TEST(Societies, TakeTheirDefaultsWhereACellIsEmpty) {
    SovereignSpec defaults;
    defaults.place = "distributed";
    defaults.missions = 9;
    Problems problems("s.toml");
    const std::vector<Society> found = read_societies(
        "nearest_region,name,longitude,latitude\nus-east-1,Próspera,-86.52,16.33\n,Jur,,\n",
        "a.csv", defaults, problems);
    ASSERT_TRUE(problems.empty()) << problems.status();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].spec.name, "Próspera");
    EXPECT_EQ(found[0].spec.latitude_udeg, 16'330'000);
    EXPECT_EQ(found[0].spec.longitude_udeg, -86'520'000);
    EXPECT_EQ(found[0].spec.region, "us-east-1");
    EXPECT_EQ(found[0].spec.missions, 9U);
    EXPECT_EQ(found[1].spec.latitude_udeg, std::nullopt);
    EXPECT_EQ(found[1].spec.place, "distributed");
    EXPECT_EQ(found[1].spec.region, "");
    EXPECT_EQ(found[1].region_at, (Place{"a.csv", 3, 1}));
}

TEST(Societies, ReportWhatIsWrong) {
    EXPECT_EQ(problems_of(""),
              "a.csv:1:1: error: no first line, expected the names of the columns");
    EXPECT_EQ(problems_of("place\nhere\n"),
              "a.csv:1:1: error: no column \"name\", expected it in the first line");
    EXPECT_EQ(problems_of("name,latitud\nA,1\n"),
              "a.csv:1:6: error: unknown column \"latitud\", did you mean \"latitude\"?");
    EXPECT_EQ(problems_of("name,name\nA,B\n"),
              "a.csv:1:6: error: column \"name\" twice, expected each once");
    EXPECT_EQ(problems_of("name,place\nA\n"),
              "a.csv:2:1: error: a line of wrong length, expected 2 cells, got 1");
    EXPECT_EQ(problems_of("name,place\n,x\n"),
              "a.csv:2:1: error: a community without a name, expected a text");
    EXPECT_EQ(problems_of("name\nA\nB\nA\n"),
              "a.csv:4:1: error: community \"A\" twice, expected each once, got one in line 2 too");
    EXPECT_EQ(
        problems_of("name,latitude\nA,90.5\n"),
        "a.csv:2:3: error: latitude is not in degrees, expected -90.0 to 90.0 with at most six "
        "decimals, got \"90.5\"");
    EXPECT_EQ(problems_of("name\n\"A\tB\"\n"),
              "a.csv:2:1: error: name has a control character, expected text of one line, got "
              "\"A\\u0009B\"");
    EXPECT_EQ(problems_of("name\n" + std::string(65, 'x') + "\n"),
              "a.csv:2:1: error: name is of wrong length, expected 1 to 64 bytes, got 65");
}

TEST(Matrix, NamesRegionsByTheirLastWord) {
    Problems problems("s.toml");
    EXPECT_EQ(
        read_matrix_regions(",Africa (Cape Town) af-south-1,Tokyo\nx,1,2\n", "m.csv", problems),
        (std::vector<std::string>{"af-south-1", "Tokyo"}));
    EXPECT_TRUE(problems.empty());
    EXPECT_TRUE(read_matrix_regions("", "m.csv", problems).empty());
    EXPECT_EQ(problems.count(), 1U);
}

}  // namespace
}  // namespace nexus::sim::input
