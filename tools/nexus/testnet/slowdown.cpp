#include "tools/nexus/testnet/slowdown.hpp"

#include "base/assert.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

extern "C" {  // the header of glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

namespace nexus::tools {
namespace {

/// A process that is down is looked for this often.
constexpr std::chrono::milliseconds kLookInterval{50};

}  // namespace

Slowdown::Slowdown(TestnetLayout layout) : layout_(std::move(layout)), thread_([this] { run(); }) {}

Slowdown::~Slowdown() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
    for (auto& [process, slowed] : slowed_) {
        if (slowed.is_stopped) {
            (void)tell(process, slowed, SIGCONT);
        }
        if (slowed.handle >= 0) {
            close(slowed.handle);
        }
    }
}

void Slowdown::set(const std::string& process, std::uint32_t factor) {
    NEXUS_ASSERT(factor >= 1 && factor <= kFactorMax);
    {
        const std::lock_guard lock(mutex_);
        Slowed& slowed = slowed_[process];
        slowed.factor = factor;
        slowed.turn = Clock::now();
    }
    changed_.notify_all();
}

std::uint64_t Slowdown::stops(const std::string& process) const {
    const std::lock_guard lock(mutex_);
    const auto found = stops_.find(process);
    return found == stops_.end() ? 0 : found->second;
}

void Slowdown::run() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
        std::optional<Clock::time_point> next;
        for (auto& [process, slowed] : slowed_) {
            if (slowed.turn <= Clock::now()) {
                take_turn(process, slowed);
            }
            if (slowed.factor > 1) {
                next = std::min(next.value_or(slowed.turn), slowed.turn);
            }
        }
        if (next) {
            changed_.wait_until(lock, *next);
        } else {
            changed_.wait(lock);
        }
    }
}

void Slowdown::take_turn(const std::string& process, Slowed& slowed) {
    const bool stops = slowed.factor > 1 && !slowed.is_stopped;
    if (!stops && !slowed.is_stopped) {
        return;
    }
    slowed.is_stopped = tell(process, slowed, stops ? SIGSTOP : SIGCONT) && stops;
    stops_[process] += slowed.is_stopped ? 1 : 0;
    if (slowed.is_stopped) {
        slowed.turn = Clock::now() + (slowed.factor - 1) * kTurn;
    } else {
        slowed.turn = Clock::now() + (slowed.handle < 0 ? kLookInterval : kTurn);
    }
}

bool Slowdown::tell(const std::string& process, Slowed& slowed, int signal) const {
    if (slowed.handle >= 0) {
        if (pidfd_send_signal(slowed.handle, signal, nullptr, 0) == 0) {
            return true;
        }
        close(std::exchange(slowed.handle, -1));
    }
    const std::optional<pid_t> pid = living(layout_, process);
    if (!pid) {
        return false;
    }
    slowed.handle = pidfd_open(*pid, 0);
    // What the number names now it named before the handle was made, or the handle is of another.
    if (slowed.handle >= 0 && living(layout_, process) == pid) {
        return pidfd_send_signal(slowed.handle, signal, nullptr, 0) == 0;
    }
    if (slowed.handle >= 0) {
        close(std::exchange(slowed.handle, -1));
    }
    return false;
}

}  // namespace nexus::tools
