#pragma once

#include <cstddef>
#include <memory>

namespace nexus::zkvm {

namespace detail {

using RangeCall = void (*)(const void* callable, std::size_t first, std::size_t last);

void parallel_ranges(std::size_t begin, std::size_t end, std::size_t grain, RangeCall call,
                     const void* callable);

}  // namespace detail

/// Calls `fn(first, last)` for the pieces `[begin + k * grain, begin + (k + 1) * grain)` of
/// [begin, end), the last one cut short; several at a time, in any order, and returns when all are
/// done. Calls may nest. Pre: grain > 0; calls do not write what others read or write.
///
/// Determinism: the pieces are the same for any number of threads.
/// Threading: the threads are those of TBB; whoever wants fewer limits TBB around the call.
template <class Fn>
void parallel_for(std::size_t begin, std::size_t end, std::size_t grain, const Fn& fn) {
    detail::parallel_ranges(
        begin, end, grain,
        [](const void* callable, std::size_t first, std::size_t last) {
            (*static_cast<const Fn*>(callable))(first, last);
        },
        &fn);
}

/// While it lives, no more than so many threads work in parallel_for, the caller's included; of
/// several limits the least counts. For a host that has other work, and for benchmarks.
class ThreadLimit {
public:
    /// Pre: threads > 0.
    explicit ThreadLimit(std::size_t threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

private:
    struct Limit;
    std::unique_ptr<Limit> limit_;
};

}  // namespace nexus::zkvm
