#include "sim/report/report_json.hpp"
#include "sim/report/run_report.hpp"
#include "tests/unit/tools/cli_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nexus::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A report of a mode, with a throughput and a latency of one transaction.
sim::RunReport report(const std::string& mode, double tps) {
    sim::RunReport report;
    report.scenario = "tiny";
    report.protocol = "simplex";
    report.validators = 4;
    report.mode = mode;
    report.throughput_tps = tps;
    report.latency.record(50'000'000);
    return report;
}

class Compare : public Cli {
protected:
    Compare() {
        put("sim.json", report("simulation", 110));
        put("net.json", report("testnet", 100));
    }
    void put(const std::string& name, const sim::RunReport& report) const {
        write(path(name), sim::to_json(report));
    }
    [[nodiscard]] Result compare(const std::string& one, const std::string& other,
                                 std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"compare", path(one), path(other)});
        return nexus(more);
    }
};

TEST_F(Compare, JudgesBothSidesOfALimit) {
    const Result in = compare("sim.json", "net.json", {"--within", "10.5"});
    EXPECT_EQ(in.code, 0) << in.err;
    EXPECT_THAT(in.out, HasSubstr("+10.0 %"));
    EXPECT_THAT(in.out, HasSubstr("\nholds: transactions/s and latency p50 are within 10.5 %"));
    const Result out = compare("sim.json", "net.json", {"--within", "9.5"});
    EXPECT_EQ(out.code, 1);
    EXPECT_THAT(out.out, HasSubstr("does not hold:"));
    EXPECT_THAT(compare("sim.json", "net.json", {"--within", "9.5", "--json"}).out,
                HasSubstr("\"holds\": false"));
}

TEST_F(Compare, SaysNothingOfALimitThatThereIsNot) {
    const Result table = compare("sim.json", "net.json");
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_THAT(table.out, Not(HasSubstr("hold")));
    const Result json = compare("sim.json", "net.json", {"--json"});
    EXPECT_EQ(json.code, 0);
    EXPECT_THAT(json.out, Not(HasSubstr("hold")));
}

TEST_F(Compare, RefusesALimitThatIsNone) {
    for (const char* within : {"0", "-25", "nan", "inf"}) {
        const Result result = compare("sim.json", "net.json", {std::string("--within=") + within});
        expect_invalid(result, "--within");
    }
}

TEST_F(Compare, WantsASimulationAndATestnet) {
    expect_invalid(compare("net.json", "sim.json"),
                   "net.json: expected the report of a simulation, got one of a testnet");
    expect_invalid(compare("sim.json", "sim.json"),
                   "sim.json: expected the report of a testnet, got one of a simulation");
}

TEST_F(Compare, WantsTheSameScenarioAndSaysWhatDiffers) {
    sim::RunReport other = report("testnet", 100);
    other.scenario = "large";
    other.validators = 7;
    put("other.json", other);
    const Result result = compare("sim.json", "other.json", {"--within", "99"});
    expect_invalid(result, "scenario tiny and large; validators 4 and 7");
    other = report("testnet", 100);
    other.protocol = "another";
    put("other.json", other);
    expect_invalid(compare("sim.json", "other.json"), "got protocol simplex and another");
}

TEST_F(Compare, WantsTheSameLoadLengthAndNetwork) {
    sim::RunReport one = report("simulation", 20);
    one.load = "0s=20 transfer";
    one.load_stop_s = 30;
    one.matrix = "aws";
    one.virtual_seconds = 33.1;
    put("sim.json", one);
    sim::RunReport other = one;
    other.mode = "testnet";
    other.virtual_seconds = 30.2;
    put("net.json", other);
    EXPECT_EQ(compare("sim.json", "net.json").code, 0)
        << "a simulation has a grace, the window of a load has none";

    other.load = "0s=300 transfer";
    other.matrix = "none";
    put("net.json", other);
    expect_invalid(compare("sim.json", "net.json", {"--within", "99"}),
                   "got load 0s=20 transfer and 0s=300 transfer; matrix aws and none");
    other = one;
    other.mode = "testnet";
    other.load_stop_s = 10;
    other.virtual_seconds = 10;
    put("net.json", other);
    expect_invalid(compare("sim.json", "net.json"),
                   "got load_stop_seconds 30 and 10; virtual_seconds 33.1 and 10");
    other.load_stop_s = 30;
    other.virtual_seconds = 30;
    put("net.json", other);
    expect_invalid(compare("sim.json", "net.json"), "got virtual_seconds 33.1 and 30");
}

}  // namespace
}  // namespace nexus::tools
