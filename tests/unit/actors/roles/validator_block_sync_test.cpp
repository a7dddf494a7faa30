// Runs of blocks that share one certificate and are longer than a message.
#include "actors/roles/pending_runs.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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

TEST(PendingRuns, TakeFromEachPeerWhatGoesOnWhereItEnded) {
    constexpr NodeId kOne{1};
    constexpr NodeId kOther{2};
    ToyChain chain;
    const consensus::BlockPtr genesis = chain.tip();
    extend(chain, 6);
    const auto proof = [&](std::uint64_t last) { return chain.prove(last); };
    PendingRuns runs;
    EXPECT_EQ(runs.end(kOne, Height{0}), Height{0});
    EXPECT_FALSE(runs.add(kOne, range(chain, 2, 3), proof(3), *genesis)) << "block 1 is missing";
    ASSERT_TRUE(runs.add(kOne, range(chain, 1, 2), proof(2), *genesis));
    EXPECT_EQ(runs.end(kOne, Height{0}), Height{2});
    EXPECT_EQ(runs.end(kOther, Height{0}), Height{0}) << "of another one";
    EXPECT_FALSE(runs.add(kOne, range(chain, 1, 2), proof(2), *genesis)) << "it has them";
    ASSERT_TRUE(runs.add(kOther, range(chain, 1, 4), proof(4), *genesis));
    ASSERT_TRUE(runs.add(kOne, range(chain, 3, 3), proof(3), *genesis));
    EXPECT_EQ(runs.end(kOne, Height{0}), Height{3});
    EXPECT_EQ(runs.end(kOther, Height{0}), Height{4});

    const auto first_of = [&](std::uint64_t first) {
        const Blocks all = runs.joined(kOne, range(chain, first, 6));
        return all.front().block->header.height.value;
    };
    EXPECT_EQ(first_of(4), 1U);
    EXPECT_EQ(runs.joined(kOne, range(chain, 4, 6)).size(), 6U);
    EXPECT_EQ(first_of(3), 1U) << "asked for before the run had grown";
    EXPECT_EQ(runs.joined(kOne, range(chain, 3, 6)).size(), 6U);
    EXPECT_EQ(first_of(5), 5U) << "these do not go on from here";
    EXPECT_EQ(first_of(1), 1U) << "somebody sent all";

    runs.committed(Height{1});
    EXPECT_EQ(runs.end(kOne, Height{1}), Height{1}) << "the chain has gone on without it";
}

TEST(PendingRuns, OfOnePeerLeadToOneCertificate) {
    ToyChain chain;
    const consensus::BlockPtr genesis = chain.tip();
    extend(chain, 3);
    consensus::FinalityProof other = chain.prove(2);
    auto certificate = std::make_shared<consensus::Certificate>(*other.certificate);
    certificate->block = genesis->id;
    other.certificate = certificate;
    PendingRuns runs;
    ASSERT_TRUE(runs.add(NodeId{1}, range(chain, 1, 1), chain.prove(1), *genesis));
    EXPECT_FALSE(runs.add(NodeId{1}, range(chain, 2, 2), other, *genesis))
        << "a peer that has the nearer certificate could make a run of any chain";
    EXPECT_TRUE(runs.add(NodeId{1}, range(chain, 2, 2), chain.prove(2), *genesis));
}

TEST(PendingRuns, AreBounded) {
    ToyChain chain;
    const consensus::BlockPtr genesis = chain.tip();
    extend(chain, 2);
    PendingRuns runs;
    for (std::uint32_t peer = 0; peer < PendingRuns::kRunsMax; ++peer) {
        ASSERT_TRUE(runs.add(NodeId{peer}, range(chain, 1, 1), chain.prove(1), *genesis));
    }
    EXPECT_FALSE(runs.add(NodeId{99}, range(chain, 1, 1), chain.prove(1), *genesis));
    runs.committed(Height{1});
    consensus::BlockHeader header = chain.store().block(Height{1}).block->header;
    const auto large = consensus::make_payload(Bytes(PendingRuns::kBytesMax));
    header.payload = large->id;
    const Blocks part = {{.block = consensus::make_block(header, large), .certificate = nullptr}};
    EXPECT_FALSE(runs.add(NodeId{1}, part, chain.prove(1), *genesis));
}

