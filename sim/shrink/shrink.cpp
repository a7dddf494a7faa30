#include "sim/shrink/shrink.hpp"

#include "base/assert.hpp"
#include "base/time.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/shrink/failure.hpp"
#include "sim/shrink/reductions.hpp"

#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

/// How many things of a kind there are, and how to take some out.
using Count = std::function<std::size_t(const Scenario&)>;
using Remove = std::function<void(Scenario&, std::size_t first, std::size_t count)>;
using Set = std::function<void(Scenario&, std::uint64_t)>;

template <class T>
void erase_range(std::vector<T>& items, std::size_t first, std::size_t count) {
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
    items.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
}

/// One of the lists of names of a fault.
using NameList = std::vector<std::string> FaultSpec::*;

/// Sides of the partition that is fault number `fault`; none if it is something else, or gone.
std::size_t groups_of(const Scenario& scenario, std::size_t fault) {
    return fault < scenario.faults.size() ? scenario.faults[fault].groups.size() : 0;
}

/// One search.
class Search {
public:
    Search(const Scenario& failed, const Failure& kept, const Judge& judge,
           const ShrinkOptions& options)
        : kept_(kept), judge_(judge), options_(options), smallest_(without_places(failed)) {
        NEXUS_ASSERT(kept == essence(kept));
        // Expectations have no influence on a run, so those of no interest need no attempt.
        std::erase_if(smallest_.expectations, [&](const Expectation& expectation) {
            return !kept_.missed.contains(expectation.text) &&
                   !kept_.missed.contains("no value: " + expectation.text);
        });
        smallest_text_ = format_scenario(smallest_);
    }

    Shrunk run() {
        must_need_trouble_ = is_cured(smallest_);
        must_be_bearable_ = is_bearable(smallest_);
        std::string before;
        while (before != smallest_text_ && has_attempts()) {
            before = smallest_text_;
            remove_things();
            calm_network();
            shorten();
            lessen_numbers();
            remove_targets();
        }
        return {.scenario = smallest_,
                .attempts = attempts_,
                .accepted = accepted_,
                .is_complete = has_attempts() && before == smallest_text_};
    }

private:
    [[nodiscard]] bool has_attempts() const { return attempts_ < options_.attempts_max; }

    // --- judging ---

    bool fails_alike(const Scenario& scenario, const std::string& text);
    bool is_cured(const Scenario& scenario);
    bool attempt(Scenario candidate);

    // --- strategies ---

    void reduce(const Count& count, const Remove& remove);
    template <class Get>
    void reduce_list(Get get);
    void lessen(std::uint64_t value, std::uint64_t least, const Set& set);
    void lessen_time(Duration time, const std::function<void(Scenario&, Duration)>& set);

    // --- what is made smaller ---

    void remove_things();
    void calm_network();
    void shorten();
    void lessen_numbers();
    void lessen_communities();
    void remove_targets();

    Failure kept_;
    const Judge& judge_;
    const ShrinkOptions& options_;
    Scenario smallest_;
    std::string smallest_text_;
    bool must_need_trouble_ = false;  // see shrink() for both
    bool must_be_bearable_ = false;
    std::map<std::string, bool> judged_;  // text of a candidate: does it fail alike?
    std::uint64_t attempts_ = 0;
    std::uint64_t accepted_ = 0;
};

/// Runs the scenario, if it has not been run and there is an attempt left.
bool Search::fails_alike(const Scenario& scenario, const std::string& text) {
    const auto known = judged_.find(text);
    if (known != judged_.end()) {
        return known->second;
    }
    if (!has_attempts()) {
        return false;
    }
    if (options_.progress) {
        options_.progress(attempts_, smallest_);
    }
    ++attempts_;
    const absl::StatusOr<Failure> failure = judge_(scenario);
    const bool alike = failure.ok() && sim::fails_alike(kept_, *failure);
    judged_.emplace(text, alike);
    return alike;
}

/// True if there is trouble, and without it the failure is gone.
bool Search::is_cured(const Scenario& scenario) {
    Scenario calm = without_trouble(scenario);
    tidy(calm);
    const std::string text = format_scenario(calm);
    return text != format_scenario(scenario) && has_attempts() && !fails_alike(calm, text);
}

