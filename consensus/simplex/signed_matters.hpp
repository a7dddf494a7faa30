#pragma once

#include "base/bytes.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/signed_matter.hpp"

#include <vector>

namespace nexus::consensus::simplex {

/// The votes in a record of the journal; nothing for bytes that are no record.
std::vector<SignedMatter> signed_in(ByteView record);
/// What each endorsement of a certificate signs.
SignedMatter signed_by(const Certificate& certificate);

}  // namespace nexus::consensus::simplex
