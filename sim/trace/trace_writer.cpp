#include "sim/trace/trace_writer.hpp"

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
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zstd.h>

namespace nexus::sim {
namespace {

constexpr std::size_t kGatherBytes = 1U << 16U;

bool is_text(std::string_view text) { return text.size() <= kTraceTextMax && codec::is_utf8(text); }

/// A name as the format can hold it: cut at the limit, and at the first byte that is no UTF-8.
std::string name_text(std::string_view name) {
    std::string text(name.substr(0, kTraceTextMax));
    while (!codec::is_utf8(text)) {
        text.pop_back();
    }
    return text;
}

}  // namespace

/// The zstd stream and its output block.
struct TraceWriter::Compressor {
    Compressor() : context(ZSTD_createCCtx()), out(ZSTD_CStreamOutSize()) {
        NEXUS_ASSERT(context != nullptr);
        set(ZSTD_c_compressionLevel, 3);
        set(ZSTD_c_checksumFlag, 1);
        set(ZSTD_c_windowLog, kTraceWindowLog);
    }
    Compressor(const Compressor&) = delete;
    Compressor(Compressor&&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    Compressor& operator=(Compressor&&) = delete;
    ~Compressor() { ZSTD_freeCCtx(context); }

    void set(ZSTD_cParameter parameter, int value) const {
        const std::size_t result = ZSTD_CCtx_setParameter(context, parameter, value);
        NEXUS_ASSERT(ZSTD_isError(result) == 0);
    }

    ZSTD_CCtx* context;
    std::vector<std::uint8_t> out;
};

absl::StatusOr<std::unique_ptr<TraceWriter>> TraceWriter::create(const std::string& path,
                                                                 const TraceHeader& header) {
    if (!is_text(header.scenario) || !is_text(header.commit)) {
        return absl::InvalidArgumentError(
            fmt::format("trace {}: expected scenario and commit as UTF-8 of at most {} bytes, got "
                        "{} and {} bytes",
                        path, kTraceTextMax, header.scenario.size(), header.commit.size()));
    }
    std::FILE* file = std::fopen((path + ".tmp").c_str(), "wb");
    if (file == nullptr) {
        return absl::UnavailableError(fmt::format("trace {}: expected to create {}.tmp, got: {}",
                                                  path, path, std::strerror(errno)));
    }
    std::unique_ptr<TraceWriter> writer(new TraceWriter(path, file));
    writer->write(as_bytes(kTraceMagic));
    writer->write({&kTraceVersion, 1});
    writer->encoder_(header);
    writer->flush(false);
    return writer;
}

TraceWriter::TraceWriter(std::string path, std::FILE* file)
    : path_(std::move(path)),
      temporary_(path_ + ".tmp"),
      file_(file),
      compressor_(std::make_unique<Compressor>()) {}

TraceWriter::~TraceWriter() {
    if (file_ != nullptr) {
        std::fclose(file_);
        std::remove(temporary_.c_str());
    }
}

void TraceWriter::on_node(NodeId node, std::string_view name, std::string_view kind) {
    NEXUS_ASSERT(node.value == nodes_);
    ++nodes_;
    encoder_(RecordTag::Node, NodeRecord{node.value, name_text(name), name_text(kind)});
    flush_if_full();
}

void TraceWriter::on_label(std::uint32_t label, std::string_view name) {
    NEXUS_ASSERT(label == labels_ + 1);
    ++labels_;
    encoder_(RecordTag::Label, LabelRecord{label, name_text(name)});
    flush_if_full();
}

void TraceWriter::on_event(const Event& event) {
    NEXUS_ASSERT(!finished_);
    NEXUS_ASSERT(event.at >= last_);
    NEXUS_ASSERT(event.label <= labels_);
    NEXUS_ASSERT(event.node == kNoNode || event.node.value < nodes_);
    digest_.add(event);
    ++events_;
    encoder_(RecordTag::Event,
             EventFields{event.kind, static_cast<std::uint64_t>((event.at - last_).nanoseconds),
                         pack_node(event.node), event.incarnation, pack_node(event.source),
                         event.label, event.value});
    if (event.kind == EventKind::Packet) {
        encoder_(*event.content);
    }
    last_ = event.at;
    flush_if_full();
}

absl::Status TraceWriter::finish() {
    NEXUS_ASSERT(!finished_);
    finished_ = true;
    encoder_(RecordTag::End, EndRecord{events_, digest_.value()});
    flush(true);
    const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    if (!closed) {
        fail(system_error("close"));
    }
    if (status_.ok() && std::rename(temporary_.c_str(), path_.c_str()) != 0) {
        fail(system_error("rename to its name"));
    }
    if (!status_.ok()) {
        std::remove(temporary_.c_str());
    }
    return status_;
}

void TraceWriter::flush_if_full() {
    if (encoder_.view().size() >= kGatherBytes) {
        flush(false);
    }
}

void TraceWriter::flush(bool end) {
    const Bytes bytes = encoder_.take();
    encoder_ = {};
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    for (bool more = true; more;) {
        ZSTD_outBuffer output{compressor_->out.data(), compressor_->out.size(), 0};
        const std::size_t left = ZSTD_compressStream2(compressor_->context, &output, &input,
                                                      end ? ZSTD_e_end : ZSTD_e_continue);
        NEXUS_ASSERT(ZSTD_isError(left) == 0);  // memory apart, it has no reason to fail
        write({compressor_->out.data(), output.pos});
        more = end ? left != 0 : input.pos < input.size;
    }
}

void TraceWriter::write(ByteView bytes) {
    if (status_.ok() && std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
        fail(system_error("write"));
    }
}

void TraceWriter::fail(absl::Status status) {
    if (status_.ok()) {
        status_ = std::move(status);
    }
}

absl::Status TraceWriter::system_error(std::string_view action) const {
    return absl::UnavailableError(fmt::format("trace {}: expected to {} {}, got: {}", path_, action,
                                              temporary_, std::strerror(errno)));
}

}  // namespace nexus::sim