/// Makes the candidate the smallest if it is sound, is another one and fails alike.
bool Search::attempt(Scenario candidate) {
    tidy(candidate);
    const absl::StatusOr<Scenario> checked = recheck_scenario(candidate);
    if (!checked.ok()) {
        return false;
    }
    const Scenario scenario = without_places(*checked);
    std::string text = format_scenario(scenario);
    if (text == smallest_text_ || (must_be_bearable_ && !is_bearable(scenario)) ||
        !fails_alike(scenario, text) || (must_need_trouble_ && !is_cured(scenario))) {
        return false;
    }
    ++accepted_;
    smallest_ = scenario;
    smallest_text_ = std::move(text);
    return true;
}

/// Takes out chunks, from the last to the first: all, then halves, and so on down to single things.
void Search::reduce(const Count& count, const Remove& remove) {
    for (std::size_t chunk = count(smallest_); chunk > 0; chunk /= 2) {
        std::size_t end = count(smallest_);
        while (end > 0 && has_attempts()) {
            const std::size_t first = end > chunk ? end - chunk : 0;
            Scenario candidate = smallest_;
            remove(candidate, first, end - first);
            (void)attempt(std::move(candidate));
            end = std::min(first, count(smallest_));
        }
    }
}

/// The same for the vector that `get` finds in a scenario.
template <class Get>
void Search::reduce_list(Get get) {
    reduce([get](const Scenario& scenario) { return get(scenario).size(); },
           [get](Scenario& scenario, std::size_t first, std::size_t count) {
               erase_range(get(scenario), first, count);
           });
}

/// Halves the way between what fails and what does not. Pre: `value` is that of the smallest.
void Search::lessen(std::uint64_t value, std::uint64_t least, const Set& set) {
    const auto fails_with = [&](std::uint64_t number) {
        Scenario candidate = smallest_;
        set(candidate, number);
        return attempt(std::move(candidate));
    };
    if (value <= least || fails_with(least)) {
        return;
    }
    std::uint64_t low = least;
    while (value - low > 1 && has_attempts()) {
        const std::uint64_t middle = low + (value - low) / 2;
        (fails_with(middle) ? value : low) = middle;
    }
}

/// In steps that a person would write.
void Search::lessen_time(Duration time, const std::function<void(Scenario&, Duration)>& set) {
    const std::int64_t step = time >= seconds(2) ? 500 * kMillisecond : 50 * kMillisecond;
    const auto steps = static_cast<std::uint64_t>((time.nanoseconds + step - 1) / step);
    lessen(steps, 0, [&](Scenario& scenario, std::uint64_t number) {
        set(scenario, Duration{step * static_cast<std::int64_t>(number)});
    });
}

void Search::remove_things() {
    reduce_list([](auto& scenario) -> auto& { return scenario.faults; });
    reduce_list([](auto& scenario) -> auto& { return scenario.byzantine; });
    reduce_list([](auto& scenario) -> auto& { return scenario.load.steps; });
    reduce_list([](auto& scenario) -> auto& { return scenario.populations; });
    reduce([](const Scenario& scenario) { return scenario.sovereigns.size(); }, remove_sovereigns);
    // One stays, whatever happens.
    reduce([](const Scenario& scenario) { return scenario.validators.count - 1; },
           [](Scenario& scenario, std::size_t first, std::size_t count) {
               remove_validators(scenario, first + 1, count);
           });
    if (smallest_.validators.count > 1) {
        Scenario candidate = smallest_;
        remove_validators(candidate, 0, 1);
        (void)attempt(std::move(candidate));
    }
}

void Search::calm_network() {
    const NetworkSpec plain;
    const std::vector<std::function<void(NetworkSpec&)>> steps = {
        make_network_plain,
        [](NetworkSpec& network) { network.matrix = "uniform"; },
        [](NetworkSpec& network) { network.jitter = 0; },
        [](NetworkSpec& network) { network.loss = 0; },
        [](NetworkSpec& network) { network.duplicate = 0; },
        [](NetworkSpec& network) { network.reorder = 0; },
        [&](NetworkSpec& network) { network.bandwidth_bps = plain.bandwidth_bps; },
        [](NetworkSpec& network) { network.seeded_ties = false; },
    };
    for (const auto& step : steps) {
        Scenario candidate = smallest_;
        step(candidate.network);
        (void)attempt(std::move(candidate));
    }
}

