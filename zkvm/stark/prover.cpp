#include "zkvm/stark/prover.hpp"

#include "base/assert.hpp"
#include "base/concat.hpp"
#include "zkvm/stark/segment_prover.hpp"
#include "zkvm/stark/statement.hpp"
#include "zkvm/vm/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

/// Whether calls of a precompile can be proven.
constexpr bool has_table(std::uint32_t number) { return number == Copy32Table::kNumber; }

/// What the first pass keeps of a segment.
struct Boundary {
    Heights heights{};
    Digest root;
};

/// Writes what comes before the segments, up to the challenges that they share.
template <class C>
BusChallenge<typename C::E> write_head(ProofWriter<C>& stream, const ProverOptions& options,
                                       const ProvenExecution& proven,
                                       const std::vector<Boundary>& boundaries,
                                       const VerifyingKey& key) {
    write_header(stream, options.profile, options.zero_knowledge, proven.claim, key);
    stream.number("segments", proven.segments);
    for (const Boundary& boundary : boundaries) {
        stream.bytes("heights", boundary.heights);
        stream.digest("boundary", boundary.root);
    }
    const auto alpha = stream.challenge("global alpha", options.profile.round_grinding);
    const auto beta = stream.challenge("global beta", options.profile.round_grinding);
    return bus_challenge<typename C::F>(alpha, beta);
}

/// One proof in the making: the record and the prover of the segment at hand.
template <class C>
class ProofRun {
public:
    using F = typename C::F;

    ProofRun(const Program& program, const Code& code, const ProgramKey<C>& key, Arena& arena,
             const ExecutionInput& input, const ProverOptions& options)
        : program_(program),
          code_(code),
          key_(key),
          arena_(arena),
          input_(input),
          options_(options),
          master_(options.seed) {}

    Result<ProvenExecution, ProveError> run() {
        if (auto first = commit_boundaries(); !first.has_value()) {
            return fail(first.error());
        }
        if (const auto error = weakness(); error.has_value()) {
            return fail(*error);
        }
        ProofWriter<C> stream(Transcript<F, typename C::E, typename C::H>("nexus zkvm proof 1"));
        const auto global =
            write_head(stream, options_, proven_, boundaries_, key_.verifying_key());
        proven_.proof = stream.take();
        // Segment by segment, each with a transcript that goes on from here.
        std::optional<Recorder> again;
        if (proven_.segments > 1) {
            again = std::move(*recorder());
        }
        for (std::uint32_t s = 1; s <= proven_.segments; ++s) {
            if (again.has_value()) {
                const auto step = again->next(record_);
                NEXUS_ASSERT(step.has_value());
                const Digest root = begin_segment(s == proven_.segments);
                NEXUS_ASSERT(root == boundaries_[s - 1].root);
            }
            ProofWriter<C> part(stream.transcript());
            part.know("segment", s);
            segment_->prove(part, global);
            const Bytes bytes = part.take();
            proven_.proof.insert(proven_.proof.end(), bytes.begin(), bytes.end());
            proven_.committed_cells += segment_->committed_cells();
        }
        return std::move(proven_);
    }

private:
    Result<Recorder, Trap> recorder() const {
        return Recorder::create(program_, code_, input_,
                                {.steps_max = options_.segment_steps,
                                 .limits = options_.limits,
                                 .faults = options_.faults});
    }

