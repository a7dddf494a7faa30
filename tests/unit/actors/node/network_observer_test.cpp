// What a broker tells whoever watches it.
#include "actors/node/fatal.hpp"
#include "tests/unit/actors/node/broker_net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::actors::tests {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

/// Keeps what it is told, a text each.
class Heard final : public NetworkObserver {
public:
    void on_listening(std::string_view host, std::uint16_t /*port*/) override {
        keep("listening " + std::string(host));
    }
    void on_peer_up(NodeId peer, std::string_view address, bool dialled) override {
        keep("up " + std::to_string(peer.value) + " " + std::string(address) +
             (dialled ? " dialled" : " accepted"));
    }
    void on_peer_down(NodeId peer, std::string_view why) override {
        keep("down " + std::to_string(peer.value) + " " + std::string(why));
    }
    void on_unreachable(NodeId peer) override { keep("unreachable " + std::to_string(peer.value)); }
    void on_handshake_failed(std::string_view address, std::string_view why) override {
        keep("failed " + std::string(address) + " " + std::string(why));
    }
    void on_refused(std::string_view address, std::string_view why) override {
        keep("refused " + std::string(address) + " " + std::string(why));
    }
    void on_ban(NodeId peer, std::string_view why, Duration length) override {
        keep("ban " + std::to_string(peer.value) + " " + std::string(why) + " " +
             std::to_string(length.milliseconds()));
    }

    std::vector<std::string> all() {
        const std::lock_guard lock(mutex_);
        return all_;
    }
    bool await(const std::string& text) {
        return eventually([&] {
            const auto heard = all();
            return std::find(heard.begin(), heard.end(), text) != heard.end();
        });
    }

private:
    void keep(std::string text) {
        const std::lock_guard lock(mutex_);
        all_.push_back(std::move(text));
    }
    std::mutex mutex_;
    std::vector<std::string> all_;
};

std::function<void(NetworkOptions&)> watched_by(Heard& heard) {
    return [&heard](NetworkOptions& options) { options.observer = &heard; };
}

TEST(NetworkObserver, HearsPeersComeAndGo) {
    const auto all = members(2);
    Heard zero_heard;
    Heard one_heard;
    Node zero(0, all, {}, 0, watched_by(zero_heard));
    {
        const Node one(1, all, {NodeId{0}}, 1, watched_by(one_heard));
        EXPECT_TRUE(one_heard.await("up 0 127.0.0.1 dialled"));
        EXPECT_TRUE(zero_heard.await("up 1 127.0.0.1 accepted"));
    }
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 0; }));
    EXPECT_THAT(zero_heard.all(), ElementsAre("listening 127.0.0.1", "up 1 127.0.0.1 accepted",
                                              StartsWith("down 1 ")));
}

TEST(NetworkObserver, HearsThatNobodyIsThere) {
    const auto all = members(2);
    Heard heard;
    const Node one(1, all, {NodeId{0}}, 1, watched_by(heard));
    EXPECT_TRUE(heard.await("unreachable 0"));
}

TEST(NetworkObserver, HearsWhyAPeerIsBannedAndTurnedAway) {
    const auto all = members(2);
    Heard heard;
    const Node zero(0, all, {}, 0, watched_by(heard));
    {
        RawPeer peer(all[0], key_of(1));
        peer.flush();
        ASSERT_TRUE(peer.read_until([&] { return peer.link().is_authenticated(); }));
        ASSERT_TRUE(peer.link().send(Lane::Normal, Bytes(100, 0xEE)));
        peer.flush();
        EXPECT_FALSE(peer.read_until([] { return false; }));
    }
    EXPECT_THAT(heard.all(), ElementsAre("listening 127.0.0.1", "up 1 127.0.0.1 accepted",
                                         "down 1 Malformed", "ban 1 Malformed 60000"));
    RawPeer again(all[0], key_of(1));
    again.flush();
    (void)again.read_until([&] { return again.link().is_authenticated(); });
    again.flush();
    EXPECT_FALSE(again.read_until([] { return false; }));
    EXPECT_EQ(heard.all().back(), "refused 127.0.0.1 Banned");
}

TEST(NetworkObserver, HearsOfWhatTheRoleHasProof) {
    const auto all = members(2);
    Heard heard;
    Node zero(0, all, {}, 0, watched_by(heard));
    const Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(heard.await("up 1 127.0.0.1 accepted"));
    zero.distrust(1, Misconduct::BadSignature);
    ASSERT_TRUE(heard.await("ban 1 BadSignature 60000"));
    EXPECT_THAT(heard.all(), Contains("down 1 BadSignature"));
    EXPECT_TRUE(heard.await("refused 127.0.0.1 Banned"));
}

TEST(NetworkObserver, HearsOfStrangers) {
    const auto all = members(2);
    Heard heard;
    const Node zero(0, all, {}, 0, [&](NetworkOptions& options) {
        options.observer = &heard;
        options.strangers_max = 1;
        options.handshake_time = milliseconds(1);
    });
    {
        RawPeer stranger(all[0], key_of(9));
        stranger.flush();
        (void)stranger.read_until([&] { return stranger.link().is_authenticated(); });
        stranger.flush();
        EXPECT_FALSE(stranger.read_until([] { return false; }));
    }
    EXPECT_EQ(heard.all().back(), "refused 127.0.0.1 NoMember");
    const int silent = RawPeer::connect_to(all[0].port);
    EXPECT_TRUE(heard.await("failed 127.0.0.1 HandshakeTimeout"));
    const int one = RawPeer::connect_to(all[0].port);
    const int other = RawPeer::connect_to(all[0].port);
    EXPECT_TRUE(heard.await("refused 127.0.0.1 TooManyStrangers"));
    for (const int handle : {silent, one, other}) {
        close(handle);
    }
}

TEST(NetworkObserver, HearsOfACut) {
    const auto all = members(2);
    Heard heard;
    Node zero(0, all, {}, 0, watched_by(heard));
    const Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(heard.await("up 1 127.0.0.1 accepted"));
    zero.faults->block({NodeId{1}});
    EXPECT_TRUE(heard.await("down 1 Cut"));
    EXPECT_THAT(heard.all(), Not(Contains(StartsWith("ban")))) << "a cut is nobody's fault";
}

TEST(NetworkObserver, AnAddressThatIsTakenIsToldBeforeTheEnd) {
    EXPECT_EXIT(
        {
            const auto all = members(1);
            on_fatal([](std::string_view what, std::string_view why) {
                const bool says = what.starts_with("cannot listen on 127.0.0.1:") && !why.empty();
                std::_Exit(says ? 42 : 1);
            });
            const Node first(0, all, {}, 0);
            await_listener(all[0]);
            const Node second(0, all, {}, 0);
            (void)eventually([] { return false; });
        },
        testing::ExitedWithCode(42), "fatal: cannot listen on 127.0.0.1:");
}

}  // namespace
}  // namespace nexus::actors::tests
