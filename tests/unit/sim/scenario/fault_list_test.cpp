#include "sim/scenario/fault_list.hpp"

#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

using testing::HasSubstr;

FaultList sample() {
    FaultList list;
    list.next = 9;
    FaultSpec cut;
    cut.at = seconds(3);
    cut.kind = FaultKind::Partition;
    cut.groups = {{}, {"validator-1", "settlers-0"}};
    list.faults.push_back({.number = 2, .spec = cut});
    FaultSpec late;
    late.kind = FaultKind::Delay;
    late.from = {"validator-0"};
    late.to = {"validator-1", "validator-2"};
    late.delay = microseconds(1'500);
    late.lasts = seconds(4);
    list.faults.push_back({.number = 5, .spec = late});
    FaultSpec lossy;
    lossy.kind = FaultKind::Loss;
    lossy.targets = {"validator-0"};
    lossy.rate = 12'345;
    list.faults.push_back({.number = 8, .spec = lossy});
    return list;
}

std::string refusal_of(std::string_view text) {
    const auto list = parse_fault_list(text, "f.toml");
    return list.ok() ? "" : std::string(list.status().message());
}

TEST(FaultList, IsReadBackAsItWas) {
    auto list = parse_fault_list(format_fault_list(sample()), "f.toml");
    ASSERT_TRUE(list.ok()) << list.status().message();
    for (NumberedFault& fault : list->faults) {
        EXPECT_GT(fault.spec.line, 0U);
        fault.spec.line = 0;
    }
    EXPECT_EQ(*list, sample());
}

TEST(FaultList, MayBeEmpty) {
    EXPECT_EQ(*parse_fault_list("", "f.toml"), FaultList{});
    const auto none = parse_fault_list(format_fault_list({.next = 4, .faults = {}}), "f.toml");
    ASSERT_TRUE(none.ok()) << none.status().message();
    EXPECT_EQ(none->next, 4U) << "numbers are not used again";
}

TEST(FaultList, SaysWhereItIsWrong) {
    const std::string good = format_fault_list(sample());
    ASSERT_EQ(refusal_of(good), "");
    EXPECT_THAT(refusal_of("next = = 1"), HasSubstr("f.toml:1:"));
    EXPECT_THAT(refusal_of("[[fault]]\nnumber = 0\n"), HasSubstr("next"));
    EXPECT_THAT(refusal_of("next = 1\nlast = 2\n"), HasSubstr("f.toml:2:1: error: "));
    EXPECT_THAT(refusal_of("next = 1\nfault = [3]\n"), HasSubstr("expected a table, got 3"));
    const std::string entry = "at = \"0s\"\nkind = \"loss\"\nrate = \"1%\"\n";
    EXPECT_THAT(refusal_of("next = 1\n[[fault]]\n" + entry), HasSubstr("f.toml:2:"))
        << "without a number";
    EXPECT_THAT(refusal_of("next = 1\n[[fault]]\nnumber = 1\n" + entry),
                HasSubstr("expected a number from 0 to less than 1, got 1"));
    EXPECT_THAT(
        refusal_of("next = 9\n[[fault]]\nnumber = 4\n" + entry + "[[fault]]\nnumber = 4\n" + entry),
        HasSubstr("expected a number from 5 to less than 9, got 4"));
    EXPECT_THAT(refusal_of("next = 9\n[[fault]]\nnumber = 4\nat = \"0s\"\nkind = \"flood\"\n"),
                HasSubstr("f.toml:5:"));
}

}  // namespace
}  // namespace nexus::sim
