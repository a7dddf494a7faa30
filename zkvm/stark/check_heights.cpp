#include "zkvm/stark/check_heights.hpp"

#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/stark/domain.hpp"

#include <array>
#include <utility>

namespace nexus::zkvm {
namespace {

ProofError bad_height(std::uint64_t expected, std::uint64_t got) {
    return {ProofError::Kind::BadHeight, expected, got, {}};
}

}  // namespace

std::optional<ProofError> check_heights(const Heights& heights, const VerifyingKey& key,
                                        bool is_last, std::uint64_t characteristic,
                                        std::span<const TableInfo, kTableCount> tables) {
    for (const unsigned height : heights) {
        if (height != 0 && height < kLogRowsMin) {
            return bad_height(kLogRowsMin, height);
        }
        if (height > kLogRowsMax) {
            return bad_height(kLogRowsMax, height);
        }
    }
    const unsigned lookup = log_rows_for(LookupRows::kCount, kLogExcludedZk);
    const std::array<std::pair<std::size_t, unsigned>, 3> fixed{
        {{kTableIndex<ProgramTable>, key.program_log_rows},
         {kTableIndex<ImageTable>, key.image_log_rows},
         {kTableIndex<LookupTable>, lookup}}};
    for (const auto& [table, expected] : fixed) {
        if (heights[table] != expected) {
            return bad_height(expected, heights[table]);
        }
    }
    if (heights[kTableIndex<BoundaryTable>] == 0) {
        return bad_height(kLogRowsMin, 0);
    }
    const unsigned closing = heights[kTableIndex<ClosingTable>];
    if ((closing != 0) != is_last) {
        return bad_height(is_last ? kLogRowsMin : 0, closing);
    }
    std::uint64_t messages = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (heights[t] != 0) {
            messages += std::uint64_t{tables[t].shape.messages} << heights[t];
        }
    }
    if (messages >= characteristic) {
        return ProofError{ProofError::Kind::TooManyMessages, characteristic - 1, messages, {}};
    }
    return std::nullopt;
}

}  // namespace nexus::zkvm
