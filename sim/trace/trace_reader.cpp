#include "sim/trace/trace_reader.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/trace_format.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <istream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zstd.h>

namespace nexus::sim {
namespace {

constexpr std::size_t kNodesMax = 1U << 20U;
constexpr std::size_t kLabelsMax = 1U << 20U;

}  // namespace

/// The zstd stream: compressed bytes on one side, plain ones on the other.
struct TraceReader::Decompressor {
    Decompressor() : context(ZSTD_createDCtx()), in(ZSTD_DStreamInSize()) {
        NEXUS_ASSERT(context != nullptr);
        const std::size_t result =
            ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, kTraceWindowLog);
        NEXUS_ASSERT(ZSTD_isError(result) == 0);
    }
    Decompressor(const Decompressor&) = delete;
    Decompressor(Decompressor&&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;
    Decompressor& operator=(Decompressor&&) = delete;
    ~Decompressor() { ZSTD_freeDCtx(context); }

    [[nodiscard]] ByteView plain() const { return {out.data() + used, out.size() - used}; }

    ZSTD_DCtx* context;
    std::vector<std::uint8_t> in;
    std::size_t in_size = 0;
    std::size_t in_used = 0;
    Bytes out;
    std::size_t used = 0;       // bytes of `out` that have been read
    std::uint64_t dropped = 0;  // plain bytes before `out`
    bool frame_ended = false;
};

TraceReader::TraceReader(std::unique_ptr<std::istream> input, std::string origin)
    : input_(std::move(input)),
      origin_(std::move(origin)),
      decompressor_(std::make_unique<Decompressor>()) {}

TraceReader::~TraceReader() = default;

absl::StatusOr<std::unique_ptr<TraceReader>> TraceReader::open(const std::string& path) {
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!*file) {
        return absl::NotFoundError(
            fmt::format("trace {}: expected a readable file, cannot open it", path));
    }
    std::unique_ptr<TraceReader> reader(new TraceReader(std::move(file), path));
    if (absl::Status status = reader->start(); !status.ok()) {
        return status;
    }
    return reader;
}

absl::StatusOr<std::unique_ptr<TraceReader>> TraceReader::from_bytes(ByteView bytes,
                                                                     std::string_view origin) {
    auto stream = std::make_unique<std::istringstream>(std::string(bytes.begin(), bytes.end()));
    std::unique_ptr<TraceReader> reader(new TraceReader(std::move(stream), std::string(origin)));
    if (absl::Status status = reader->start(); !status.ok()) {
        return status;
    }
    return reader;
}

absl::Status TraceReader::malformed(std::string_view expected, std::string_view got) const {
    return absl::DataLossError(
        fmt::format("trace {}, record {}, plain byte {}: expected {}, got {}", origin_, records_,
                    decompressor_->dropped + decompressor_->used, expected, got));
}

absl::Status TraceReader::start() {
    std::array<char, kTraceMagic.size() + 1> head{};
    input_->read(head.data(), head.size());
    const std::string_view got(head.data(), static_cast<std::size_t>(input_->gcount()));
    if (got.size() < head.size() || !got.starts_with(kTraceMagic)) {
        return absl::DataLossError(
            fmt::format("trace {}, byte 0: expected {} and a version, got 0x{}", origin_,
                        kTraceMagic, to_hex(as_bytes(got))));
    }
    if (const auto version = static_cast<std::uint8_t>(head.back()); version != kTraceVersion) {
        return absl::DataLossError(fmt::format("trace {}, byte 8: expected version {}, got {}",
                                               origin_, kTraceVersion, version));
    }
    if (absl::Status status = fill(); !status.ok()) {
        return status;
    }
    return read(header_, "header");
}

absl::Status TraceReader::fill() {
    Decompressor& stream = *decompressor_;
    if (stream.plain().size() >= kTraceRecordMax || stream.frame_ended) {
        return absl::OkStatus();
    }
    stream.out.erase(stream.out.begin(),
                     stream.out.begin() + static_cast<std::ptrdiff_t>(stream.used));
    stream.dropped += stream.used;
    stream.used = 0;
    while (stream.out.size() < kTraceRecordMax && !stream.frame_ended) {
        if (stream.in_used == stream.in_size) {
            input_->read(reinterpret_cast<char*>(stream.in.data()),
                         static_cast<std::streamsize>(stream.in.size()));
            stream.in_size = static_cast<std::size_t>(input_->gcount());
            stream.in_used = 0;
            if (stream.in_size == 0) {
                return malformed("the rest of the zstd frame", "the end of the file");
            }
        }
        const std::size_t before = stream.out.size();
        stream.out.resize(before + ZSTD_DStreamOutSize());
        ZSTD_inBuffer input{stream.in.data(), stream.in_size, stream.in_used};
        ZSTD_outBuffer output{stream.out.data(), stream.out.size(), before};
        const std::size_t left = ZSTD_decompressStream(stream.context, &output, &input);
        stream.in_used = input.pos;
        stream.out.resize(output.pos);
        if (ZSTD_isError(left) != 0) {
            return malformed("a valid zstd frame", ZSTD_getErrorName(left));
        }
        stream.frame_ended = left == 0;
    }
    return absl::OkStatus();
}