void Search::shorten() {
    // Earlier faults leave room for an earlier end.
    for (bool more = !smallest_.faults.empty(); more && has_attempts();) {
        Scenario candidate = smallest_;
        for (FaultSpec& fault : candidate.faults) {
            fault.at = milliseconds(fault.at.milliseconds() / 200 * 100);
        }
        more = attempt(std::move(candidate));
    }
    lessen_time(smallest_.duration,
                [](Scenario& scenario, Duration time) { scenario.duration = time; });
    lessen_time(smallest_.grace, [](Scenario& scenario, Duration time) { scenario.grace = time; });
    lessen_time(smallest_.load.stop,
                [](Scenario& scenario, Duration time) { scenario.load.stop = time; });
}

void Search::lessen_numbers() {
    for (std::size_t i = 0; i < smallest_.load.steps.size(); ++i) {
        lessen(smallest_.load.steps[i].rate, 0, [i](Scenario& scenario, std::uint64_t rate) {
            scenario.load.steps[i].rate = static_cast<std::uint32_t>(rate);
        });
    }
    if (!smallest_.load.steps.empty()) {
        lessen(smallest_.load.sources, 1, [](Scenario& scenario, std::uint64_t sources) {
            scenario.load.sources = static_cast<std::uint32_t>(sources);
        });
        lessen(smallest_.load.accounts, 2, [](Scenario& scenario, std::uint64_t accounts) {
            scenario.load.accounts = static_cast<std::uint32_t>(accounts);
        });
    }
    lessen_communities();
}

void Search::lessen_communities() {
    for (std::size_t i = 0; i < smallest_.populations.size(); ++i) {
        lessen(smallest_.populations[i].count, 1, [i](Scenario& scenario, std::uint64_t count) {
            scenario.populations[i].count = static_cast<std::uint32_t>(count);
        });
    }
    for (std::size_t i = 0; i < smallest_.sovereigns.size(); ++i) {
        lessen(smallest_.sovereigns[i].missions, 0, [i](Scenario& scenario, std::uint64_t count) {
            scenario.sovereigns[i].missions = static_cast<std::uint32_t>(count);
        });
        lessen(smallest_.sovereigns[i].mission_slots, 1,
               [i](Scenario& scenario, std::uint64_t slots) {
                   scenario.sovereigns[i].mission_slots = static_cast<std::uint32_t>(slots);
               });
    }
}

void Search::remove_targets() {
    // An accepted candidate may have lost the very fault that was looked at, so each look asks
    // anew.
    for (std::size_t i = 0; i < smallest_.faults.size(); ++i) {
        for (const NameList list : {&FaultSpec::targets, &FaultSpec::from, &FaultSpec::to}) {
            reduce(
                [i, list](const Scenario& scenario) {
                    return i < scenario.faults.size() ? (scenario.faults[i].*list).size() : 0;
                },
                [i, list](Scenario& scenario, std::size_t first, std::size_t count) {
                    erase_range(scenario.faults[i].*list, first, count);
                    if ((scenario.faults[i].*list).empty()) {  // nobody named is everybody hit
                        erase_range(scenario.faults, i, 1);
                    }
                });
        }
        for (std::size_t group = 0; group < groups_of(smallest_, i); ++group) {
            reduce(
                [i, group](const Scenario& scenario) {
                    return group < groups_of(scenario, i) ? scenario.faults[i].groups[group].size()
                                                          : 0;
                },
                [i, group](Scenario& scenario, std::size_t first, std::size_t count) {
                    erase_range(scenario.faults[i].groups[group], first, count);
                });
        }
    }
    for (std::size_t i = 0; i < smallest_.byzantine.size(); ++i) {
        reduce(
            [i](const Scenario& scenario) {
                return i < scenario.byzantine.size() ? scenario.byzantine[i].validators.size() : 0;
            },
            [i](Scenario& scenario, std::size_t first, std::size_t count) {
                erase_range(scenario.byzantine[i].validators, first, count);
            });
    }
}

}  // namespace

Shrunk shrink(const Scenario& failed, const Failure& kept, const Judge& judge,
              const ShrinkOptions& options) {
    return Search(failed, kept, judge, options).run();
}

}  // namespace nexus::sim
