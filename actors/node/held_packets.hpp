#pragma once

#include "actors/link/lanes.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace nexus::actors {

/// Packets that wait for the time at which they leave.
///
/// Invariant: they leave by rising time, those of one time in the order in which they came; all
///            together take no more than `bytes_max`.
class HeldPackets {
public:
    /// One packet, encoded; a broadcast shares its bytes.
    struct Packet {
        NodeId to;
        Lane lane = Lane::Normal;
        std::shared_ptr<const Bytes> bytes;
    };

    /// What a packet takes beside its own bytes, at most: its place here.
    static constexpr std::size_t kOverhead = 128;

    explicit HeldPackets(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// True if a packet of `size` bytes would be taken.
    [[nodiscard]] bool has_room(std::size_t size) const {
        return size + kOverhead <= bytes_max_ - bytes_;
    }
    /// False, and nothing changes, if there is no room.
    [[nodiscard]] bool add(Instant leaves, Packet packet) {
        if (!has_room(packet.bytes->size())) {
            return false;
        }
        bytes_ += packet.bytes->size() + kOverhead;
        packets_.emplace(leaves, std::move(packet));
        return true;
    }
    /// The next packet whose time has come.
    [[nodiscard]] std::optional<Packet> take(Instant now) {
        if (packets_.empty() || packets_.begin()->first > now) {
            return std::nullopt;
        }
        Packet packet = std::move(packets_.begin()->second);
        packets_.erase(packets_.begin());
        bytes_ -= packet.bytes->size() + kOverhead;
        return packet;
    }

    /// When the next one leaves.
    [[nodiscard]] std::optional<Instant> next() const {
        return packets_.empty() ? std::nullopt : std::optional(packets_.begin()->first);
    }
    [[nodiscard]] bool empty() const { return packets_.empty(); }
    [[nodiscard]] std::size_t size() const { return packets_.size(); }
    /// Overhead included.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::multimap<Instant, Packet> packets_;  // equal keys stay in the order of insertion
};

}  // namespace nexus::actors
