#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nexus::zkvm {

/// Which parameters a proof is made with. A profile is a fixed record: proofs name it, verifiers
/// know it, nobody chooses single numbers.
struct SecurityProfile {
    std::uint8_t id = 0;  ///< In the proof.
    std::string_view name;
    int extension_degree = 4;  ///< Of the field that challenges come from.
    int log_blowup = 1;        ///< -log2 of the rate of the code.
    int queries = 0;
    int query_grinding = 0;  ///< Bits of proof of work before the queries.
    int round_grinding = 0;  ///< Bits before each other challenge.
    int target_bits = 0;     ///< Proven, unique-decoding regime; a verifier refuses less.

    static constexpr int kLogFold = 3;         ///< FRI folds by 8.
    static constexpr int kLogFinalDegree = 6;  ///< The last polynomial has fewer coefficients.

    [[nodiscard]] double rate() const { return 1.0 / static_cast<double>(1 << log_blowup); }
};

/// 100 proven bits, least work for the prover.
inline constexpr SecurityProfile kFastProfile{.id = 1,
                                              .name = "fast",
                                              .extension_degree = 4,
                                              .log_blowup = 1,
                                              .queries = 193,
                                              .query_grinding = 20,
                                              .round_grinding = 12,
                                              .target_bits = 100};
/// 100 proven bits, smaller proofs.
inline constexpr SecurityProfile kCompactProfile{.id = 2,
                                                 .name = "compact",
                                                 .extension_degree = 4,
                                                 .log_blowup = 2,
                                                 .queries = 118,
                                                 .query_grinding = 20,
                                                 .round_grinding = 14,
                                                 .target_bits = 100};
/// 128 proven bits.
inline constexpr SecurityProfile kStrongProfile{.id = 3,
                                                .name = "strong",
                                                .extension_degree = 5,
                                                .log_blowup = 2,
                                                .queries = 160,
                                                .query_grinding = 20,
                                                .round_grinding = 10,
                                                .target_bits = 128};
/// Proves nothing: short proofs for tests. A verifier takes it only if asked for it by name
/// (VerifierOptions::accept_test_profile), which no command does.
inline constexpr SecurityProfile kTestProfile{.id = 255,
                                              .name = "test",
                                              .extension_degree = 4,
                                              .log_blowup = 1,
                                              .queries = 8,
                                              .query_grinding = 0,
                                              .round_grinding = 0,
                                              .target_bits = 0};

/// The profiles a user may choose; the test profile is not among them.
[[nodiscard]] std::span<const SecurityProfile> security_profiles();
[[nodiscard]] std::optional<SecurityProfile> profile_by_name(std::string_view name);
/// Includes the test profile.
[[nodiscard]] std::optional<SecurityProfile> profile_by_id(std::uint8_t id);

}  // namespace nexus::zkvm
