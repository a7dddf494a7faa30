#include "consensus/simplex/journal.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/block_codec.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

Bytes Record::encode() const {
    codec::Encoder encoder;
    encoder(floor, votes, static_cast<std::uint64_t>(blocks.size()));
    for (const BlockPtr& block : blocks) {
        put_block(encoder, *block);
    }
    put_certificates(encoder, certificates);
    return encoder.take();
}

std::optional<Record> Record::decode(ByteView bytes) {
    codec::Decoder decoder(bytes);
    Record record;
    std::uint64_t blocks = 0;
    decoder(record.floor, record.votes, blocks);
    for (std::uint64_t i = 0; i < blocks && decoder.ok(); ++i) {
        record.blocks.push_back(get_block(decoder));
    }
    record.certificates = get_certificates(decoder, codec::kSequenceMax);
    if (!decoder.finish()) {
        return std::nullopt;
    }
    return record;
}

View Record::newest() const {
    View newest = floor;
    for (const OwnVote& vote : votes) {
        newest = std::max(newest, vote.view);
    }
    for (const BlockPtr& block : blocks) {
        newest = std::max(newest, block->header.view);
    }
    for (const CertificatePtr& certificate : certificates) {
        newest = std::max(newest, certificate->view);
    }
    return newest;
}

void Journal::note_block(BlockPtr block) {
    NEXUS_ASSERT(block != nullptr);
    next_.blocks.push_back(std::move(block));
}

void Journal::note_certificate(CertificatePtr certificate) {
    NEXUS_ASSERT(certificate != nullptr);
    next_.certificates.push_back(std::move(certificate));
}

Bytes Journal::take(View final_view) {
    NEXUS_ASSERT(is_due());
    next_.floor = final_view;
    remember(next_);
    Bytes bytes = next_.encode();
    next_ = Record();
    is_floor_news_ = false;
    return bytes;
}

std::size_t Journal::take_forgettable() {
    std::size_t count = 0;
    while (!newest_views_.empty() && newest_views_.front() < floor_durable_) {
        newest_views_.pop_front();
        ++count;
    }
    return count;
}

void Journal::restore(const Record& record) { remember(record); }

void Journal::prune(View final_view) {
    std::erase_if(next_.certificates,
                  [&](const CertificatePtr& one) { return one->view < final_view; });
}

void Journal::remember(const Record& record) {
    newest_views_.push_back(record.newest());
    floor_durable_ = std::max(floor_durable_, record.floor);
}

void Journal::digest(Bytes& out) const {
    codec::Encoder encoder;
    encoder(floor_durable_, next_.encode(),
            std::vector<View>(newest_views_.begin(), newest_views_.end()));
    const ByteView view = encoder.view();
    out.insert(out.end(), view.begin(), view.end());
}

}  // namespace nexus::consensus::simplex
