#include "sim/env/simulated_disk.hpp"

#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::sim {

std::optional<Instant> SimulatedDisk::append(Bytes record, Instant now) {
    ++next_token_;
    if (running_ && now == started_) {
        syncing_.push_back(std::move(record));
        return std::nullopt;
    }
    waiting_.push_back({now, std::move(record)});
    if (running_) {
        return std::nullopt;
    }
    syncing_first_ = last_token();
    begin(now);
    return now + config_.fsync_latency;
}

SimulatedDisk::Completed SimulatedDisk::complete(Instant now) {
    NEXUS_ASSERT(running_);
    NEXUS_ASSERT(!syncing_.empty());
    Completed done{syncing_first_, syncing_.size(), std::nullopt};
    std::move(syncing_.begin(), syncing_.end(), std::back_inserter(durable_));
    syncing_.clear();
    running_ = false;
    if (!waiting_.empty()) {
        syncing_first_ = done.first + done.count;
        const Instant start = std::max(now, waiting_.front().since);
        begin(start);
        done.next_end = start + config_.fsync_latency;
    }
    return done;
}

void SimulatedDisk::begin(Instant start) {
    NEXUS_ASSERT(syncing_.empty());
    running_ = true;
    started_ = start;
    while (!waiting_.empty() && waiting_.front().since <= start) {
        syncing_.push_back(std::move(waiting_.front().record));
        waiting_.pop_front();
    }
}

void SimulatedDisk::forget(std::size_t count) {
    NEXUS_ASSERT(count <= durable_.size());
    durable_.erase(durable_.begin(), durable_.begin() + static_cast<std::ptrdiff_t>(count));
}

std::vector<Bytes> SimulatedDisk::records() const { return {durable_.begin(), durable_.end()}; }

std::size_t SimulatedDisk::crash() {
    const std::size_t lost = syncing_.size() + waiting_.size();
    syncing_.clear();
    waiting_.clear();
    running_ = false;
    return lost;
}

void SimulatedDisk::wipe() {
    NEXUS_ASSERT(!running_);
    NEXUS_ASSERT(waiting_.empty());
    durable_.clear();
    is_original_ = false;
}

}  // namespace nexus::sim
