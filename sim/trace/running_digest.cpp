#include "sim/trace/running_digest.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "sim/trace/event.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace nexus::sim {
namespace {

static_assert(std::endian::native == std::endian::little, "put() writes numbers as they lie");

template <class T>
std::uint8_t* put(std::uint8_t* out, T value) {
    std::memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

}  // namespace

void RunningDigest::add(const Event& event) {
    NEXUS_ASSERT((event.content != nullptr) == (event.kind == EventKind::Packet));
    NEXUS_ASSERT(event.label < (1U << 24U));
    if (used_ + kRecordMax > buffer_.size()) {
        flush();
    }
    std::uint8_t* out = buffer_.data() + used_;
    out = put(out, static_cast<std::uint32_t>(event.kind) | (event.label << 8U));
    out = put(out, event.incarnation);
    out = put(out, event.at.nanoseconds);
    out = put(out, event.node.value);
    out = put(out, event.source.value);
    out = put(out, event.value);
    used_ += 32;
    if (event.content != nullptr) {
        std::memcpy(out, event.content->bytes.data(), Hash::kSize);
        used_ += Hash::kSize;
    }
}

void RunningDigest::flush() {
    hash_.update({buffer_.data(), used_});
    used_ = 0;
}

Hash RunningDigest::value() const {
    Sha256 copy = hash_;
    return copy.update({buffer_.data(), used_}).digest();
}

}  // namespace nexus::sim
