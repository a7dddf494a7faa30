#include "sim/env/calibration.hpp"
#include "sim/scenario/parser.hpp"
#include "tests/unit/tools/cli_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nexus::tools {
namespace {

TEST_F(Cli, CalibrateWritesAMachineThatARunUses) {
    const Result made =
        nexus({"calibrate", "--out", path("machine.toml"), "--name", "mine", "--cores", "3"});
    ASSERT_EQ(made.code, 0) << made.err;
    const auto machine = sim::load_machine(path("machine.toml"));
    ASSERT_TRUE(machine.ok()) << machine.status().message();
    EXPECT_EQ(machine->costs.name, "mine");
    EXPECT_EQ(machine->shared_cores, 3U);
    for (const sim::WorkCost& work : machine->costs.works) {
        EXPECT_GT(work.picoseconds, 0);
    }
    EXPECT_GT(machine->costs.packet_picoseconds, 0);
    EXPECT_GT(machine->costs.packet_byte_picoseconds, 0);
    EXPECT_GT(machine->costs.event_picoseconds, 0);
    ASSERT_TRUE(machine->fsync.has_value());
    EXPECT_GT(machine->fsync->nanoseconds, 0);
    EXPECT_FALSE(fs::exists(path("machine.toml.disk"))) << "what was measured is cleared away";

    const Result run = nexus({"sim", "run", path("tiny.toml"), "--machine", path("machine.toml"),
                              "--out", path("run"), "--json"});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_NE(run.out.find("\"calibration\": \"mine\""), std::string::npos);
    EXPECT_EQ(nexus({"sim", "replay", path("run")}).code, 0) << "the run folder knows the machine";
}

TEST_F(Cli, AMachineFileHoldsNothingElse) {
    write(path("more.toml"), "[machine]\nverify_ps = 5\n[validators]\ncount = 7\n");
    const Result run = nexus({"sim", "run", path("tiny.toml"), "--machine", path("more.toml")});
    EXPECT_EQ(run.code, 2);
    EXPECT_NE(run.err.find("expected nothing but a section [machine]"), std::string::npos)
        << run.err;
    write(path("bad.toml"), "[machine]\nverify_ns = 5\n");
    const Result bad = nexus({"sim", "run", path("tiny.toml"), "--machine", path("bad.toml")});
    EXPECT_EQ(bad.code, 2);
    EXPECT_NE(bad.err.find("bad.toml:2:1: error:"), std::string::npos) << bad.err;
    const Result none = nexus({"sim", "run", path("tiny.toml"), "--machine", path("none.toml")});
    EXPECT_EQ(none.code, 2);
}

}  // namespace
}  // namespace nexus::tools
