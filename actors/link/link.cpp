#include "actors/link/link.hpp"

#include "base/assert.hpp"

#include <nexus/v1/link.pb.h>
#include <utility>

namespace nexus::actors {
namespace {

Bytes serialize(const v1::Record& record) { return to_bytes(as_bytes(record.SerializeAsString())); }

/// Pings of a peer that wait to be answered: one that only asks may not make us hold its answers.
constexpr std::size_t kOutputBytesMax = 65'536;

}  // namespace

Link Link::dial(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy,
                const PublicKey& expected) {
    Link link;
    link.initiator_.emplace(identity, entropy, expected);
    append_frame(link.output_, link.initiator_->hello());
    return link;
}

Link Link::accept(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy) {
    Link link;
    link.responder_.emplace(identity, entropy);
    return link;
}

LinkEvents Link::receive(ByteView bytes) {
    LinkEvents events;
    if (!ended_.has_value()) {
        frames_.feed(bytes);
    }
    while (!ended_.has_value()) {
        if (frames_.is_too_long()) {
            ended_ = LinkError::FrameTooLong;
            break;
        }
        const auto frame = frames_.next();
        if (!frame.has_value()) {
            break;
        }
        if (const auto handled = handle(*frame, events); !handled.has_value()) {
            ended_ = handled.error();
        }
    }
    events.ended = ended_;
    return events;
}

LinkError Link::end_of_stream() {
    if (!ended_.has_value()) {
        ended_ = LinkError::Truncated;
    }
    return *ended_;
}

Result<void, LinkError> Link::handle(ByteView frame, LinkEvents& events) {
    if (agreement_.has_value()) {
        return handle_record(frame, events);
    }
    if (initiator_.has_value()) {
        auto finished = initiator_->finish(frame);
        if (!finished.has_value()) {
            return fail(finished.error());
        }
        append_frame(output_, finished->authenticate);
        agree(std::move(finished->agreement), events);
        return {};
    }
    if (!has_replied_) {
        const auto reply = responder_->reply(frame);
        if (!reply.has_value()) {
            return fail(reply.error());
        }
        append_frame(output_, *reply);
        has_replied_ = true;
        return {};
    }
    auto agreement = responder_->finish(frame);
    if (!agreement.has_value()) {
        return fail(agreement.error());
    }
    agree(std::move(*agreement), events);
    return {};
}

void Link::agree(Agreement agreement, LinkEvents& events) {
    sealing_.emplace(agreement.send_key);
    opening_.emplace(agreement.receive_key);
    agreement_ = std::move(agreement);
    initiator_.reset();
    responder_.reset();
    frames_.set_limit(kRecordBytesMax);
    events.authenticated = true;
}

Result<void, LinkError> Link::handle_record(ByteView sealed, LinkEvents& events) {
    const auto plain = opening_->open(sealed);
    if (!plain.has_value()) {
        return fail(LinkError::BadRecord);
    }
    v1::Record record;
    if (!record.ParseFromArray(plain->data(), static_cast<int>(plain->size()))) {
        return fail(LinkError::Malformed);
    }
    switch (record.content_case()) {
        case v1::Record::kPart: {
            const v1::Part& part = record.part();
            if (part.lane() >= kLaneCount) {
                return fail(LinkError::Malformed);
            }
            auto message = assembler_.add(
                {static_cast<Lane>(part.lane()), part.last(), to_bytes(as_bytes(part.bytes()))});
            if (!message.has_value()) {
                return fail(message.error());
            }
            if (message->has_value()) {
                events.messages.push_back(std::move(**message));
            }
            return {};
        }
        case v1::Record::kPing:
            if (output_.size() < kOutputBytesMax) {
                v1::Record pong;
                pong.set_pong(record.ping());
                seal(serialize(pong));
            }
            return {};
        case v1::Record::kPong:
            events.pongs.push_back(record.pong());
            return {};
        case v1::Record::kClose:
            return fail(LinkError::ClosedByPeer);
        case v1::Record::CONTENT_NOT_SET:
            break;
    }
    return fail(LinkError::Malformed);
}

void Link::seal(ByteView record) {
    const Bytes sealed = sealing_->seal(record);
    NEXUS_ASSERT(sealed.size() <= kRecordBytesMax);
    append_frame(output_, sealed);
}

void Link::ping(std::uint64_t number) {
    NEXUS_ASSERT(is_authenticated());
    v1::Record record;
    record.set_ping(number);
    seal(serialize(record));
}

void Link::close() {
    if (ended_.has_value()) {
        return;
    }
    ended_ = LinkError::ClosedByUs;
    queue_ = {};
    if (is_authenticated()) {
        v1::Record record;
        record.set_close(0);
        seal(serialize(record));
    }
}

Bytes Link::take_output(std::size_t bytes_max) {
    while (is_authenticated() && output_.size() < bytes_max) {
        auto piece = queue_.pop();
        if (!piece.has_value()) {
            break;
        }
        v1::Record record;
        v1::Part& part = *record.mutable_part();
        part.set_lane(static_cast<std::uint32_t>(piece->lane));
        part.set_last(piece->is_last);
        part.set_bytes(piece->bytes.data(), piece->bytes.size());
        seal(serialize(record));
    }
    return std::exchange(output_, {});
}

}  // namespace nexus::actors
