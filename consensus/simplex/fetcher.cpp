#include "consensus/simplex/fetcher.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

void Fetcher::set_wants(const std::vector<Want>& wants) {
    std::map<Hash, Pending> kept;
    for (const Want& want : wants) {
        if (kept.size() == kWantsMax) {
            break;
        }
        const auto known = wants_.find(want.block);
        const std::size_t attempts = known == wants_.end() ? 0 : known->second.attempts;
        kept.try_emplace(want.block, Pending{.want = want, .attempts = attempts});
    }
    wants_ = std::move(kept);
}

void Fetcher::set_missing_view(std::optional<View> view) {
    if (missing_view_ != view) {
        missing_view_ = view;
        view_attempts_ = 0;
    }
}

void Fetcher::set_far_behind(bool far_behind) {
    if (!far_behind) {
        sync_asked_ = false;
    }
    far_behind_ = far_behind;
}

std::vector<Fetcher::Request> Fetcher::take_block_requests(bool retry) {
    std::vector<Request> requests;
    for (auto& [block, pending] : wants_) {
        if (retry || (pending.want.urgent && pending.attempts == 0)) {
            requests.push_back({.want = pending.want, .attempt = pending.attempts});
            ++pending.attempts;
        }
    }
    return requests;
}

std::optional<Fetcher::ViewRequest> Fetcher::take_view_request(bool retry) {
    if (!missing_view_ || (!retry && view_attempts_ > 0)) {
        return std::nullopt;
    }
    return ViewRequest{.last = *missing_view_, .attempt = view_attempts_++};
}

std::optional<std::size_t> Fetcher::take_sync_request(bool retry) {
    if (!far_behind_ || (!retry && sync_asked_)) {
        return std::nullopt;
    }
    sync_asked_ = true;
    return sync_attempts_++;
}

std::size_t Fetcher::attempts_max() const {
    std::size_t attempts = 0;
    for (const auto& [block, pending] : wants_) {
        attempts = std::max(attempts, pending.attempts);
    }
    return attempts;
}

void Fetcher::digest(Bytes& out) const {
    codec::Encoder encoder;
    for (const auto& [block, pending] : wants_) {
        encoder(block, pending.want.urgent, static_cast<std::uint64_t>(pending.attempts));
    }
    encoder(missing_view_, static_cast<std::uint64_t>(view_attempts_), far_behind_, sync_asked_,
            static_cast<std::uint64_t>(sync_attempts_));
    const ByteView view = encoder.view();
    out.insert(out.end(), view.begin(), view.end());
}

}  // namespace nexus::consensus::simplex
