#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "consensus/api/effect.hpp"

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace nexus::consensus::simplex {

/// The effects of one step, in the making: the record goes before all that it justifies.
class Turn {
public:
    Turn(Instant now, Effects& out) : now_(now), out_(out) {}

    [[nodiscard]] Instant now() const { return now_; }

    /// An effect that no record needs to precede, such as a timer or a request. It still follows
    /// the commits of this step: a block may only be checked on top of a committed one.
    void emit(Effect effect) { (holds_commit_ ? held_ : out_).push_back(std::move(effect)); }

    /// An effect that must not be seen before the record of this step is durable: our signature,
    /// or a commit, which our own vote may have completed.
    void emit_durable(Effect effect) {
        holds_commit_ = holds_commit_ || std::holds_alternative<Commit>(effect);
        held_.push_back(std::move(effect));
    }

    /// Appends the record, if any, and then what waited for it.
    void finish(std::optional<Bytes> record, std::size_t forgettable) {
        if (record) {
            out_.push_back(Persist{std::move(*record)});
        }
        out_.insert(out_.end(), std::make_move_iterator(held_.begin()),
                    std::make_move_iterator(held_.end()));
        held_.clear();
        if (forgettable > 0) {
            out_.push_back(ForgetRecords{forgettable});
        }
    }

private:
    Instant now_;
    Effects& out_;
    Effects held_;
    bool holds_commit_ = false;
};

}  // namespace nexus::consensus::simplex
