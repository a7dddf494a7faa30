#pragma once

#include "base/bytes.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/signed_matter.hpp"

#include <string_view>
#include <vector>

namespace nexus::consensus {

/// How to read what validators of one protocol have signed: for those who look for double signs in
/// journals and certificates that validators leave behind.
struct SignedMatterReader {
    /// By a record that a machine had persisted; nothing for bytes that are no record.
    std::vector<SignedMatter> (*in_record)(ByteView record);
    /// By each endorsement of a certificate.
    SignedMatter (*in_certificate)(const Certificate& certificate);
};

/// The reader of a protocol, by its name; null for one that has none.
const SignedMatterReader* find_signed_matter_reader(std::string_view protocol);

}  // namespace nexus::consensus
