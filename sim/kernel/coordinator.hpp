#pragma once

#include "base/time.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <tuple>

namespace nexus::sim {

/// What CAF's scheduler and clock hand on: implemented by the kernel.
class SchedulerHost {
public:
    SchedulerHost() = default;
    SchedulerHost(const SchedulerHost&) = delete;
    SchedulerHost(SchedulerHost&&) = delete;
    SchedulerHost& operator=(const SchedulerHost&) = delete;
    SchedulerHost& operator=(SchedulerHost&&) = delete;

    [[nodiscard]] virtual Instant scheduler_now() const = 0;
    /// `job` has messages to handle. One reference to it comes along.
    virtual void on_ready(caf::resumable* job) = 0;
    /// `element` is due for `receiver` at `due`. Returns a number that names the entry.
    virtual std::uint64_t on_delayed(Instant due, caf::strong_actor_ptr receiver,
                                     caf::mailbox_element_ptr element) = 0;
    /// The entry is not wanted any more; it may have been handled already.
    virtual void on_cancelled(std::uint64_t entry) = 0;
    /// True until the entry was handled, dropped or cancelled.
    [[nodiscard]] virtual bool is_pending(std::uint64_t entry) const = 0;

protected:
    ~SchedulerHost() = default;
};

/// CAF's clock in virtual time: its epoch is the start of the run.
class VirtualClock final : public caf::actor_clock {
public:
    explicit VirtualClock(SchedulerHost& host) : host_(&host) {}

    time_point now() const noexcept override;
    void set_ordinary_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                              std::uint64_t id) override;
    void set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                           std::uint64_t id) override;
    void set_request_timeout(time_point due, caf::abstract_actor* self,
                             caf::message_id id) override;
    void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
    void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
    void cancel_timeouts(caf::abstract_actor* self) override;
    void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                          caf::mailbox_element_ptr content) override;
    /// Groups are not simulated: asserts.
    void schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                          caf::message content) override;
    void cancel_all() override { timeouts_.clear(); }

private:
    enum class TimeoutKind : std::uint8_t { Ordinary, Multi, Request };
    /// Actor, kind, and what tells timeouts of one kind apart.
    using Key = std::tuple<caf::actor_id, TimeoutKind, std::uint64_t, std::uint64_t>;

    void set(const Key& key, time_point due, caf::abstract_actor* self,
             caf::mailbox_element_ptr element);
    void cancel(const Key& key);

    /// Forgets fired timeouts when they may be the greater half.
    void prune();

    SchedulerHost* host_;
    std::map<Key, std::uint64_t> timeouts_;
    std::size_t prune_at_ = 64;
};

/// CAF's scheduler on the calling thread: what is ready goes to the kernel's event queue.
///
/// Threading: one thread. CAF's own helper for `aout` would bring a thread; a mute actor stands in.
class Coordinator final : public caf::scheduler::abstract_coordinator {
public:
    using super = caf::scheduler::abstract_coordinator;

    Coordinator(caf::actor_system& system, SchedulerHost& host)
        : super(system), host_(&host), clock_(host), unit_(*this) {}

    VirtualClock& clock() noexcept override { return clock_; }
    bool detaches_utility_actors() const override { return false; }

    /// While on, what gets ready goes to the kernel; else to a list that `drain` runs. CAF's own
    /// actors start and end outside of virtual time.
    void set_live(bool live) { live_ = live; }
    /// Runs what is ready until nothing is.
    void drain();
    /// What actors run on.
    caf::execution_unit* unit() { return &unit_; }

protected:
    void start() override;
    void stop() override;
    void enqueue(caf::resumable* job) override { ready(job); }

private:
    struct Unit final : caf::execution_unit {
        explicit Unit(Coordinator& coordinator)
            : execution_unit(&coordinator.system()), owner(&coordinator) {}
        void exec_later(caf::resumable* job) override { owner->ready(job); }
        Coordinator* owner;
    };

    void ready(caf::resumable* job) {
        if (live_) {
            host_->on_ready(job);
        } else {
            idle_jobs_.push_back(job);
        }
    }

    SchedulerHost* host_;
    VirtualClock clock_;
    Unit unit_;
    bool live_ = false;
    std::deque<caf::resumable*> idle_jobs_;
};

}  // namespace nexus::sim
