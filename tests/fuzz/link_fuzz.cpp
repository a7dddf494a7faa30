#include "actors/link/handshake.hpp"
#include "actors/link/link.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/channel_crypto.hpp"
#include "tests/support/link_pair.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::actors {
namespace {

constexpr std::size_t kAll = std::size_t{1} << 30U;

/// A peer that has shaken hands, and then says what it likes.
class Insider {
public:
    Insider() : link(Link::accept({&key_, {}}, tests::seed_of(12))) {
        const Initiator initiator({&peer_key_, {}}, tests::seed_of(11), key_.public_key());
        Bytes hello;
        append_frame(hello, initiator.hello());
        (void)link.receive(hello);
        const auto finished = initiator.finish(ByteView(link.take_output(kAll)).subspan(4));
        NEXUS_ASSERT(finished.has_value());
        Bytes authenticate;
        append_frame(authenticate, finished->authenticate);
        NEXUS_ASSERT(link.receive(authenticate).authenticated);
        cipher_.emplace(finished->agreement.send_key);
    }

    LinkEvents say(ByteView record) {
        Bytes frame;
        append_frame(frame, cipher_->seal(record));
        return link.receive(frame);
    }

private:
    SecretKey key_{tests::seed_of(2)}, peer_key_{tests::seed_of(1)};
    std::optional<RecordCipher> cipher_;

public:
    Link link;
};

}  // namespace
}  // namespace nexus::actors

// Input: who speaks (one byte), then records with a length of two bytes each, or raw bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;          // NOLINT(google-build-using-namespace)
    using namespace nexus::actors;  // NOLINT(google-build-using-namespace)
    if (size < 3) {
        return 0;
    }
    ByteView rest(data + 1, size - 1);
    if (data[0] % 3 == 0) {  // an insider
        Insider insider;
        while (rest.size() > 2) {
            const std::size_t length =
                std::min<std::size_t>(rest[0] | std::size_t{rest[1]} << 8U, rest.size() - 2);
            const LinkEvents events = insider.say(rest.subspan(2, length));
            NEXUS_ASSERT(events.ended != LinkError::BadRecord);
            NEXUS_ASSERT(insider.link.take_output(kAll).size() < 100'000);
            rest = rest.subspan(2 + length);
        }
        return 0;
    }
    tests::LinkPair pair;
    Link& link = data[0] % 3 == 1 ? pair.dialler : pair.acceptor;
    const LinkEvents events = link.receive(rest);
    NEXUS_ASSERT(!events.authenticated && events.messages.empty());
    NEXUS_ASSERT(link.held() <= 260 || events.ended.has_value());
    return 0;
}
