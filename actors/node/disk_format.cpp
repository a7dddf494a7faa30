#include "actors/node/disk_format.hpp"

#include "actors/node/fatal.hpp"
#include "base/concat.hpp"

#include <cstdlib>

namespace nexus::actors::disk {

std::string key_of(std::uint64_t number) {
    std::string key(8, '\0');
    for (unsigned i = 0; i < 8; ++i) {
        key[i] = static_cast<char>(number >> (56 - 8 * i));
    }
    return key;
}

std::uint64_t number_of(const rocksdb::Slice& key) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
        number = number << 8U | static_cast<std::uint8_t>(key[i]);
    }
    return number;
}

rocksdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView view(const rocksdb::Slice& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void check(const rocksdb::Status& status, const char* what) {
    if (!status.ok()) {
        tell_fatal(concat("disk: ", what), status.ToString());
        std::abort();
    }
}

}  // namespace nexus::actors::disk
