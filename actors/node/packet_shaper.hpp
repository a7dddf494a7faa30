#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nexus::actors {

/// A network that is worse than the real one: decides what becomes of the packets that one node
/// sends. What it decides comes on top of what the real network does.
///
/// Threading: the broker asks on its thread, and any thread may change the rules meanwhile.
class PacketShaper {
public:
    /// When each copy of a packet goes to the real network; none if it is lost.
    struct Fate {
        std::array<Instant, 2> leaves{};
        std::uint8_t copies = 0;
    };

    PacketShaper() = default;
    PacketShaper(const PacketShaper&) = delete;
    PacketShaper(PacketShaper&&) = delete;
    PacketShaper& operator=(const PacketShaper&) = delete;
    PacketShaper& operator=(PacketShaper&&) = delete;
    virtual ~PacketShaper() = default;

    /// False while every packet would leave at once: nobody need ask.
    [[nodiscard]] bool is_active() const { return active_.load(std::memory_order_relaxed); }

    /// Decides about a packet of `size` bytes. `now` never goes back.
    [[nodiscard]] virtual Fate shape(Instant now, NodeId to, std::size_t size) = 0;
    /// False if a packet that waited for its time must not leave any more: the line is cut now.
    [[nodiscard]] virtual bool passes(NodeId to) = 0;

protected:
    void set_active(bool active) { active_.store(active, std::memory_order_relaxed); }

private:
    std::atomic<bool> active_ = false;
};

}  // namespace nexus::actors
