#include "zkvm/api/proof_file.hpp"

#include "base/codec.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace nexus::zkvm {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'N', 'X', 'P', 'R', 'O', 'O', 'F', '\0'};
constexpr std::size_t kHeadBytes = kMagic.size() + 1;

/// More than the address space has room for, of input and of output alike.
constexpr std::size_t kIoBytesMax = std::size_t{1} << 25U;

void describe_claim(auto& codec, auto& claim) {
    codec(claim.program);
    codec.limited(claim.public_input, kIoBytesMax);
    codec.limited(claim.public_output, kIoBytesMax);
    codec(claim.exit_code);
}

}  // namespace

std::string_view to_string(ProofFileError error) {
    switch (error) {
        case ProofFileError::NoProofFile:
            return "NoProofFile";
        case ProofFileError::UnknownVersion:
            return "UnknownVersion";
        case ProofFileError::BadClaim:
            return "BadClaim";
    }
    return "?";
}

Bytes encode_proof_file(const ProofFile& file) {
    codec::Encoder claim;
    describe_claim(claim, file.claim);
    Bytes bytes(kMagic.begin(), kMagic.end());
    bytes.push_back(kProofFileVersion);
    bytes.insert(bytes.end(), claim.view().begin(), claim.view().end());
    bytes.insert(bytes.end(), file.proof.begin(), file.proof.end());
    return bytes;
}

Result<ProofFile, ProofFileError> decode_proof_file(ByteView bytes) {
    if (bytes.size() < kHeadBytes || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
        return fail(ProofFileError::NoProofFile);
    }
    if (bytes[kMagic.size()] != kProofFileVersion) {
        return fail(ProofFileError::UnknownVersion);
    }
    const ByteView body = bytes.subspan(kHeadBytes);
    codec::Decoder decoder(body);
    ProofFile file;
    describe_claim(decoder, file.claim);
    if (!decoder.ok()) {
        return fail(ProofFileError::BadClaim);
    }
    file.proof = to_bytes(body.subspan(decoder.offset()));
    return file;
}

}  // namespace nexus::zkvm
