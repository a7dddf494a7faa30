#include "actors/node/state_versions.hpp"

#include "actors/node/disk_format.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "graph/state/state_hasher.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/state/state_tree.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace nexus::actors {
namespace {

using disk::check;
using disk::key_of;
using disk::number_of;
using disk::slice;
using disk::view;

struct Entry {
    Bytes key;
    std::optional<Bytes> value;  // none: the key was erased

    static void describe(auto& codec, auto& self) { codec(self.key, self.value); }
};

Bytes encode(const graph::StateWrite& write) {
    codec::Encoder encoder(write.key.size() + 16);
    encoder(Entry{.key = to_bytes(as_bytes(write.key)), .value = write.value});
    return encoder.take();
}

Entry decode(const rocksdb::Slice& bytes) {
    codec::Decoder decoder(view(bytes));
    Entry entry;
    decoder(entry);
    if (!decoder.finish()) {
        check(rocksdb::Status::Corruption("entry"), "reading the state");
    }
    return entry;
}

constexpr std::size_t kHeightBytes = 8;

/// Tree and hashed key: what the entries of one key have in common, and sort by.
std::string place_of(std::size_t tree, std::string_view key) {
    const Hash path = graph::StateHasher::path(as_bytes(key));
    std::string place(1, static_cast<char>(tree));
    place.append(reinterpret_cast<const char*>(path.bytes.data()), path.bytes.size());
    return place;
}

/// Newer entries of a place come first.
std::string entry_key(const std::string& place, Height height) {
    return place + key_of(~height.value);
}

std::string_view place_in(const rocksdb::Slice& key) {
    NEXUS_ASSERT(key.size() > kHeightBytes);
    return {key.data(), key.size() - kHeightBytes};
}

Height height_in(const rocksdb::Slice& key) {
    return Height{~number_of({key.data() + key.size() - kHeightBytes, kHeightBytes})};
}

}  // namespace

StateVersions::StateVersions(rocksdb::DB& db, Families families) : db_(db), families_(families) {}

std::size_t StateVersions::add(Height height, ByteView block, const graph::StateSnapshot& before,
                               const graph::StateSnapshot& after,
                               rocksdb::WriteBatch& batch) const {
    check(batch.Put(families_.versions, key_of(height.value), slice(block)), "batch");
    std::size_t bytes = 0;
    for (std::size_t t = 0; t < graph::kTreeCount; ++t) {
        const auto tree = static_cast<graph::TreeId>(t);
        for (const graph::StateWrite& write : after.tree(tree).changes_since(before.tree(tree))) {
            const std::string place = place_of(t, write.key);
            const Bytes entry = encode(write);
            bytes += entry.size();
            check(batch.Put(families_.state, entry_key(place, height), slice(entry)), "batch");
            check(batch.Put(families_.changes, key_of(height.value) + place, ""), "batch");
        }
    }
    return bytes;
}

void StateVersions::drop_below(Height height) const {
    const std::vector<Height> all = heights();
    if (all.empty()) {
        return;
    }
    const auto found = std::lower_bound(all.begin(), all.end(), height);
    const Height kept = found == all.end() ? all.back() : *found;
    rocksdb::WriteBatch batch;
    // Of a key that the first version alone has changed there is one entry, and it stays.
    for (auto at = all.begin() + 1; at != all.end() && *at <= kept; ++at) {
        for_each_change(*at, [&](const std::string& place) { forget_older(place, kept, batch); });
    }
    check(batch.DeleteRange(families_.changes, key_of(0), key_of(kept.value + 1)), "batch");
    check(batch.DeleteRange(families_.versions, key_of(0), key_of(kept.value)), "batch");
    check(db_.Write({}, &batch), "dropping old versions of the state");
}

void StateVersions::forget_older(const std::string& place, Height base,
                                 rocksdb::WriteBatch& batch) const {
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator({}, families_.state));
    bool is_newest = true;
    for (at->Seek(entry_key(place, base)); at->Valid() && place_in(at->key()) == place;
         at->Next()) {
        if (!is_newest || !decode(at->value()).value) {
            check(batch.Delete(families_.state, at->key()), "batch");
        }
        is_newest = false;
    }
    check(at->status(), "reading the state");
}

void StateVersions::for_each_change(Height at,
                                    const std::function<void(const std::string&)>& visit) const {
    const std::string prefix = key_of(at.value);
    const std::unique_ptr<rocksdb::Iterator> row(db_.NewIterator({}, families_.changes));
    for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
        visit({row->key().data() + kHeightBytes, row->key().size() - kHeightBytes});
    }
    check(row->status(), "reading the changes of the state");
}

std::vector<Height> StateVersions::heights() const {
    std::vector<Height> heights;
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator({}, families_.versions));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
        heights.emplace_back(number_of(at->key()));
    }
    check(at->status(), "reading the versions of the state");
    return heights;
}

Bytes StateVersions::block(Height at) const {
    std::string value;
    check(db_.Get({}, families_.versions, key_of(at.value), &value), "reading a version's block");
    return to_bytes(view(value));
}

graph::StateSnapshot StateVersions::load(Height at) const {
    graph::StateWrites writes;
    std::string done;  // the place whose entry at this version was seen
    const std::unique_ptr<rocksdb::Iterator> row(db_.NewIterator({}, families_.state));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        const std::string_view place = place_in(row->key());
        if (place == done || height_in(row->key()) > at) {
            continue;
        }
        done = place;
        Entry entry = decode(row->value());
        const auto tree = static_cast<std::size_t>(place.front());
        if (tree >= graph::kTreeCount) {
            check(rocksdb::Status::Corruption("tree"), "reading the state");
        }
        if (entry.value) {
            writes[tree].push_back(
                {std::string(entry.key.begin(), entry.key.end()), *std::move(entry.value)});
        }
    }
    check(row->status(), "reading the state");
    return graph::StateSnapshot().updated(std::move(writes));
}

}  // namespace nexus::actors
