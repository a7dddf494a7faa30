// Runs of blocks that share one certificate and are longer than a message.
#include "actors/roles/pending_run.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "consensus/api/input.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::ToyChain;
using nexus::tests::transfer;
using Blocks = std::vector<consensus::CommittedBlock>;

/// A chain whose blocks share the certificate of the last.
void extend(ToyChain& chain, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
        chain.extend({transfer(0, i, 1)}, i + 1 == count);
    }
}

Blocks range(const ToyChain& chain, std::uint64_t first, std::uint64_t last) {
    Blocks blocks;
    for (std::uint64_t at = first; at <= last; ++at) {
        blocks.push_back(chain.store().block(Height{at}));
    }
    return blocks;
}

PacketPtr part(const ToyChain& chain, std::uint64_t first, std::uint64_t last) {
    return make_packet(PartialRun{.part = {.blocks = range(chain, first, last)},
                                  .finality = finality_part(chain.prove(last))});
}

TEST(PendingRun, TakesPartsThatGoOnWhereItEnds) {
    ToyChain chain;
    const consensus::BlockPtr genesis = chain.tip();
    extend(chain, 6);
    PendingRun run;
    EXPECT_EQ(run.end(Height{0}), Height{0});
    EXPECT_FALSE(run.add(range(chain, 2, 3), *genesis)) << "block 1 is missing";
    EXPECT_FALSE(run.add({}, *genesis));
    ASSERT_TRUE(run.add(range(chain, 1, 2), *genesis));
    EXPECT_EQ(run.end(Height{0}), Height{2});
    EXPECT_FALSE(run.add(range(chain, 1, 2), *genesis)) << "it has them";
    ASSERT_TRUE(run.add(range(chain, 3, 3), *genesis));
    EXPECT_EQ(run.end(Height{0}), Height{3});
    EXPECT_EQ(run.joined(range(chain, 4, 6)).size(), 6U);
    EXPECT_EQ(run.joined(range(chain, 4, 6)).front().block->header.height, Height{1});
    EXPECT_EQ(run.joined(range(chain, 5, 6)).size(), 2U) << "they do not go on from here";
    EXPECT_EQ(run.joined(range(chain, 1, 6)).size(), 6U) << "somebody sent all";

    EXPECT_EQ(run.end(Height{1}), Height{1}) << "the chain has gone on without it";
    const consensus::BlockPtr three = chain.store().block(Height{3}).block;
    ASSERT_TRUE(run.add(range(chain, 4, 4), *three)) << "and so it begins anew";
    EXPECT_EQ(run.end(Height{3}), Height{4});
}

TEST(ValidatorBlockSync, ARunInPartsIsCommittedWhenItsCertificateComes) {
    ValidatorNet net({});
    extend(net.chain, 4);
    net.spawn(0);
    net.puppet(NodeId{3}, {{NodeId{0}, part(net.chain, 1, 2)}, {NodeId{0}, part(net.chain, 3, 3)}});
    net.run_until(100);
    EXPECT_EQ(net.stores[0]->height(), Height{0}) << "it has no certificate that it could keep";
    std::vector<std::uint64_t> asked;
    for (const BlockRequest& request : net.got<BlockRequest>()) {
        asked.push_back(request.after.value);
    }
    EXPECT_EQ(asked, (std::vector<std::uint64_t>{2, 3})) << "it asks for what comes next";
    net.puppet(NodeId{2},
               {{NodeId{0}, make_packet(BlockResponse{.blocks = range(net.chain, 4, 4)})}});
    net.run_until(200);
    EXPECT_EQ(net.stores[0]->height(), Height{4});
    EXPECT_TRUE(net.observer.alarms.empty());
}

TEST(ValidatorBlockSync, APartThatIsNotProvenFinalIsRefused) {
    ValidatorNet net({});
    extend(net.chain, 4);
    const FinalityPart right = finality_part(net.chain.prove(2));
    FinalityPart unsigned_one = right;
    unsigned_one.certificate->endorsements.pop_back();
    FinalityPart headless = right;
    headless.headers.clear();
    FinalityPart open = right;
    open.certificate.reset();
    const std::vector<FinalityPart> wrong = {finality_part(net.chain.prove(3)), unsigned_one,
                                             headless, open};
    net.spawn(0);
    PuppetActor::Letters letters;
    for (const FinalityPart& finality : wrong) {
        letters.emplace_back(NodeId{0},
                             make_packet(PartialRun{.part = {.blocks = range(net.chain, 1, 2)},
                                                    .finality = finality}));
    }
    net.puppet(NodeId{3}, letters);
    net.run_until(100);
    EXPECT_EQ(net.observer.probes["sync_badly_certified"], wrong.size());
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 0);
    EXPECT_TRUE(net.got<BlockRequest>().empty());
    net.puppet(ValidatorNet::kClient, {{NodeId{0}, part(net.chain, 1, 2)}});
    net.run_until(200);
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 0) << "blocks come from validators";
}

/// What the one has as a whole the other gets in parts of one block.
TEST(ValidatorBlockSync, AValidatorSendsAsMuchAsAMessageHolds) {
    ValidatorNet net({.sync_bytes_max = 1});
    extend(net.chain, 4);
    net.spawn(0);
    net.puppet(NodeId{3},
               {{NodeId{0}, make_packet(BlockResponse{.blocks = range(net.chain, 1, 4)})}});
    net.run_until(100);
    ASSERT_EQ(net.stores[0]->height(), Height{4});
    net.spawn(1);
    net.run_until(10'000);
    EXPECT_EQ(net.stores[1]->height(), Height{4});
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 3);
    EXPECT_TRUE(net.observer.alarms.empty());
}

}  // namespace
}  // namespace nexus::actors::tests
