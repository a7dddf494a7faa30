// Any bytes at all: the reader of traces must answer with events or with an error, nothing else.
#include "base/bytes.hpp"
#include "sim/trace/trace_format.hpp"
#include "sim/trace/trace_reader.hpp"
#include "sim/trace/trace_text.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>
#include <zstd.h>

namespace {

void read(nexus::ByteView bytes) {
    auto reader = nexus::sim::TraceReader::from_bytes(bytes, "fuzz");
    if (!reader.ok()) {
        return;
    }
    nexus::sim::TraceEvent event;
    for (;;) {
        const auto more = (*reader)->next(event);
        if (!more.ok() || !*more) {
            return;
        }
        static_cast<void>(nexus::sim::format_event(**reader, event));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read({data, size});
    // The same bytes as the plain content of a good frame: so the fuzzer gets past the checksum.
    nexus::Bytes file(nexus::sim::kTraceMagic.begin(), nexus::sim::kTraceMagic.end());
    file.push_back(nexus::sim::kTraceVersion);
    const std::size_t head = file.size();
    file.resize(head + ZSTD_compressBound(size));
    const std::size_t packed = ZSTD_compress(file.data() + head, file.size() - head, data, size, 1);
    if (ZSTD_isError(packed) == 0) {
        file.resize(head + packed);
        read(file);
    }
    return 0;
}
