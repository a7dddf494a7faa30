#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "tests/property/consensus/simplex/simplex_network.hpp"
#include "tests/support/seed.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::SimplexNetwork;
using toy::ToyCommittee;

bool all_committed(const SimplexNetwork& network, std::uint64_t height) {
    for (std::size_t i = 0; i < network.size(); ++i) {
        if (network.is_honest(i) && network.is_up(i) && network.committed(i).value < height) {
            return false;
        }
    }
    return true;
}

/// All honest hosts commit `blocks` more than anybody had, in the time given.
void expect_progress(SimplexNetwork& network, std::uint64_t blocks, Duration within) {
    const std::uint64_t goal = network.committed_max().value + blocks;
    const Instant begin = network.now();
    while (!all_committed(network, goal) && network.now() - begin < within) {
        network.run_for(milliseconds(250));
    }
    for (std::size_t i = 0; i < network.size(); ++i) {
        if (network.is_honest(i) && network.is_up(i)) {
            EXPECT_GE(network.committed(i).value, goal)
                << "host " << i << " is in view " << network.machine(i).status().view.value;
        }
    }
}

void draw_faults(SimplexNetwork& network) {
    auto& prng = network.prng();
    network.faults.drop_ppm = static_cast<std::uint32_t>(prng.below(250'000));
    network.faults.duplicate_ppm = static_cast<std::uint32_t>(prng.below(200'000));
    network.faults.delay_max = milliseconds(prng.below(2) == 0 ? 20 : prng.between(1, 300));
}

/// A second of trouble: partitions, crashes, restarts, drawn anew.
void disturb(SimplexNetwork& network, std::uint32_t crash_ppm) {
    auto& prng = network.prng();
    network.faults.crash_ppm = crash_ppm;
    const bool is_split = prng.below(3) == 0;
    for (std::size_t i = 0; i < network.size(); ++i) {
        network.set_group(i, is_split ? static_cast<std::uint32_t>(prng.below(2)) : 0);
        if (!network.is_up(i) && prng.below(2) == 0) {
            network.start(i);
        }
    }
    if (crash_ppm > 0 && prng.below(8) == 0) {
        for (std::size_t i = 0; i < network.size(); ++i) {
            network.crash(i);
        }
        ++network.probes["cluster_crashed"];
    }
    network.run_for(seconds(1));
}

void heal(SimplexNetwork& network) {
    network.faults = {};
    network.heal();
    for (std::size_t i = 0; i < network.size(); ++i) {
        if (!network.is_up(i)) {
            network.start(i);
        }
    }
}

/// Short timeouts: more views, and more ways to go wrong, in a second.
Parameters impatient(std::uint64_t seed) {
    Parameters parameters = ToyCommittee::parameters();
    parameters["view_timeout_ms"] = seed % 2 == 0 ? 300 : 2'000;
    parameters["resend_ms"] = seed % 3 == 0 ? 200 : 1'000;
    parameters["certificate_relay"] = seed % 5 == 0 ? 1 : 0;
    return parameters;
}

/// Sums over all cases, to see that what the test is about did happen.
using Totals = std::map<std::string, std::uint64_t, std::less<>>;

/// Runs seeds one after the other until one fails; each prints how to run it alone.
void for_seeds(const std::string& test, std::uint64_t count, Totals& totals,
               const std::function<SimplexNetwork(std::uint64_t)>& run) {
    const std::uint64_t first = tests::seed_from_environment(1);
    for (std::uint64_t seed = first; seed < first + tests::case_count(count); ++seed) {
        SCOPED_TRACE(tests::replay_line(seed, test));
        SimplexNetwork network = run(seed);
        EXPECT_THAT(network.breaches, testing::IsEmpty());
        for (const auto& [name, value] : network.probes) {
            totals[name] += value;
        }
        for (const auto& [name, value] : network.evidence) {
            totals[name] += value;
        }
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

void expect_happened(const Totals& totals, const std::vector<std::string>& names) {
    if (tests::case_count(2) == 1) {
        return;  // a replay of one seed need not show everything
    }
    for (const std::string& name : names) {
        EXPECT_TRUE(totals.contains(name)) << name << " never happened, so it was not tested";
    }
}

TEST(SimplexAgreement, CommitsWithoutFaultsAtNetworkSpeed) {
    SimplexNetwork network(ToyCommittee::equal(4), 1);
    for (std::uint32_t i = 0; i < 4; ++i) {
        network.add(ValidatorIndex{i});
    }
    network.start_all();
    network.run_for(seconds(20));

    EXPECT_THAT(network.breaches, testing::IsEmpty());
    EXPECT_GE(network.committed(0).value, 150U) << "a view takes about two delays of 50 ms";
    EXPECT_EQ(network.probes["timeout"], 0U);
    EXPECT_EQ(network.probes["laggard_helped"], 0U);
    EXPECT_LE(network.records(0), 12U) << "old records are forgotten";
}

TEST(SimplexAgreement, RunsAloneWithOneValidator) {
    SimplexNetwork network(ToyCommittee::equal(1), 1);
    network.add(ValidatorIndex{0});
    network.start_all();
    network.run_for(seconds(2));
    network.crash(0);
    network.start(0);
    expect_progress(network, 10, seconds(10));
    EXPECT_THAT(network.breaches, testing::IsEmpty());
}

TEST(SimplexAgreement, RepeatsItselfForTheSameSeed) {
    const auto run = [](std::uint64_t seed) {
        SimplexNetwork network(ToyCommittee::equal(4), seed);
        for (std::uint32_t i = 0; i < 4; ++i) {
            network.add(ValidatorIndex{i});
        }
        draw_faults(network);
        network.start_all();
        for (int second = 0; second < 5; ++second) {
            disturb(network, 5'000);
        }
        return network.digest();
    };
    EXPECT_EQ(run(7), run(7));
    EXPECT_NE(run(7), run(8)) << "a digest that never changes would prove nothing";
}

TEST(SimplexAgreement, HoldsUnderLossPartitionsAndCrashes) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsUnderLossPartitionsAndCrashes", 300, totals,
              [](std::uint64_t seed) {
                  const auto size = static_cast<std::uint32_t>(4 + seed % 4);
                  SimplexNetwork network(ToyCommittee::equal(size), seed, impatient(seed));
                  for (std::uint32_t i = 0; i < size; ++i) {
                      network.add(ValidatorIndex{i});
                  }
                  draw_faults(network);
                  network.start_all();
                  const std::uint32_t crash_ppm = seed % 3 == 0 ? 20'000 : 2'000;
                  for (int second = 0; second < 15; ++second) {
                      disturb(network, crash_ppm);
                  }
                  heal(network);
                  expect_progress(network, 5, seconds(30));
                  return network;
              });
    expect_happened(totals, {"host_crashed", "cluster_crashed", "recovered", "timeout",
                             "rebroadcast", "laggard_helped", "block_fetched", "synced"});
}

/// Takes the disks of some, so that no more than `sick_max` have to recover at once.
void wipe_some(SimplexNetwork& network, std::size_t sick_max) {
    std::size_t sick = 0;
    for (std::size_t i = 0; i < network.size(); ++i) {
        sick += network.is_sick(i) ? 1 : 0;
    }
    for (std::size_t i = 0; i < network.size() && sick < sick_max; ++i) {
        if (network.is_honest(i) && !network.is_sick(i) && network.prng().below(3) == 0) {
            network.wipe(i);
            network.start(i);
            ++network.probes["host_wiped"];
            ++sick;
        }
    }
}

/// Seconds of loss, cuts, crashes and lost disks.
void disturb_with_wipes(SimplexNetwork& network, std::uint64_t seed, std::size_t sick_max) {
    draw_faults(network);
    network.start_all();
    for (int round = 0; round < 12; ++round) {
        disturb(network, seed % 2 == 0 ? 2'000 : 0);
        // At any moment, not at whole seconds only: a view lasts a tenth of one.
        network.run_for(milliseconds(network.prng().between(0, 400)));
        wipe_some(network, sick_max);
        network.run_for(milliseconds(network.prng().between(0, 400)));
    }
}

TEST(SimplexAgreement, HoldsWhereValidatorsLoseTheirDisks) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsWhereValidatorsLoseTheirDisks", 200, totals,
              [](std::uint64_t seed) {
                  const auto size = static_cast<std::uint32_t>(4 + seed % 4);
                  SimplexNetwork network(ToyCommittee::equal(size), seed, impatient(seed));
                  for (std::uint32_t i = 0; i < size; ++i) {
                      network.add(ValidatorIndex{i});
                  }
                  disturb_with_wipes(network, seed, (size - 1) / 3);
                  heal(network);
                  expect_progress(network, 5, seconds(60));
                  return network;
              });
    expect_happened(totals, {"host_wiped", "amnesia_ended", "host_crashed", "recovered"});
}

TEST(SimplexAgreement, HoldsWhereDisksAreLostBesideALiarAndStakesDiffer) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsWhereDisksAreLostBesideALiarAndStakesDiffer", 120, totals,
              [](std::uint64_t seed) {
                  const bool is_equal = seed % 2 == 0;
                  SimplexNetwork network(
                      is_equal ? ToyCommittee::equal(7) : ToyCommittee({50, 30, 10, 29, 31, 20}),
                      seed, impatient(seed));
                  for (std::uint32_t i = 0; i < (is_equal ? 6 : 5); ++i) {
                      network.add(ValidatorIndex{i});
                  }
                  network.add_liar(ValidatorIndex{is_equal ? 6U : 5U});
                  // More than are tolerated: what is silent for ever is safe.
                  disturb_with_wipes(network, seed, 2);
                  return network;
              });
    expect_happened(totals, {"host_wiped", "amnesia_ended", "nullify and finalize"});
}

TEST(SimplexAgreement, BreaksWhereAWipedValidatorBelievesToBeNew) {
    std::size_t double_signs = 0;
    for (std::uint64_t seed = 1; seed <= 40 && double_signs == 0; ++seed) {
        SimplexNetwork network(ToyCommittee::equal(4), seed, impatient(seed));
        network.naive = true;
        for (std::uint32_t i = 0; i < 4; ++i) {
            network.add(ValidatorIndex{i});
        }
        disturb_with_wipes(network, seed, 1);
        for (const std::string& breach : network.breaches) {
            double_signs += breach.find("an honest validator signs") != std::string::npos ? 1 : 0;
        }
    }
    EXPECT_GT(double_signs, 0U) << "or the tests above would see nothing";
}

// Stake counts, heads do not: here two of five hold more than two thirds.
TEST(SimplexAgreement, HoldsForUnequalStake) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsForUnequalStake", 60, totals, [](std::uint64_t seed) {
        SimplexNetwork network(ToyCommittee({50, 30, 10, 9, 1}), seed, impatient(seed));
        for (std::uint32_t i = 0; i < 5; ++i) {
            network.add(ValidatorIndex{i});
        }
        draw_faults(network);
        network.start_all();
        for (int second = 0; second < 10; ++second) {
            disturb(network, 5'000);
        }
        heal(network);
        expect_progress(network, 5, seconds(30));
        return network;
    });
}

