#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/api/proof_file.hpp"
#include "zkvm/api/verifier.hpp"

#include <cstddef>
#include <cstdint>

// Input: a proof file. Files have one encoding, and nobody makes up a proof.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    const ByteView input(data, size);
    const auto file = zkvm::decode_proof_file(input);
    if (file.has_value()) {
        NEXUS_ASSERT(zkvm::encode_proof_file(*file) == to_bytes(input));
        NEXUS_ASSERT(!zkvm::verify(file->claim, file->proof).has_value());
    }
    return 0;
}
