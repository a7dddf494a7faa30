#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/api/verifier.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

/// A proof, its claim, and changes to them, read from the input: eight bytes each. Places are
/// relative to a part of the proof, so that small inputs reach every part, and what is not changed
/// stays valid: the verifier gets as far as the change lets it.
class ChangedProof {
public:
    static constexpr std::size_t kChangeBytes = 8;
    static constexpr std::size_t kProfileAt = 8;  ///< In a proof, behind magic and version.

    ChangedProof(const ProvenExecution& proven, const tests::ProofMap& map)
        : map_(map), claim_(proven.claim), proof_(proven.proof) {}

    void change(const std::uint8_t* bytes) {
        const auto& regions = map_.regions();
        const tests::ProofMap::Region& region = regions[bytes[1] % regions.size()];
        const std::size_t offset = bytes[2] | std::size_t{bytes[3]} << 8U;
        const std::uint32_t value = bytes[4] | std::uint32_t{bytes[5]} << 8U |
                                    std::uint32_t{bytes[6]} << 16U | std::uint32_t{bytes[7]} << 24U;
        const std::size_t at = region.begin + (offset * 4) % region.size;
        switch (bytes[0] % 10) {
            case 0:
                return flip(at + value % 4, static_cast<std::uint8_t>(value >> 8U));
            case 1:
                return put(at, value);
            case 2:
                return add(at, value);
            case 3:
                return copy(at, regions[value % regions.size()].begin, 1 + (value >> 8U) % 256);
            case 4:
                return swap(at, region.begin + (value * 4) % region.size);
            case 5:
                return proof_.resize(std::min(proof_.size(), at + value % 8));
            case 6:
                return proof_.resize(proof_.size() + 1 + value % 256);
            case 7:
                return erase(at, 1 + value % 64);
            case 8:
                if (at < proof_.size()) {
                    proof_.insert(proof_.begin() + static_cast<std::ptrdiff_t>(at), 1 + value % 64,
                                  bytes[7]);
                }
                return;
            default:
                return change_claim(bytes[1], offset, bytes[4]);
        }
    }

    /// The verifier answers, and accepts nothing but what was proven.
    void check(const ProvenExecution& proven) const {
        const auto verified = verify(claim_, proof_, {.accept_test_profile = true});
        const bool is_honest = claim_ == proven.claim && proof_ == proven.proof;
        NEXUS_ASSERT(verified.has_value() == is_honest);
        NEXUS_ASSERT(verified.has_value() || !to_string(verified.error()).empty());
        const bool is_test = proven.proof[kProfileAt] == kTestProfile.id;
        NEXUS_ASSERT(verify(claim_, proof_).has_value() == (is_honest && !is_test));
    }

private:
    void flip(std::size_t at, std::uint8_t mask) {
        if (at < proof_.size()) {
            proof_[at] ^= mask;
        }
    }
    [[nodiscard]] std::uint32_t get(std::size_t at) const {
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 4 && at + i < proof_.size(); ++i) {
            word |= std::uint32_t{proof_[at + i]} << (8 * i);
        }
        return word;
    }
    void put(std::size_t at, std::uint32_t word) {
        for (std::size_t i = 0; i < 4 && at + i < proof_.size(); ++i) {
            proof_[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
        }
    }
    /// Stays an element of the field.
    void add(std::size_t at, std::uint32_t value) {
        put(at, (tests::F(get(at)) + tests::F(value)).value());
    }
    void copy(std::size_t to, std::size_t from, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            if (to + i < proof_.size() && from + i < proof_.size()) {
                proof_[to + i] = proof_[from + i];
            }
        }
    }
    void swap(std::size_t at, std::size_t other) {
        const std::uint32_t word = get(at);
        put(at, get(other));
        put(other, word);
    }
    void erase(std::size_t at, std::size_t count) {
        const std::size_t begin = std::min(at, proof_.size());
        const std::size_t end = std::min(begin + count, proof_.size());
        proof_.erase(proof_.begin() + static_cast<std::ptrdiff_t>(begin),
                     proof_.begin() + static_cast<std::ptrdiff_t>(end));
    }
    void change_claim(std::uint8_t what, std::size_t at, std::uint8_t mask) {
        if (what % 4 == 0) {
            claim_.program.bytes[at % claim_.program.bytes.size()] ^= mask;
        } else if (what % 4 == 1) {
            claim_.exit_code ^= mask;
        } else {
            Bytes& text = what % 4 == 2 ? claim_.public_input : claim_.public_output;
            if (at < text.size()) {
                text[at] ^= mask;
            } else {
                text.push_back(mask);
            }
        }
    }

    const tests::ProofMap& map_;
    Claim claim_;
    Bytes proof_;
};

}  // namespace
}  // namespace nexus::zkvm

// Input: changes to proofs that are made at the start, so that no format of proofs is in the
// corpus. All of them are changed alike: one segment, two, and another field with nonces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus::zkvm;  // NOLINT(google-build-using-namespace)
    struct Sample {
        const ProvenExecution& proven;
        tests::ProofMap map;
    };
    static const std::array<Sample, 3> samples{
        Sample{tests::small_proof(), tests::ProofMap(tests::small_proof())},
        Sample{tests::small_proof_of_two_segments(),
               tests::ProofMap(tests::small_proof_of_two_segments())},
        Sample{tests::strong_proof(), tests::ProofMap(tests::strong_proof())}};
    constexpr std::size_t kChangesMax = 16;
    for (const Sample& sample : samples) {
        ChangedProof changed(sample.proven, sample.map);
        for (std::size_t i = 0; i < kChangesMax && (i + 1) * ChangedProof::kChangeBytes <= size;
             ++i) {
            changed.change(data + i * ChangedProof::kChangeBytes);
        }
        changed.check(sample.proven);
    }
    return 0;
}
