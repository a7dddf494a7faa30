#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The trace file, version 1.
///
/// Shape: magic 8 bytes | version 1 byte | one zstd frame with checksum. Inside the frame, in the
///        canonical codec of base/codec.hpp: a TraceHeader, then records, each a RecordTag and
///          Node   number (the next one), name, kind
///          Label  number (the next one), name
///          Event  EventFields, and for a packet the 32 bytes of its digest
///          End    number of events, digest of all events; nothing follows
/// A name comes before the first event that uses it, so that a reader needs one pass.
namespace nexus::sim {

inline constexpr std::string_view kTraceMagic = "NEXUSTRC";
inline constexpr std::uint8_t kTraceVersion = 1;
inline constexpr std::size_t kTraceTextMax = 256;     ///< bytes of any name
inline constexpr std::size_t kTraceRecordMax = 1024;  ///< bytes of any record, with room
inline constexpr int kTraceWindowLog = 21;            ///< 2 MiB: what writer and reader hold

/// Where a trace comes from.
struct TraceHeader {
    std::string scenario;
    std::uint64_t seed = 0;
    std::string commit;  ///< of the program that ran

    static void describe(auto& codec, auto& self) {
        codec.limited(self.scenario, kTraceTextMax);
        codec(self.seed);
        codec.limited(self.commit, kTraceTextMax);
    }
    friend bool operator==(const TraceHeader&, const TraceHeader&) = default;
};

enum class RecordTag : std::uint8_t { Node, Label, Event, End, Last = End };

struct NodeRecord {
    std::uint32_t number = 0;
    std::string name;
    std::string kind;

    static void describe(auto& codec, auto& self) {
        codec(self.number);
        codec.limited(self.name, kTraceTextMax);
        codec.limited(self.kind, kTraceTextMax);
    }
};

struct LabelRecord {
    std::uint32_t number = 0;
    std::string name;

    static void describe(auto& codec, auto& self) {
        codec(self.number);
        codec.limited(self.name, kTraceTextMax);
    }
};

/// An event; a node is its number plus one, 0 is none.
struct EventFields {
    EventKind kind = EventKind::Packet;
    std::uint64_t delta = 0;  ///< nanoseconds since the event before; the first since 0
    std::uint32_t node = 0;
    std::uint32_t incarnation = 0;
    std::uint32_t source = 0;
    std::uint32_t label = 0;
    std::uint64_t value = 0;

    static void describe(auto& codec, auto& self) {
        codec(self.kind, self.delta, self.node, self.incarnation, self.source, self.label,
              self.value);
    }
};

struct EndRecord {
    std::uint64_t events = 0;
    Hash digest;

    static void describe(auto& codec, auto& self) { codec(self.events, self.digest); }
};

/// kNoNode wraps to 0, and back.
constexpr std::uint32_t pack_node(NodeId node) { return node.value + 1; }
constexpr NodeId unpack_node(std::uint32_t packed) { return NodeId{packed - 1}; }

}  // namespace nexus::sim