template <class T>
absl::Status TraceReader::read(T& value, std::string_view what) {
    codec::Decoder decoder(decompressor_->plain());
    decoder(value);
    const std::size_t offset = decoder.offset();
    if (!decoder.ok()) {
        // `finish` names the first error; a decoder that failed never reports trailing bytes.
        const auto error = decoder.finish().error();
        return malformed(fmt::format("a valid {}", what),
                         fmt::format("{} at its byte {}", codec::to_string(error), offset));
    }
    decompressor_->used += offset;
    return absl::OkStatus();
}

absl::StatusOr<bool> TraceReader::next(TraceEvent& out) {
    while (status_.ok() && !ended_) {
        RecordTag tag = RecordTag::End;
        status_ = fill();
        if (status_.ok()) {
            status_ = read(tag, "record tag");
        }
        if (!status_.ok()) {
            break;
        }
        if (tag == RecordTag::Event) {
            status_ = read_event(out);
            ++records_;
            if (status_.ok()) {
                return true;
            }
        } else if (tag == RecordTag::Node) {
            NodeRecord node;
            status_ = read(node, "node record");
            if (status_.ok() && (node.number != nodes_.size() || nodes_.size() >= kNodesMax)) {
                status_ = malformed(fmt::format("node {}", nodes_.size()),
                                    fmt::format("node {}", node.number));
            }
            nodes_.push_back(std::move(node));
        } else if (tag == RecordTag::Label) {
            LabelRecord label;
            status_ = read(label, "label record");
            if (status_.ok() &&
                (label.number != labels_.size() + 1 || labels_.size() >= kLabelsMax)) {
                status_ = malformed(fmt::format("label {}", labels_.size() + 1),
                                    fmt::format("label {}", label.number));
            }
            labels_.push_back(std::move(label));
        } else {
            status_ = read_end();
        }
        ++records_;
    }
    if (!status_.ok()) {
        return status_;
    }
    return false;
}

absl::Status TraceReader::check(const EventFields& fields) const {
    if (fields.node > nodes_.size()) {
        return malformed(fmt::format("one of {} named nodes", nodes_.size()),
                         fmt::format("node {}", fields.node - 1));
    }
    if (fields.source > nodes_.size()) {
        return malformed(fmt::format("a source among {} named nodes", nodes_.size()),
                         fmt::format("node {}", fields.source - 1));
    }
    if (fields.label > labels_.size()) {
        return malformed(fmt::format("one of {} named labels", labels_.size()),
                         fmt::format("label {}", fields.label));
    }
    const auto room =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - last_.nanoseconds);
    if (fields.delta > room) {
        return malformed("a time below 2^63 ns", fmt::format("a step of {} ns", fields.delta));
    }
    return absl::OkStatus();
}

absl::Status TraceReader::read_event(TraceEvent& out) {
    EventFields fields;
    if (absl::Status status = read(fields, "event"); !status.ok()) {
        return status;
    }
    if (absl::Status status = check(fields); !status.ok()) {
        return status;
    }
    out.content = {};
    if (fields.kind == EventKind::Packet) {
        if (absl::Status status = read(out.content, "packet digest"); !status.ok()) {
            return status;
        }
    }
    last_ = last_ + Duration{static_cast<std::int64_t>(fields.delta)};
    out.index = events_++;
    out.event = {last_,
                 unpack_node(fields.node),
                 fields.incarnation,
                 fields.kind,
                 unpack_node(fields.source),
                 fields.label,
                 fields.value,
                 fields.kind == EventKind::Packet ? &out.content : nullptr};
    digest_.add(out.event);
    return absl::OkStatus();
}

absl::Status TraceReader::read_end() {
    if (absl::Status status = read(end_, "end record"); !status.ok()) {
        return status;
    }
    if (end_.events != events_) {
        return malformed(fmt::format("{} events", end_.events), fmt::format("{}", events_));
    }
    if (const Hash digest = digest_.value(); digest != end_.digest) {
        return malformed("events with the digest " + to_hex(end_.digest.view()),
                         to_hex(digest.view()));
    }
    // The frame has a checksum behind its last byte: zstd must have seen it.
    while (!decompressor_->frame_ended && decompressor_->plain().empty()) {
        if (absl::Status status = fill(); !status.ok()) {
            return status;
        }
    }
    if (!decompressor_->plain().empty()) {
        return malformed("nothing behind the end record",
                         fmt::format("{} bytes", decompressor_->plain().size()));
    }
    if (decompressor_->in_used != decompressor_->in_size ||
        input_->peek() != std::istream::traits_type::eof()) {
        return malformed("the end of the file behind the zstd frame", "more bytes");
    }
    ended_ = true;
    return absl::OkStatus();
}

std::string_view TraceReader::node_name(NodeId node) const {
    if (node == kNoNode) {
        return "-";
    }
    return node.value < nodes_.size() ? std::string_view(nodes_[node.value].name) : "?";
}

std::string_view TraceReader::node_kind(NodeId node) const {
    return node.value < nodes_.size() ? std::string_view(nodes_[node.value].kind) : "";
}

std::string_view TraceReader::label(std::uint32_t label) const {
    return label > 0 && label <= labels_.size() ? std::string_view(labels_[label - 1].name) : "";
}

}  // namespace nexus::sim
