#include "sim/kernel/coordinator.hpp"

#include "base/assert.hpp"
#include "base/time.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace nexus::sim {
namespace {

/// Stands in for the actor behind `aout`: takes any line and prints none.
class MutePrinter final : public caf::event_based_actor {
public:
    using event_based_actor::event_based_actor;
    caf::behavior make_behavior() override {
        set_default_handler(caf::drop);
        return {[](caf::delete_atom) {}};
    }
};

Instant instant(caf::actor_clock::time_point point) {
    return Instant{
        std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch()).count()};
}

caf::mailbox_element_ptr timeout_element(caf::abstract_actor* self, caf::atom_value type,
                                         std::uint64_t id) {
    return caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(self),
                                     caf::make_message_id(), {}, caf::timeout_msg{type, id});
}

std::uint64_t number(caf::atom_value atom) { return static_cast<std::uint64_t>(atom); }

}  // namespace

caf::actor_clock::time_point VirtualClock::now() const noexcept {
    return time_point{std::chrono::nanoseconds(host_->scheduler_now().nanoseconds)};
}

void VirtualClock::set(const Key& key, time_point due, caf::abstract_actor* self,
                       caf::mailbox_element_ptr element) {
    cancel(key);
    timeouts_[key] = host_->on_delayed(instant(due), caf::actor_cast<caf::strong_actor_ptr>(self),
                                       std::move(element));
    if (timeouts_.size() >= prune_at_) {
        prune();
    }
}

void VirtualClock::prune() {
    std::erase_if(timeouts_,
                  [this](const auto& entry) { return !host_->is_pending(entry.second); });
    prune_at_ = std::max<std::size_t>(64, 2 * timeouts_.size());
}

void VirtualClock::cancel(const Key& key) {
    if (const auto found = timeouts_.find(key); found != timeouts_.end()) {
        host_->on_cancelled(found->second);
        timeouts_.erase(found);
    }
}

void VirtualClock::set_ordinary_timeout(time_point due, caf::abstract_actor* self,
                                        caf::atom_value type, std::uint64_t id) {
    set({self->id(), TimeoutKind::Ordinary, number(type), 0}, due, self,
        timeout_element(self, type, id));
}

void VirtualClock::set_multi_timeout(time_point due, caf::abstract_actor* self,
                                     caf::atom_value type, std::uint64_t id) {
    set({self->id(), TimeoutKind::Multi, number(type), id}, due, self,
        timeout_element(self, type, id));
}

void VirtualClock::set_request_timeout(time_point due, caf::abstract_actor* self,
                                       caf::message_id id) {
    set({self->id(), TimeoutKind::Request, id.integer_value(), 0}, due, self,
        caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(self), id, {},
                                  caf::make_error(caf::sec::request_timeout)));
}

void VirtualClock::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
    cancel({self->id(), TimeoutKind::Ordinary, number(type), 0});
}

void VirtualClock::cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) {
    cancel({self->id(), TimeoutKind::Request, id.integer_value(), 0});
}

void VirtualClock::cancel_timeouts(caf::abstract_actor* self) {
    const auto first = timeouts_.lower_bound({self->id(), TimeoutKind::Ordinary, 0, 0});
    auto last = first;
    for (; last != timeouts_.end() && std::get<0>(last->first) == self->id(); ++last) {
        host_->on_cancelled(last->second);
    }
    timeouts_.erase(first, last);
}

void VirtualClock::schedule_message(time_point due, caf::strong_actor_ptr receiver,
                                    caf::mailbox_element_ptr content) {
    host_->on_delayed(instant(due), std::move(receiver), std::move(content));
}

void VirtualClock::schedule_message(time_point /*due*/, caf::group /*target*/,
                                    caf::strong_actor_ptr /*sender*/, caf::message /*content*/) {
    const bool groups_are_simulated = false;
    NEXUS_ASSERT(groups_are_simulated);
}

void Coordinator::start() {
    caf::actor_config config{&unit_};
    utility_actors_[printer_id] = caf::make_actor<MutePrinter, caf::actor>(
        system().next_actor_id(), system().node(), &system(), config);
}

void Coordinator::drain() {
    while (!idle_jobs_.empty()) {
        caf::resumable* job = idle_jobs_.front();
        idle_jobs_.pop_front();
        const bool is_actor = job->subtype() == caf::resumable::scheduled_actor;
        const bool killed = is_actor && static_cast<caf::scheduled_actor*>(job)->getf(
                                            caf::abstract_actor::is_cleaned_up_flag);
        if (!killed && job->resume(&unit_, 1) == caf::resumable::resume_later) {
            idle_jobs_.push_back(job);
        } else {
            caf::intrusive_ptr_release(job);
        }
    }
}

void Coordinator::stop() {
    NEXUS_ASSERT(!live_);
    drain();
    // Not by stop_actors: it would wait in a blocking actor for a message that only we deliver.
    utility_actors_.fill(caf::actor{});
}

}  // namespace nexus::sim
