#include "consensus/simplex/block_codec.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

void put_block(codec::Encoder& encoder, const Block& block) {
    encoder(block.header);
    encoder.limited(block.payload->bytes, kPayloadBytesMax);
}

BlockPtr get_block(codec::Decoder& decoder) {
    BlockHeader header;
    Bytes bytes;
    decoder(header);
    decoder.limited(bytes, kPayloadBytesMax);
    if (!decoder.ok()) {
        return nullptr;
    }
    PayloadPtr payload = make_payload(std::move(bytes));
    if (payload->id != header.payload) {
        decoder.set_error(codec::Error::OutOfRange);
        return nullptr;
    }
    return make_block(header, std::move(payload));
}

void put_certificates(codec::Encoder& encoder, const std::vector<CertificatePtr>& certificates) {
    encoder(static_cast<std::uint64_t>(certificates.size()));
    for (const CertificatePtr& certificate : certificates) {
        encoder(*certificate);
    }
}

std::vector<CertificatePtr> get_certificates(codec::Decoder& decoder, std::size_t limit) {
    std::uint64_t count = 0;
    decoder(count);
    if (count > limit) {
        decoder.set_error(codec::Error::TooLong);
    }
    std::vector<CertificatePtr> certificates;
    for (std::uint64_t i = 0; i < count && decoder.ok(); ++i) {
        auto certificate = std::make_shared<Certificate>();
        decoder(*certificate);
        certificates.push_back(std::move(certificate));
    }
    return certificates;
}

void put_optional_certificate(codec::Encoder& encoder, const CertificatePtr& certificate) {
    encoder(certificate != nullptr);
    if (certificate != nullptr) {
        encoder(*certificate);
    }
}

CertificatePtr get_optional_certificate(codec::Decoder& decoder) {
    bool present = false;
    decoder(present);
    if (!decoder.ok() || !present) {
        return nullptr;
    }
    auto certificate = std::make_shared<Certificate>();
    decoder(*certificate);
    return certificate;
}

}  // namespace nexus::consensus::simplex