TEST(SimplexAgreement, GoesOnWithSilentValidators) {
    Totals totals;
    for_seeds("SimplexAgreement.GoesOnWithSilentValidators", 60, totals, [](std::uint64_t seed) {
        SimplexNetwork network(ToyCommittee::equal(7), seed, impatient(seed));
        for (std::uint32_t i = 0; i < 5; ++i) {  // 5 and 6 never exist: two views in a row fail
            network.add(ValidatorIndex{i});
        }
        draw_faults(network);
        network.start_all();
        for (int second = 0; second < 10; ++second) {
            disturb(network, 0);
        }
        heal(network);
        expect_progress(network, 10, seconds(60));
        return network;
    });
    expect_happened(totals, {"nullified"});
}

/// Every validator of `twins` lives twice, with one key, on different sides of changing splits.
SimplexNetwork run_with_twins(std::uint64_t seed, std::uint32_t size,
                              const std::vector<std::uint32_t>& twins) {
    SimplexNetwork network(ToyCommittee::equal(size), seed, impatient(seed));
    for (std::uint32_t i = 0; i < size; ++i) {
        network.add(ValidatorIndex{i});
    }
    for (const std::uint32_t twin : twins) {
        network.add(ValidatorIndex{twin});
    }
    draw_faults(network);
    network.faults.drop_ppm /= 4;
    network.start_all();
    for (int second = 0; second < 15; ++second) {
        disturb(network, seed % 2 == 0 ? 2'000 : 0);
    }
    heal(network);
    return network;
}

TEST(SimplexAgreement, HoldsAgainstEquivocatingTwins) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsAgainstEquivocatingTwins", 100, totals,
              [](std::uint64_t seed) {
                  const bool is_large = seed % 4 == 0;
                  SimplexNetwork network =
                      is_large ? run_with_twins(seed, 7, {1, 4}) : run_with_twins(seed, 4, {2});
                  expect_progress(network, 5, seconds(60));
                  for (const std::uint32_t culprit : network.culprits) {
                      EXPECT_TRUE(is_large ? culprit == 1 || culprit == 4 : culprit == 2);
                  }
                  return network;
              });
    expect_happened(totals, {"double propose", "double notarize"});
}

