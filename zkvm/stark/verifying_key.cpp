#include "zkvm/stark/verifying_key.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "zkvm/stark/claim.hpp"

#include <cstdint>
#include <string_view>

namespace nexus::zkvm {

ProgramId program_id(const VerifyingKey& key) {
    Bytes bytes;
    const std::string_view domain = "nexus zkvm program 1";
    bytes.insert(bytes.end(), domain.begin(), domain.end());
    for (const std::uint8_t byte :
         {key.log_blowup, key.extension_degree, key.program_log_rows, key.image_log_rows}) {
        bytes.push_back(byte);
    }
    for (int i = 0; i < 4; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(key.entry >> (8 * i)));
    }
    const ByteView root = key.root.view();
    bytes.insert(bytes.end(), root.begin(), root.end());
    ProgramId id;
    id.bytes = sha256(bytes).bytes;
    return id;
}

}  // namespace nexus::zkvm