    /// Executes once, and commits what the challenges between segments depend on.
    Result<void, ProveError> commit_boundaries() {
        using Kind = ProveError::Kind;
        auto recorder = this->recorder();
        if (!recorder.has_value()) {
            return fail(ProveError{Kind::Trapped, recorder.error()});
        }
        while (!recorder->halted()) {
            if (boundaries_.size() == kSegmentsMax) {
                return fail(
                    ProveError{Kind::TooManySegments, {}, 0, kSegmentsMax, kSegmentsMax + 1});
            }
            if (auto step = recorder->next(record_); !step.has_value()) {
                return fail(ProveError{Kind::Trapped, step.error(), recorder->cycles()});
            }
            for (const PrecompileCall& call : record_.precompile_calls) {
                if (!has_table(call.number)) {
                    return fail(ProveError{Kind::NoTable, {}, 0, 0, call.number});
                }
            }
            if (recorder->halted()) {
                closing_ = recorder->closing();
                result_ = recorder->result();
            }
            const unsigned log_excluded = options_.zero_knowledge ? kLogExcludedZk : 0;
            const std::size_t cells_max = Rows{kLogRowsMax, log_excluded}.active();
            if (closing_.size() > cells_max) {
                return fail(ProveError{Kind::TooManyCells, {}, 0, cells_max, closing_.size()});
            }
            const Digest root = begin_segment(recorder->halted());
            boundaries_.push_back({segment_->layout().heights, root});
            layouts_.push_back(segment_->layout());
        }
        proven_.claim = {key_.id(), input_.public_input, result_.output, result_.exit_code};
        proven_.cycles = recorder->cycles();
        proven_.segments = static_cast<std::uint32_t>(boundaries_.size());
        return {};
    }

    /// Challenges between segments are shared, so that every segment takes from the soundness.
    [[nodiscard]] std::optional<ProveError> weakness() const {
        const double log2_modulus = std::log2(static_cast<double>(F::kModulus));
        const int bits = proven_bits(soundness_of(options_.profile, layouts_, log2_modulus));
        if (bits >= options_.profile.target_bits) {
            return std::nullopt;
        }
        return ProveError{ProveError::Kind::TooLong,
                          {},
                          0,
                          static_cast<std::uint64_t>(options_.profile.target_bits),
                          static_cast<std::uint64_t>(std::max(0, bits))};
    }

    /// Makes the prover of the segment in `record_`, and commits its boundary.
    Digest begin_segment(bool is_last) {
        const SegmentInput segment{.program = &program_,
                                   .code = &code_,
                                   .record = &record_,
                                   .closing = closing_,
                                   .public_input_words = 1 + (input_.public_input.size() + 3) / 4,
                                   .output_words = 1 + (result_.output.size() + 3) / 4,
                                   .is_last = is_last,
                                   .zero_knowledge = options_.zero_knowledge,
                                   .forger = options_.forger};
        segment_.reset();
        arena_.reset();
        segment_ = std::make_unique<SegmentProver<C>>(
            key_, options_.profile, segment, options_.zero_knowledge ? &master_ : nullptr, arena_);
        return segment_->commit_boundary();
    }

    const Program& program_;
    const Code& code_;
    const ProgramKey<C>& key_;
    Arena& arena_;
    const ExecutionInput& input_;
    const ProverOptions& options_;
    const MaskRng master_;
    SegmentRecord record_;
    std::vector<ClosingCell> closing_;  // once the execution has halted
    ExecutionResult result_;
    std::vector<Boundary> boundaries_;
    std::vector<SegmentLayout> layouts_;
    std::unique_ptr<SegmentProver<C>> segment_;  // of `record_`
    ProvenExecution proven_;
};

}  // namespace

std::string to_string(const ProveError& error) {
    using Kind = ProveError::Kind;
    NEXUS_ASSERT(error.kind != Kind::Trapped);
    if (error.kind == Kind::NoTable) {
        return concat("NoTable: precompile ", error.got, " can be executed, but not proven");
    }
    if (error.kind == Kind::TooLong) {
        return concat("TooLong: the proof would have ", error.got, " proven bits, expected ",
                      error.expected);
    }
    return concat(error.kind == Kind::TooManyCells ? "TooManyCells" : "TooManySegments",
                  ": expected at most ", error.expected, ", got ", error.got);
}

template <class C>
Result<ProvenExecution, ProveError> Prover<C>::prove(const ExecutionInput& input,
                                                     const ProverOptions& options) {
    NEXUS_ASSERT(options.profile.extension_degree == static_cast<int>(C::kDegree));
    NEXUS_ASSERT(options.profile.log_blowup == key_.verifying_key().log_blowup);
    return ProofRun<C>(program_, code_, key_, arena_, input, options).run();
}

template class Prover<Koala4>;
template class Prover<Koala5>;

}  // namespace nexus::zkvm