TEST(SimplexAgreement, HoldsAgainstAVoterForEverything) {
    Totals totals;
    for_seeds("SimplexAgreement.HoldsAgainstAVoterForEverything", 100, totals,
              [](std::uint64_t seed) {
                  SimplexNetwork network(ToyCommittee::equal(4), seed, impatient(seed));
                  for (std::uint32_t i = 0; i < 3; ++i) {
                      network.add(ValidatorIndex{i});
                  }
                  network.add_liar(ValidatorIndex{3});
                  draw_faults(network);
                  network.start_all();
                  for (int second = 0; second < 10; ++second) {
                      disturb(network, seed % 2 == 0 ? 5'000 : 0);
                  }
                  network.faults = {};
                  network.heal();
                  heal(network);
                  expect_progress(network, 5, seconds(60));
                  return network;
              });
    expect_happened(totals, {"nullify and finalize"});
}

// The harness has teeth: with one Byzantine validator more than the protocol tolerates, and the
// honest ones on two sides, they do disagree, the checks see it, and no machine asserts.
TEST(SimplexAgreement, BreaksWithMoreTwinsThanTolerated) {
    SimplexNetwork network(ToyCommittee::equal(4), 1);
    for (const std::uint32_t validator : {0U, 2U, 3U, 1U, 2U, 3U}) {
        network.add(ValidatorIndex{validator});
    }
    for (std::size_t i = 3; i < 6; ++i) {
        network.set_group(i, 1);
    }
    network.start_all();
    network.run_for(seconds(10));
    EXPECT_THAT(network.breaches, testing::Contains(testing::HasSubstr("disagreement")));

    network.heal();
    network.run_for(seconds(10));
}

}  // namespace
}  // namespace nexus::consensus::simplex
