#pragma once

#include "base/bytes.hpp"

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <cstdint>
#include <string>

/// How a node's database writes numbers and bytes, and what it does with errors.
namespace nexus::actors::disk {

/// Eight bytes, highest first: keys sort as numbers do.
std::string key_of(std::uint64_t number);
std::uint64_t number_of(const rocksdb::Slice& key);

rocksdb::Slice slice(ByteView bytes);
ByteView view(const rocksdb::Slice& text);

/// Ends the process unless `status` is good: a validator that cannot write must stop before it
/// signs anything else.
void check(const rocksdb::Status& status, const char* what);

}  // namespace nexus::actors::disk
