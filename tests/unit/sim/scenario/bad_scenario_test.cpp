#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>

namespace nexus::sim::tests {
namespace {

/// A scenario that is wrong in one way, and all that is said about it.
struct Bad {
    std::string_view text;
    std::string_view errors;
};

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

void expect_errors(std::span<const Bad> all) {
    for (const Bad& bad : all) {
        EXPECT_EQ(errors_of(bad.text), bad.errors) << bad.text;
    }
}

constexpr Bad kShape[] = {
    {"[network\nloss = 1",
     "s.toml:1:9: error: Error while parsing table header: expected ']', saw '\\n'"},
    {"[network]\nloss = \"1%\"\nloss = \"2%\"\n",
     "s.toml:3:8: error: Error while parsing key-value pair: cannot redefine existing "
     "string 'loss'"},
    {"[netwrk]\n", "s.toml:1:2: error: no section \"netwrk\", did you mean \"network\"?"},
    {"colour = 1\n",
     "s.toml:1:1: error: no section \"colour\", expected one of \"scenario\", "
     "\"network\", \"validators\", \"protocol\", \"blocks\", \"machine\", \"chain\", "
     "\"sovereigns\", \"sovereign\", \"population\", \"load\", \"fault\", and 2 more"},
    {"[fault]\nat = \"1s\"\n",
     "s.toml:1:2: error: section \"fault\" is not of this form, expected [[fault]], got "
     "[fault]"},
    {"[[network]]\n",
     "s.toml:1:3: error: section \"network\" is not of this form, expected [network], got "
     "[[network]]"},
    {"fault = [1]\n",
     "s.toml:1:1: error: section \"fault\" is not of this form, expected [[fault]], got a "
     "list"},
    {"load = \"much\"\n",
     "s.toml:1:1: error: section \"load\" is not of this form, expected [load], got "
     "\"much\""},
    {"[network]\njiter = \"5%\"\n",
     "s.toml:2:1: error: network has no key \"jiter\", did you mean \"jitter\"?"},
    {"[validators]\nflavour = 3\n",
     "s.toml:2:1: error: validators has no key \"flavour\", expected one of \"count\", "
     "\"regions\", \"stake\", \"cores\", \"fsync\""},
    {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q = 1\n",
     "s.toml:1:32: error: nested too deeply, expected at most 16 parts of a key and 16 "
     "brackets"},
    {"[load]\nsteps = [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]\n",
     "s.toml:2:25: error: nested too deeply, expected at most 16 parts of a key and 16 "
     "brackets"},
};

constexpr Bad kValues[] = {
    {"[network]\nloss = 0.1\n",
     "s.toml:2:8: error: network.loss is not a share, expected a text such as \"0.1%\", "
     "got 0.1"},
    {"[network]\nloss = \"5 percent\"\n",
     "s.toml:2:8: error: network.loss is not a share, expected a text such as \"0.1%\", "
     "got \"5 percent\""},
    {"[network]\nloss = \"0.00001%\"\n",
     "s.toml:2:8: error: network.loss is not a share, expected a text such as \"0.1%\", "
     "got \"0.00001%\""},
    {"[network]\nloss = \"101%\"\n",
     "s.toml:2:8: error: network.loss is out of range, expected \"0%\" to \"100%\", got "
     "\"101%\""},
    {"[network]\nloss = \"-1%\"\n",
     "s.toml:2:8: error: network.loss is not a share, expected a text such as \"0.1%\", "
     "got \"-1%\""},
    {"[network]\nlatency = \"asw\"\n",
     "s.toml:2:11: error: network.latency is unknown, expected one of \"aws\", "
     "\"cities\", \"uniform\", got \"asw\", did you mean \"aws\"?"},
    {"[network]\nlatency = 3\n",
     "s.toml:2:11: error: network.latency is unknown, expected one of \"aws\", "
     "\"cities\", \"uniform\", got 3"},
    {"[network]\nbandwidth = \"1Gbit\"\n",
     "s.toml:2:13: error: network.bandwidth is not a bandwidth, expected a text such as "
     "\"1Gbps\", got \"1Gbit\""},
    {"[network]\nbandwidth = \"1bps\"\n",
     "s.toml:2:13: error: network.bandwidth is out of range, expected \"1kbps\" to "
     "\"1Tbps\", got \"1bps\""},
    {"[network]\nuniform_delay = \"5ms\"\n",
     "s.toml:2:17: error: network.uniform_delay without network.latency = \"uniform\", "
     "expected no such key, got latency \"aws\""},
    {"[scenario]\nduration = 60\n",
     "s.toml:2:12: error: scenario.duration is not a duration, expected a text such as "
     "\"250ms\", got 60"},
    {"[scenario]\nduration = \"0s\"\n",
     "s.toml:2:12: error: scenario.duration is out of range, expected \"1ms\" to \"24h\", "
     "got \"0s\""},
    {"[scenario]\nduration = \"48h\"\n",
     "s.toml:2:12: error: scenario.duration is out of range, expected \"1ms\" to \"24h\", "
     "got \"48h\""},
    {"[scenario]\nduration = \"99999999999999999999s\"\n",
     "s.toml:2:12: error: scenario.duration is not a duration, expected a text such as "
     "\"250ms\", got \"99999999999999999999s\""},
    {"[scenario]\nseed = -1\n",
     "s.toml:2:8: error: scenario.seed is out of range, expected 0 to "
     "18446744073709551615, got -1"},
    {"[scenario]\nseed = \"18446744073709551616\"\n",
     "s.toml:2:8: error: scenario.seed is not an integer, expected an integer, got "
     "\"18446744073709551616\""},
    {"[scenario]\nseed = 1.5\n",
     "s.toml:2:8: error: scenario.seed is not an integer, expected an integer, got 1.5"},
    {"[scenario]\nname = \"\"\n",
     "s.toml:2:8: error: scenario.name is of wrong length, expected 1 to 64 bytes, got 0"},
    {"[scenario]\nname = \"a\\u0007b\"\n",
     "s.toml:2:8: error: scenario.name has a control character, expected text of one "
     "line, got \"a\\u0007b\""},
    {"[blocks]\nbytes_max = 1000000\n",
     "s.toml:2:13: error: blocks.bytes_max is not a size, expected a text such as "
     "\"1MB\", got 1000000"},
    {"[blocks]\nbytes_max = \"5GB\"\n",
     "s.toml:2:13: error: blocks.bytes_max is out of range, expected \"1kB\" to \"64MB\", "
     "got \"5GB\""},
    {"[chain]\nfee = -1\n",
     "s.toml:2:7: error: chain.fee is out of range, expected 0 to 1000000000000000000, "
     "got -1"},
    {"[chain]\nfee = \"1e3\"\n",
     "s.toml:2:7: error: chain.fee is not an amount, expected an integer or a text of "
     "digits, got \"1e3\""},
    {"[validators]\nregions = \"eu-west-1\"\n",
     "s.toml:2:11: error: validators.regions is not a list of texts, expected a list such "
     "as [\"a\", \"b\"], got \"eu-west-1\""},
    {"[validators]\nregions = []\n",
     "s.toml:2:11: error: validators.regions is of wrong length, expected 1 to 1000 "
     "items, got 0"},
    {"[validators]\nregions = [1979-05-27]\n",
     "s.toml:2:12: error: validators.regions is not a list of texts, expected a list such "
     "as [\"a\", \"b\"], got a date or time"},
    {"[expect]\nall = [\"height is high\"]\n",
     "s.toml:2:8: error: expect.all cannot be read, expected metric, comparison and "
     "number such as \"latency_p99_ms < 2500\", got \"height is high\""},
    {"[expect]\nall = [\"height >= nan\"]\n",
     "s.toml:2:8: error: expect.all cannot be read, expected metric, comparison and "
     "number such as \"latency_p99_ms < 2500\", got \"height >= nan\""},
    {"[expect]\nviolations = [\"agrement\"]\n",
     "s.toml:2:15: error: expect.violations is unknown, expected one of \"agreement\", "
     "\"validity\", \"supply\", \"ownership\", \"no_lost_transaction\", \"certificates\", "
     "\"light_clients\", \"no_halt\", got \"agrement\", did you mean \"agreement\"?"},
    {"[[sovereign]]\nname = \"A\"\nlatitude = 91\n",
     "s.toml:3:12: error: sovereign.latitude is out of range, expected -90.0 to 90.0, got "
     "91"},
    {"[[sovereign]]\nname = \"A\"\nskills = [\"a  b\"]\n",
     "s.toml:3:11: error: sovereign.skills names what the ledger does not take, expected "
     "letters, digits and single -_.' between, got \"a  b\""},
};

constexpr Bad kWorld[] = {
    {"[validators]\ncount = 0\n",
     "s.toml:2:9: error: validators.count is out of range, expected 1 to 1000, got 0"},
    {"[validators]\nregions = [\"eu-west-1\", \"eu-wset-1\"]\n",
     "s.toml:2:25: error: no region \"eu-wset-1\" in the matrix \"aws\", expected one of "
     "\"eu-west-1\", \"eu-south-1\", \"us-east-1\", did you mean \"eu-west-1\"?"},
    {"[network]\nlatency = \"cities\"\n[validators]\nregions = [\"Tokio\"]\n",
     "s.toml:4:12: error: no region \"Tokio\" in the matrix \"cities\", expected one of "
     "\"Melbourne\", \"Tokyo\", did you mean \"Tokyo\"?"},
    {"[validators]\nstake = 0\n",
     "s.toml:2:9: error: validators.stake is out of range, expected 1 to "
     "9223372036854775807, got 0"},
    {"[validators]\nstake = [1, 2]\n",
     "s.toml:2:9: error: validators.stake is of wrong length, expected 4 items, one for "
     "each validator, got 2"},
    {"[validators]\ncount = 3\nstake = [9223372036854775807, 9223372036854775807, 2]\n",
     "s.toml:3:9: error: the stakes do not add up, expected a sum below 2^64, got "
     "18446744073709551614 and more"},
    {"[protocol]\nname = \"simplx\"\nview_timeout_ms = 5\n",
     "s.toml:2:8: error: protocol.name is unknown, expected one of \"simplex\", got "
     "\"simplx\", did you mean \"simplex\"?"},
    {"[protocol]\nview_timeout = 5\n",
     "s.toml:2:1: error: protocol has no key \"view_timeout\", did you mean "
     "\"view_timeout_ms\"?"},
    {"[protocol]\nview_timeout_ms = 0\n",
     "s.toml:2:19: error: protocol.view_timeout_ms is out of range, expected 1 to "
     "3600000, got 0"},
    {"[protocol]\nview_timeout_ms = \"5ms\"\n",
     "s.toml:2:19: error: protocol.view_timeout_ms is not an integer, expected an "
     "integer, got \"5ms\""},
    {"[sovereigns]\nfrom = \"none.csv\"\n",
     "s.toml:2:8: error: sovereigns.from cannot be read, expected a CSV file, got: no "
     "file none.csv"},
    {"[sovereigns]\nfrom = \"societies.csv\"\ntake = 4\n",
     "s.toml:3:8: error: sovereigns.take is more than there are, expected at most 3, got 4"},
    {"[sovereigns]\ntake = 4\n",
     "s.toml:2:8: error: sovereigns.take without sovereigns.from, expected a file to take "
     "from"},
    {"[sovereigns]\nfrom = \"societies.csv\"\ntreasury = 2_000_000\ntake = 1\n",
     "s.toml:3:12: error: the agent of sovereign \"Cabin\" cannot pay its treasury, "
     "expected at most chain.account_balance = 1000000, got 2000000"},
    {"[network]\nlatency = \"cities\"\n[sovereigns]\nfrom = \"societies.csv\"\ntake = 1\n",
     "societies.csv:2:61: error: no region \"us-east-1\" in the matrix \"cities\", "
     "expected one of \"Melbourne\", \"Tokyo\""},
    {"[[sovereign]]\nidea = \"none\"\n",
     "s.toml:1:1: error: sovereign has no \"name\", expected name = a text"},
    {"[[sovereign]]\nname = \"A\"\n[[sovereign]]\nname = \"A\"\n",
     "s.toml:4:8: error: sovereign \"A\" twice, expected names that differ"},
    {"[[sovereign]]\nname = \"RNS.ID\"\n[[sovereign]]\nname = \"rns id\"\n",
     "s.toml:4:8: error: sovereigns \"RNS.ID\" and \"rns id\" make the same node, "
     "expected names that differ in letters or digits, got sovereign-rns-id twice"},
    {"[[sovereign]]\nname = \"日本\"\n",
     "s.toml:2:8: error: sovereign \"日本\" has no letter for a node's name, expected at "
     "least one of a-z or 0-9"},
    {"[[sovereign]]\nname = \"A\"\nadmits = \"skilled\"\n",
     "s.toml:3:10: error: sovereign \"A\" admits the skilled without saying whom, "
     "expected skills, got none"},
    {"[[population]]\nname = \"p\"\ncount = 1\n",
     "s.toml:1:1: error: population \"p\" has nowhere to go, expected a [sovereigns] or "
     "[[sovereign]], got none"},
    {"[sovereigns]\nfrom = \"societies.csv\"\n[[population]]\nname = \"p\"\ncount = 1\n"
     "sovereigns = [\"Prospera\"]\n",
     "s.toml:6:15: error: no sovereign \"Prospera\", expected one of \"Cabin\", "
     "\"Próspera\", \"W3ST\", did you mean \"Próspera\"?"},
    {"[sovereigns]\nfrom = \"societies.csv\"\n[[population]]\nname = \"p\"\ncount = 1\n"
     "join_within = \"61s\"\n",
     "s.toml:6:15: error: population.join_within is after the end, expected at most "
     "\"60s\", got \"61s\""},
    {"[sovereigns]\nfrom = \"societies.csv\"\n[[population]]\nname = \"p\"\ncount = 1\n"
     "[[population]]\nname = \"p\"\ncount = 1\n",
     "s.toml:7:8: error: population \"p\" twice, expected names that differ"},
    {"[load]\nstop = \"61s\"\n",
     "s.toml:2:8: error: load.stop is after the end, expected at most \"60s\", got \"61s\""},
    {"[load]\nsteps = {0s = 1, 5s = 2, 5s = 3}\n",
     "s.toml:2:31: error: Error while parsing key-value pair: cannot redefine existing "
     "integer '5s'"},
    {"[load]\nsteps = {10s = 1, 5s = 2}\n",
     "s.toml:2:19: error: load.steps do not rise in time, expected a time after \"10s\", "
     "got \"5s\""},
    {"[load]\nsteps = {0s = 1, 60s = 2}\n",
     "s.toml:2:18: error: a step of load.steps never starts, expected a time before "
     "load.stop = \"60s\", got \"60s\""},
    {"[load]\nsteps = {soon = 1}\n",
     "s.toml:2:10: error: load.steps has no time before the sign, expected a key such as "
     "20s or \"1.5s\", got \"soon\""},
    {"[load]\nsteps = {1.5s = 1}\n",
     "s.toml:2:10: error: load.steps has no time before the sign, expected a key such as "
     "20s or \"1.5s\", got \"1\""},
    {"[load]\nmix = {transfer = 7, mission_open = 3}\n",
     "s.toml:2:22: error: load.mix has no kind \"mission_open\", expected one of \"transfer\", "
     "\"treasury_deposit\", \"profile_update\", \"credential_anchor\", \"mission_create\", "
     "\"mission_apply\", \"asset_register\", did you mean \"mission_apply\"?"},
    {"[load]\nmix = {transfer = 0}\n",
     "s.toml:2:19: error: load.mix is out of range, expected weights 1 to 1000000, got 0"},
    {"[load]\nmix = \"transfer\"\n",
     "s.toml:2:7: error: load.mix is not a table of kinds and weights, expected {transfer = 70, "
     "mission_create = 30}, got \"transfer\""},
    {"[load]\ntransaction_bytes = 100\n",
     "s.toml:2:21: error: load.transaction_bytes is less than a transfer takes, expected 0 or 200 "
     "to 1024, got 100"},
    {"[load]\nsteps = {0s = -1}\n",
     "s.toml:2:15: error: load.steps is out of range, expected 0 to 1000000 a second, got "
     "-1"},
    {"[expect]\nall = [\"latency_p98_ms < 5\"]\n",
     "s.toml:2:8: error: no metric \"latency_p98_ms\", did you mean \"latency_p90_ms\"?"},
    {"[expect]\nall = [\"happiness > 5\"]\n",
     "s.toml:2:8: error: no metric \"happiness\", expected one of \"finalized_blocks\", "
     "\"height\", \"throughput_tps\", \"latency_p50_ms\", \"latency_p90_ms\", "
     "\"latency_p99_ms\", \"latency_max_ms\", \"consensus_latency_p50_ms\", "
     "\"consensus_latency_p99_ms\", \"longest_commit_gap_ms\", \"submitted\", "
     "\"finalized\", and 21 more"},
};

constexpr Bad kFaults[] = {
    {"[[fault]]\nat = \"1s\"\n",
     "s.toml:1:1: error: fault has no \"kind\", expected kind = one of \"crash\", "
     "\"restart\", \"partition\", \"block\", \"heal\", \"slow\", \"loss\", \"duplicate\", "
     "\"reorder\", \"delay\", \"bandwidth\", \"wipe\""},
    {"[[fault]]\nat = \"1s\"\nkind = \"crush\"\ntarget = \"leader\"\n",
     "s.toml:3:8: error: fault.kind is unknown, expected one of \"crash\", \"restart\", "
     "\"partition\", \"block\", \"heal\", \"slow\", \"loss\", \"duplicate\", \"reorder\", "
     "\"delay\", \"bandwidth\", \"wipe\", got \"crush\", did you mean \"crash\"?"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\n",
     "s.toml:3:8: error: a fault of kind \"crash\" has no \"targets\", expected targets = "
     "..."},
    {"[[fault]]\nat = \"60s\"\nkind = \"crash\"\ntarget = \"leader\"\n",
     "s.toml:2:6: error: fault.at is after the end, expected less than \"60s\", got "
     "\"60s\""},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntarget = \"validator-4\"\n",
     "s.toml:4:10: error: no node \"validator-4\", expected validator-0 to validator-3, a "
     "sovereign, region:NAME or leader, did you mean \"validator-0\"?"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntarget = \"region:eu-west-2\"\n",
     "s.toml:4:10: error: no node \"region:eu-west-2\", expected validator-0 to "
     "validator-3, a sovereign, region:NAME or leader, did you mean \"region:eu-west-1\"?"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntarget = \"leader\"\nrate = \"5%\"\n",
     "s.toml:5:8: error: fault.rate with kind \"crash\", expected no such key"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntarget = \"leader\"\ntargets = [\"leader\"]\n",
     "s.toml:4:10: error: fault.target beside fault.targets, expected one of them"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntargets = [\"leader\", \"leader\"]\n",
     "s.toml:4:22: error: fault.targets names \"leader\" twice, expected each once"},
    {"[[sovereign]]\nname = \"A\"\n[[fault]]\nat = \"1s\"\nkind = \"restart\"\ntarget = \"A\"\n",
     "s.toml:6:10: error: a restart of \"sovereign-a\", expected a crash of it before"},
    {"[[sovereign]]\nname = \"A\"\n[[fault]]\nat = \"1s\"\nkind = \"wipe\"\ntarget = \"A\"\n",
     "s.toml:6:10: error: a wipe of \"sovereign-a\", expected validators: others have no disk"},
    {"[[fault]]\nat = \"1s\"\nkind = \"restart\"\ntarget = \"validator-0\"\n",
     "s.toml:4:10: error: a restart of \"validator-0\", expected a crash of it before"},
    {"[[fault]]\nat = \"1s\"\nkind = \"heal\"\n",
     "s.toml:3:8: error: nothing to heal, expected a partition or block before"},
    {"[[fault]]\nat = \"1s\"\nkind = \"block\"\ntarget = \"validator-0\"\n",
     "s.toml:4:10: error: a block needs somebody on both sides, expected at least 2 "
     "targets, got 1"},
    {"[[fault]]\nat = \"1s\"\nkind = \"slow\"\ntarget = \"validator-0\"\nfactor = 0\n",
     "s.toml:5:10: error: fault.factor is out of range, expected 1 to 100000, got 0"},
    {"[[fault]]\nat = \"1s\"\nkind = \"loss\"\nrate = \"1%\"\ntarget = \"validator-0\"\n"
     "from = [\"validator-1\"]\n",
     "s.toml:6:8: error: fault.from or fault.to beside fault.targets, expected either sides or "
     "targets"},
    {"[[fault]]\nat = \"1s\"\nkind = \"loss\"\nrate = \"1%\"\nfrom = [\"validator-0\"]\n"
     "to = [\"validator-0\"]\n",
     "s.toml:6:6: error: no link leads from \"validator-0\" to itself, expected another node"},
    {"[[fault]]\nat = \"1s\"\nkind = \"reorder\"\nrate = \"1%\"\nto = [\"validator-7\"]\n",
     "s.toml:5:7: error: no node \"validator-7\", expected validator-0 to validator-3, a "
     "sovereign, "
     "region:NAME or leader, did you mean \"validator-0\"?"},
    {"[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntarget = \"leader\"\nfrom = [\"validator-0\"]\n",
     "s.toml:5:8: error: fault.from with kind \"crash\", expected no such key"},
    {"[[fault]]\nat = \"1s\"\nkind = \"partition\"\ngroups = [[\"validator-0\"]]\n",
     "s.toml:4:10: error: fault.groups is of wrong length, expected 2 to 100 items, got 1"},
    {"[[fault]]\nat = \"1s\"\nkind = \"partition\"\n"
     "groups = [[\"validator-0\", \"validator-1\"],\n  [\"validator-1\"]]\n",
     "s.toml:5:3: error: validator-1 is in groups 0 and 1 of a partition, expected one"},
    {"[[fault]]\nat = \"1s\"\nkind = \"partition\"\ngroups = [[\"validator-0\"], []]\n",
     "s.toml:4:28: error: group 1 of a partition is empty, expected nodes: only the first "
     "may be empty, it gets all others"},
    {"[[fault]]\nat = \"1s\"\nkind = \"partition\"\ngroups = [[], [\"leader\"]]\n",
     "s.toml:4:16: error: the leader cannot be named here, expected a node"},
    {"[[byzantine]]\nvalidators = [4]\nbehaviour = \"silent\"\n",
     "s.toml:2:15: error: no validator 4, expected 0 to 3, got 4"},
    {"[[byzantine]]\nvalidators = [1, 1]\nbehaviour = \"silent\"\n",
     "s.toml:2:18: error: byzantine.validators names 1 twice, expected each once"},
    {"[[byzantine]]\nvalidators = [0, 1, 2, 3]\nbehaviour = \"silent\"\n",
     "s.toml:2:24: error: every validator is Byzantine, expected at most 3 of 4, got 4"},
    {"[[byzantine]]\nvalidators = [0]\nbehaviour = \"silent\"\n"
     "[[byzantine]]\nvalidators = [0]\nbehaviour = \"twins\"\n",
     "s.toml:5:15: error: validator 0 has two behaviours, expected one"},
    {"[[byzantine]]\nvalidators = [0]\nbehaviour = \"delayer\"\n",
     "s.toml:3:13: error: a delayer without delay, expected delay = \"250ms\" or the like"},
    {"[[byzantine]]\nvalidators = [0]\nbehaviour = \"silent\"\ndelay = \"1s\"\n",
     "s.toml:4:9: error: byzantine.delay of behaviour \"silent\", expected no such key: "
     "only a delayer has it"},
    {"[[byzantine]]\nvalidators = [-1]\nbehaviour = \"silent\"\n",
     "s.toml:2:15: error: byzantine.validators is not a list of integers, expected a list "
     "such as [0, 3], got -1"},
};

TEST(BadScenario, OfWrongShapeIsReportedWithItsPlace) { expect_errors(kShape); }
TEST(BadScenario, WithWrongValuesIsReportedWithItsPlace) { expect_errors(kValues); }
TEST(BadScenario, OfAnImpossibleWorldIsReportedWithItsPlace) { expect_errors(kWorld); }
TEST(BadScenario, WithImpossibleFaultsIsReportedWithItsPlace) { expect_errors(kFaults); }

constexpr Bad kNames[] = {
    {"[[sovereign]]\nname = \"A\"\n[[population]]\nname = \"validator\"\ncount = 1\n",
     "s.toml:4:8: error: a validator and population \"validator\" make the same node, expected "
     "names that differ in letters or digits, got validator-0 twice"},
    {"[[sovereign]]\nname = \"A\"\n[load]\nsteps = {0s = 1}\n"
     "[[population]]\nname = \"Load\"\ncount = 1\n",
     "s.toml:6:8: error: a source of the load and population \"Load\" make the same node, expected "
     "names that differ in letters or digits, got load-0 twice"},
    {"[[sovereign]]\nname = \"A\"\n[[population]]\nname = \"settlers\"\ncount = 2\n"
     "[[population]]\nname = \"SETTLERS\"\ncount = 2\n",
     "s.toml:7:8: error: population \"settlers\" and population \"SETTLERS\" make the same node, "
     "expected names that differ in letters or digits, got settlers-0 twice"},
    {"[[sovereign]]\nname = \"1\"\n[[population]]\nname = \"sovereign\"\ncount = 2\n",
     "s.toml:4:8: error: sovereign \"1\" and population \"sovereign\" make the same node, expected "
     "names that differ in letters or digits, got sovereign-1 twice"},
    {"[[sovereign]]\nname = \"A\"\n[[population]]\nname = \"日本\"\ncount = 1\n",
     "s.toml:4:8: error: population \"日本\" has no letter for a node's name, expected at least "
     "one of a-z or 0-9"},
    {"[[sovereign]]\nname = \"validator-0\"\n",
     "s.toml:2:8: error: sovereign \"validator-0\" has the name of a validator, "
     "expected one that means nobody else as the target of a fault"},
    {"[[byzantine]]\nvalidators = [1]\nbehaviour = \"twins\"\n"
     "[[sovereign]]\nname = \"validator-1-twin\"\n",
     "s.toml:5:8: error: sovereign \"validator-1-twin\" has the name of the twin of a validator, "
     "expected one that means nobody else as the target of a fault"},
    {"[[sovereign]]\nname = \"A\"\n[[sovereign]]\nname = \"sovereign-a\"\n",
     "s.toml:4:8: error: sovereign \"sovereign-a\" has the name of sovereign \"A\", "
     "expected one that means nobody else as the target of a fault"},
    {"[[sovereign]]\nname = \"leader\"\n",
     "s.toml:2:8: error: sovereign \"leader\" has the name of whoever leads, "
     "expected one that means nobody else as the target of a fault"},
    {"[[sovereign]]\nname = \"region:eu-west-1\"\n",
     "s.toml:2:8: error: sovereign \"region:eu-west-1\" has the name of the validators of a "
     "region, "
     "expected one that means nobody else as the target of a fault"},
};

TEST(BadScenario, WithTwoNodesOfOneNameIsReportedWithItsPlace) { expect_errors(kNames); }

TEST(ParseScenario, TakesNamesThatOnlyLookLikeThoseOfOthers) {
    EXPECT_EQ(errors_of("[[sovereign]]\nname = \"validator-9\"\n[validators]\ncount = 4\n"
                        "[[population]]\nname = \"load\"\ncount = 3\n"
                        "[[population]]\nname = \"load-1\"\ncount = 3\n"),
              "")
        << "there is no load, and no tenth validator";
}

TEST(ParseScenario, ReportsEverythingInTheOrderOfTheFile) {
    const std::string errors = errors_of(
        "[scenario]\nduration = 60\n[[fault]]\nat = \"70s\"\nkind = \"crash\"\ntarget = "
        "\"leader\"\n"
        "[network]\nloss = 1\n");
    EXPECT_EQ(
        errors,
        "s.toml:2:12: error: scenario.duration is not a duration, expected a text such as "
        "\"250ms\", got 60\n"
        "s.toml:4:6: error: fault.at is after the end, expected less than \"60s\", got \"70s\"\n"
        "s.toml:8:8: error: network.loss is not a share, expected a text such as \"0.1%\", got 1");
}

TEST(ParseScenario, LooksForDepthOutsideTextsOnly) {
    const std::string dots(100, '.');
    const std::string brackets(100, '[');
    EXPECT_EQ(
        errors_of("# " + dots + brackets + "\n[scenario]\nsummary = \"\"\"\n" + dots + "\\\"" +
                  brackets + "\"\"\"\"\"\nname = 'a" + dots.substr(50) + "' # " + brackets + "\n"),
        "");
    EXPECT_NE(errors_of("name = \"\"\"\"\"\"\"\n[" + dots), "");
}

TEST(ParseScenario, SurvivesTextMadeToExhaustTheStack) {
    for (const std::string piece : {"[", "{a=", "a.", "\"=\".", "'#'.", "\"\\\\\".", "\"é\" . "}) {
        std::string text = "a = [";
        for (int i = 0; i < 50'000; ++i) {
            text += piece;
        }
        EXPECT_NE(errors_of(text), "") << piece;
        EXPECT_NE(errors_of(text.substr(4) + "b]\n"), "") << piece;
    }
}

TEST(ParseScenario, StopsAfterTwentyErrors) {
    std::string text = "[network]\n";
    for (int i = 0; i < 25; ++i) {
        text += "unknown_" + std::to_string(i) + " = 1\n";
    }
    const std::string errors = errors_of(text);
    EXPECT_TRUE(errors.ends_with("\ns.toml: 5 more errors")) << errors;
    EXPECT_EQ(first_line(errors).substr(0, 18), "s.toml:2:1: error:");
}

TEST(ParseScenario, NamesTheFileThatIsWrong) {
    SmallWorld resolver;
    resolver.put("societies.csv", "name,latitude\nA,1\nB,north\n");
    const auto parsed =
        parse_scenario("[sovereigns]\nfrom = \"societies.csv\"\ntake = 9\n", "x/s.toml", resolver);
    EXPECT_EQ(
        std::string(parsed.status().message()),
        "x/s.toml:3:8: error: sovereigns.take is more than there are, expected at most 2, got 9\n"
        "x/societies.csv:3:3: error: latitude is not in degrees, expected -90.0 to 90.0 with at "
        "most six decimals, got \"north\"");
}

}  // namespace
}  // namespace nexus::sim::tests