TEST(ValidatorBlockSync, ARunInPartsIsCommittedWhenItsCertificateComes) {
    for (const bool is_whole : {false, true}) {
        ValidatorNet net({});
        extend(net.chain, 4);
        net.spawn(0);
        PuppetActor::Letters letters = {{NodeId{0}, part(net.chain, 1, 2)},
                                        {NodeId{0}, part(net.chain, 3, 3)}};
        if (is_whole) {
            letters.emplace_back(NodeId{0},
                                 make_packet(BlockResponse{.blocks = range(net.chain, 4, 4)}));
        }
        net.puppet(NodeId{3}, letters);
        net.run_until(100);
        std::vector<std::uint64_t> asked;
        for (const BlockRequest& request : net.got<BlockRequest>()) {
            asked.push_back(request.after.value);
        }
        EXPECT_EQ(asked, (std::vector<std::uint64_t>{2, 3})) << "it asks for what comes next";
        EXPECT_EQ(net.stores[0]->height(), Height{is_whole ? 4U : 0U})
            << "without it there is no certificate to keep";
        net.puppet(NodeId{2},
                   {{NodeId{0}, make_packet(BlockResponse{.blocks = range(net.chain, 4, 4)})}});
        net.run_until(200);
        EXPECT_EQ(net.stores[0]->height(), Height{is_whole ? 4U : 0U})
            << "what each peer says stands alone";
        EXPECT_TRUE(net.observer.alarms.empty());
    }
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
    FinalityPart its_own = right;  // then it need not have been a part
    its_own.headers.resize(1);
    its_own.certificate = *net.chain.certify(its_own.headers.front());
    const std::vector<FinalityPart> wrong = {finality_part(net.chain.prove(3)), unsigned_one,
                                             headless, open, its_own};
    net.spawn(0);
    std::array<PuppetActor::Letters, 2> letters;  // of one peer few are looked at
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        letters[i % 2].emplace_back(
            NodeId{0}, make_packet(PartialRun{.part = {.blocks = range(net.chain, 1, 2)},
                                              .finality = wrong[i]}));
    }
    net.puppet(NodeId{2}, letters[0]);
    net.puppet(NodeId{3}, letters[1]);
    net.run_until(100);
    EXPECT_EQ(net.observer.probes["sync_badly_certified"], wrong.size());
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 0);
    EXPECT_TRUE(net.got<BlockRequest>().empty());
    net.puppet(ValidatorNet::kClient, {{NodeId{0}, part(net.chain, 1, 2)}});
    net.run_until(200);
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 0) << "blocks come from validators";
}

/// A certificate on a block of a part is checked by nobody on its way into the chain.
TEST(ValidatorBlockSync, ACertificateInAPartIsRefused) {
    ValidatorNet net({});
    extend(net.chain, 4);
    Blocks blocks = range(net.chain, 1, 1);
    auto forged =
        std::make_shared<consensus::Certificate>(*net.chain.certify(blocks.front().block->header));
    forged->endorsements.front().signature = forged->endorsements.back().signature;
    blocks.front().certificate = forged;
    auto broken = net.chain.store().block(Height{2}).block->header;  // ends the path at block 1
    broken.height = Height{7};
    const Blocks next = {
        {.block = consensus::make_block(broken, net.chain.store().block(Height{2}).block->payload),
         .certificate = nullptr}};
    net.spawn(0);
    net.puppet(NodeId{3},
               {{NodeId{0}, make_packet(PartialRun{.part = {.blocks = blocks},
                                                   .finality = finality_part(net.chain.prove(1))})},
                {NodeId{0}, make_packet(BlockResponse{.blocks = next})}});
    net.run_until(200);
    EXPECT_EQ(net.stores[0]->height(), Height{0}) << "a chain with a forged certificate";
    EXPECT_EQ(net.observer.probes["sync_badly_certified"], 1);
    EXPECT_EQ(net.observer.probes["sync_run_continued"], 0);
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
