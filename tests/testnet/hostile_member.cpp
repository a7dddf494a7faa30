// A member of a testnet that has lost its way: it has a key of the network, so that the handshake
// lets it in, and then says what no honest node says, as fast as it can, until it is told to stop.
//
//     hostile_member FOLDER MEMBER VICTIM ATTACK
//
// On SIGTERM it prints what it did as one line of JSON, and ends.

#include "actors/link/frame_buffer.hpp"
#include "actors/link/handshake.hpp"
#include "actors/link/lanes.hpp"
#include "actors/node/os_entropy.hpp"
#include "actors/wire/packets.hpp"
#include "base/channel_crypto.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "graph/transaction/transaction.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/session.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <nexus/v1/link.pb.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace nexus::tests {
namespace {

namespace simplex = consensus::simplex;

constexpr std::size_t kRecordBytesMax = 66'000;
constexpr std::size_t kHeardMax = 256;
constexpr std::uint64_t kForgedAtOnce = 250;  // transactions: a record holds no more

std::atomic<bool> stop = false;

struct Deeds {
    std::uint64_t connections = 0, records = 0, bytes = 0, heard = 0;
};

/// One connection, from the handshake to its end.
class Connection {
public:
    Connection(const tools::Session& session, const std::string& self, const std::string& victim,
               Deeds& deeds)
        : deeds_(deeds), frames_(kRecordBytesMax) {
        const PublicKey& own = session.network.members.at(self).key;
        const consensus::ValidatorSet& validators = *session.society.validator_set();
        while (validators.contains(self_) && validators.at(self_).key != own) {
            ++self_.value;
        }
        const SecretKey key = session.society.key_of(self);
        const tools::MemberPlace& place = session.network.members.at(victim);
        const actors::LinkIdentity identity{&key, session.society.genesis()->id};
        const actors::Initiator initiator(identity, actors::random_seed(), place.key);
        handle_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{.tv_sec = 2, .tv_usec = 0};
        setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(handle_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(place.port);
        Bytes out;
        actors::append_frame(out, initiator.hello());
        if (connect(handle_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            !write(out)) {
            return;
        }
        while (is_open_) {
            if (const auto frame = frames_.next()) {
                const auto finished = initiator.finish(*frame);
                if (finished.has_value()) {
                    agree(*finished);
                }
                return;
            }
            read(0);
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(handle_); }

    /// Which validator the attacker is.
    [[nodiscard]] ValidatorIndex self() const { return self_; }
    [[nodiscard]] bool is_open() const { return is_open_ && sealing_.has_value(); }

    bool send(const v1::Record& record) {
        const std::string plain = record.SerializeAsString();
        Bytes out;
        actors::append_frame(out, sealing_->seal(as_bytes(plain)));
        ++deeds_.records;
        return write(out);
    }
    bool send(actors::Lane lane, ByteView message) {
        v1::Record record;
        record.mutable_part()->set_lane(static_cast<std::uint32_t>(lane));
        record.mutable_part()->set_last(true);
        record.mutable_part()->set_bytes(message.data(), message.size());
        return send(record);
    }
    bool write(const Bytes& bytes) {
        for (std::size_t sent = 0; is_open_ && sent < bytes.size();) {
            const ssize_t size =
                ::send(handle_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            is_open_ = size > 0;
            sent += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
        }
        deeds_.bytes += bytes.size();
        return is_open_;
    }
    /// Takes what there is, and keeps whole messages of one record in `heard`.
    void listen(std::vector<Bytes>& heard) {
        read(MSG_DONTWAIT);
        while (const auto frame = frames_.next()) {
            const auto plain = opening_->open(*frame);
            v1::Record record;
            if (plain.has_value() &&
                record.ParseFromArray(plain->data(), static_cast<int>(plain->size())) &&
                record.has_part() && record.part().last() && heard.size() < kHeardMax) {
                heard.push_back(to_bytes(as_bytes(record.part().bytes())));
                ++deeds_.heard;
            }
        }
    }

private:
    void agree(const actors::Initiator::Finished& finished) {
        Bytes out;
        actors::append_frame(out, finished.authenticate);
        sealing_.emplace(finished.agreement.send_key);
        opening_.emplace(finished.agreement.receive_key);
        deeds_.connections += write(out) ? 1U : 0U;
    }
    void read(int flags) {
        std::vector<std::uint8_t> buffer(1U << 16U);
        const ssize_t size = recv(handle_, buffer.data(), buffer.size(), flags);
        if (size > 0) {
            frames_.feed({buffer.data(), static_cast<std::size_t>(size)});
        } else if (size == 0 || (flags & MSG_DONTWAIT) == 0) {
            is_open_ = false;
        }
    }

    Deeds& deeds_;
    actors::FrameBuffer frames_;
    std::optional<RecordCipher> sealing_, opening_;
    ValidatorIndex self_;
    int handle_ = -1;
    bool is_open_ = true;
};

/// Does one bad thing; the connection may end of it.
using Attack = std::function<void(Connection&, std::vector<Bytes>& heard, Prng&)>;

Bytes noise(Prng& prng, std::size_t size) {
    Bytes bytes(size);
    std::generate(bytes.begin(), bytes.end(),
                  [&prng] { return static_cast<std::uint8_t>(prng.below(256)); });
    return bytes;
}

/// What others said, again and again: old votes, blocks and transactions with good signatures.
void replay(Connection& to, std::vector<Bytes>& heard, Prng& prng) {
    to.listen(heard);
    if (heard.empty()) {
        tools::sleep_ms(1);
        return;
    }
    to.send(actors::Lane::Urgent, heard[prng.below(heard.size())]);
}

/// The same with a byte changed near the end: decodes mostly, and no signature holds.
void forge(Connection& to, std::vector<Bytes>& heard, Prng& prng) {
    to.listen(heard);
    if (heard.empty()) {
        tools::sleep_ms(1);
        return;
    }
    Bytes message = heard[prng.below(heard.size())];
    const std::size_t tail = std::min<std::size_t>(message.size(), 48);
    message[message.size() - 1 - prng.below(tail)] ^= 1U;
    to.send(actors::Lane::Urgent, message);
}

std::shared_ptr<const simplex::Vote> as_vote(const Bytes& bytes) {
    const actors::PacketPtr packet = actors::decode_packet(bytes, simplex::engine());
    if (packet == nullptr ||
        static_cast<const actors::WirePacket&>(*packet).type() != actors::PacketType::Consensus) {
        return nullptr;
    }
    return std::dynamic_pointer_cast<const simplex::Vote>(
        static_cast<const actors::ConsensusPacket&>(*packet).message);
}

/// Votes of its own in the view that comes next, which it has not signed: each looks as if it were
/// worth a check.
void forge_votes(Connection& to, std::vector<Bytes>& heard, Prng& prng) {
    to.listen(heard);
    std::shared_ptr<const simplex::Vote> latest;
    std::erase_if(heard, [&latest](const Bytes& bytes) {
        const auto vote = as_vote(bytes);
        latest = vote == nullptr ? latest : vote;
        return vote == nullptr;
    });
    if (latest == nullptr) {
        tools::sleep_ms(1);
        return;
    }
    heard.erase(heard.begin(), heard.end() - 1);
    Signature signature;
    const Bytes random = noise(prng, signature.bytes.size());
    std::copy(random.begin(), random.end(), signature.bytes.begin());
    to.send(actors::Lane::Urgent,
            actors::encode_packet(*actors::make_packet(std::make_shared<const simplex::Vote>(
                simplex::VoteKind::Nullify, latest->chain(), latest->view().next(), Hash{},
                to.self(), signature))));
}

graph::TransactionPtr as_transaction(const Bytes& bytes) {
    const actors::PacketPtr packet = actors::decode_packet(bytes, simplex::engine());
    if (packet == nullptr || static_cast<const actors::WirePacket&>(*packet).type() !=
                                 actors::PacketType::Transactions) {
        return nullptr;
    }
    const auto& list = static_cast<const actors::TransactionsPacket&>(*packet).body.list;
    return list.empty() ? nullptr : list.back();
}

/// The next transactions of an account that has just sent one, which it has not signed: each looks
/// as if it were worth a check, and a message holds hundreds.
void forge_transactions(Connection& to, std::vector<Bytes>& heard, Prng& prng) {
    to.listen(heard);
    graph::TransactionPtr latest;
    for (const Bytes& bytes : heard) {
        const graph::TransactionPtr transaction = as_transaction(bytes);
        latest = transaction == nullptr ? latest : transaction;
    }
    if (latest == nullptr) {
        tools::sleep_ms(1);
        return;
    }
    actors::Transactions forged;
    for (std::uint64_t i = 0; i < kForgedAtOnce; ++i) {
        graph::Transaction content = latest->content();
        content.nonce = Nonce{content.nonce.value + 1 + i % 32};
        Signature signature;
        const Bytes random = noise(prng, signature.bytes.size());
        std::copy(random.begin(), random.end(), signature.bytes.begin());
        forged.list.push_back(graph::SignedTransaction::make(std::move(content), signature));
    }
    to.send(actors::Lane::Normal, actors::encode_packet(*actors::make_packet(std::move(forged))));
}

/// Asks for the whole chain all the time and reads nothing of it.
void ask_and_not_read(Connection& to, std::vector<Bytes>& /*heard*/, Prng& /*prng*/) {
    to.send(actors::Lane::Normal,
            actors::encode_packet(*actors::make_packet(actors::BlockRequest{Height{0}})));
}

/// Pieces of a message that has no end.
void endless(Connection& to, std::vector<Bytes>& /*heard*/, Prng& /*prng*/) {
    v1::Record record;
    record.mutable_part()->set_lane(static_cast<std::uint32_t>(actors::Lane::Bulk));
    record.mutable_part()->set_bytes(std::string(actors::kPartBytesMax, 'x'));
    to.send(record);
}

void malformed(Connection& to, std::vector<Bytes>& /*heard*/, Prng& prng) {
    to.send(actors::Lane::Normal, noise(prng, 1 + prng.below(2'000)));
}

/// A frame that says it has 4 GiB.
void oversize(Connection& to, std::vector<Bytes>& /*heard*/, Prng& /*prng*/) {
    to.write(Bytes(4, 0xFF));
    to.write(Bytes(1U << 16U, 0));
}

void ping(Connection& to, std::vector<Bytes>& /*heard*/, Prng& prng) {
    v1::Record record;
    record.set_ping(prng.below(1U << 30U));
    to.send(record);
}

const std::map<std::string, Attack>& attacks() {
    static const std::map<std::string, Attack> kAttacks{
        {"replay", replay},
        {"forge", forge},
        {"ask_and_not_read", ask_and_not_read},
        {"endless", endless},
        {"malformed", malformed},
        {"oversize", oversize},
        {"ping", ping},
        {"forge_votes", forge_votes},
        {"forge_transactions", forge_transactions},
    };
    return kAttacks;
}

int run(const std::vector<std::string>& words) {
    if (words.size() != 5 || !attacks().contains(words[4])) {
        fmt::print(stderr, "usage: hostile_member FOLDER MEMBER VICTIM ATTACK\n");
        return 2;
    }
    const std::string& self = words[2];
    const auto session = tools::open_session(words[1], self);
    if (!session.ok()) {
        fmt::print(stderr, "{}\n", std::string(session.status().message()));
        return 2;
    }
    const Attack& attack = attacks().at(words[4]);
    std::signal(SIGTERM, [](int) { stop = true; });
    Deeds deeds;
    Prng prng(1, "hostile");
    std::vector<Bytes> heard;
    while (!stop) {
        Connection connection(*session, self, words[3], deeds);
        while (connection.is_open() && !stop) {
            attack(connection, heard, prng);
        }
        tools::sleep_ms(20);
    }
    fmt::print("{{\"connections\": {}, \"records\": {}, \"bytes\": {}, \"heard\": {}}}\n",
               deeds.connections, deeds.records, deeds.bytes, deeds.heard);
    return 0;
}

}  // namespace
}  // namespace nexus::tests

int main(int argc, char** argv) { return nexus::tests::run({argv, argv + argc}); }
