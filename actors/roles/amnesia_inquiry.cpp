#include "actors/roles/amnesia_inquiry.hpp"

#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/fault_bound.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {

AmnesiaInquiry::AmnesiaInquiry(std::shared_ptr<const consensus::ValidatorSet> validators,
                               ValidatorIndex self, std::uint64_t nonce)
    : validators_(std::move(validators)), self_(self), nonce_(nonce), turn_(self.value) {
    NEXUS_ASSERT(validators_ != nullptr);
    NEXUS_ASSERT(validators_->contains(self_));
    answered_.resize(validators_->size());
}

bool AmnesiaInquiry::expects(ValidatorIndex from, const RecoveryResponse& response) const {
    return response.nonce == nonce_ && validators_->contains(from) && from != self_ &&
           !answered_[from.value];
}

void AmnesiaInquiry::add(ValidatorIndex from, const RecoveryResponse& response) {
    NEXUS_ASSERT(expects(from, response));
    answered_[from.value] = true;
    power_ += validators_->at(from).power;
    if (response.certificate &&
        (highest_ == nullptr || response.certificate->view > highest_->view)) {
        highest_ = std::make_shared<const consensus::Certificate>(*response.certificate);
    }
}

std::optional<ValidatorIndex> AmnesiaInquiry::next_to_sync_from() {
    const auto count = static_cast<std::uint32_t>(validators_->size());
    if (count == 1) {
        return std::nullopt;
    }
    do {
        turn_ = (turn_ + 1) % count;
    } while (turn_ == self_.value);
    return ValidatorIndex{turn_};
}

std::vector<ValidatorIndex> AmnesiaInquiry::silent() const {
    std::vector<ValidatorIndex> silent;
    for (std::uint32_t i = 0; i < answered_.size(); ++i) {
        if (!answered_[i] && ValidatorIndex{i} != self_) {
            silent.push_back(ValidatorIndex{i});
        }
    }
    return silent;
}

bool AmnesiaInquiry::is_complete() const {
    return consensus::shares_honest(power_, validators_->total());
}

}  // namespace nexus::actors
