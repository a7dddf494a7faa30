#pragma once

#include "base/codec.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"

#include <cstddef>
#include <vector>

namespace nexus::consensus::simplex {

// Encodings of what messages and records share. The readers give null, and the decoder an error,
// for anything that the writers do not produce.

void put_block(codec::Encoder& encoder, const Block& block);
BlockPtr get_block(codec::Decoder& decoder);

void put_certificates(codec::Encoder& encoder, const std::vector<CertificatePtr>& certificates);
std::vector<CertificatePtr> get_certificates(codec::Decoder& decoder, std::size_t limit);

void put_optional_certificate(codec::Encoder& encoder, const CertificatePtr& certificate);
CertificatePtr get_optional_certificate(codec::Decoder& decoder);

}  // namespace nexus::consensus::simplex
