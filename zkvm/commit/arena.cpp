#include "zkvm/commit/arena.hpp"

#include "base/assert.hpp"
#include "zkvm/parallel.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sys/mman.h>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;
constexpr std::size_t kAlignment = 64;

std::size_t round_up(std::size_t bytes, std::size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

}  // namespace

Arena::Arena(std::size_t chunk_bytes) : chunk_bytes_(std::max(chunk_bytes, kHugePage)) {}

Arena::~Arena() {
    for (const Chunk& chunk : chunks_) {
        munmap(chunk.data, chunk.bytes);
    }
}

void Arena::grow(std::size_t bytes) {
    const std::size_t size = round_up(std::max(bytes, chunk_bytes_), kHugePage);
    // One page more, so that the chunk can begin at a boundary of huge pages.
    void* mapped = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    NEXUS_ASSERT(mapped != MAP_FAILED);
    auto* data = static_cast<std::byte*>(mapped);
    const auto address = reinterpret_cast<std::uintptr_t>(data);
    const std::size_t front = round_up(address, kHugePage) - address;
    if (front > 0) {
        munmap(data, front);
    }
    munmap(data + front + size, kHugePage - front);
    madvise(data + front, size, MADV_HUGEPAGE);  // a wish: nothing depends on the answer
    chunks_.push_back({data + front, size});
}

void* Arena::allocate_bytes(std::size_t bytes) {
    const std::size_t size = round_up(bytes, kAlignment);
    while (at_.chunk < chunks_.size()) {
        const Chunk& chunk = chunks_[at_.chunk];
        if (size <= chunk.bytes - at_.offset) {
            std::byte* data = chunk.data + at_.offset;
            at_.offset += size;
            return data;
        }
        at_ = {at_.chunk + 1, 0};
    }
    grow(size);
    at_.offset = size;
    return chunks_.back().data;
}

void Arena::reserve(std::size_t bytes) {
    const std::size_t have = bytes_reserved();
    if (have >= bytes) {
        return;
    }
    grow(bytes - have);
    const Chunk chunk = chunks_.back();
    parallel_for(0, chunk.bytes, kHugePage, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; i += 4096) {
            // One write a page; the chunk is fresh and nobody's.
            reinterpret_cast<volatile unsigned char*>(chunk.data)[i] = 0;
        }
    });
}

void Arena::release(Mark mark) { at_ = mark; }

std::size_t Arena::bytes_reserved() const {
    std::size_t bytes = 0;
    for (const Chunk& chunk : chunks_) {
        bytes += chunk.bytes;
    }
    return bytes;
}

}  // namespace nexus::zkvm
