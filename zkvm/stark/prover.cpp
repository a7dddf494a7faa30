#include "zkvm/stark/prover.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/hash.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/stark/segment_prover.hpp"
#include "zkvm/stark/statement.hpp"
#include "zkvm/vm/recorder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

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

/// Two executions that differ have masks that have nothing to do with one another, whatever the
/// seed.
MaskRng::Seed mask_seed(const ProgramId& program, const ExecutionInput& input,
                        const ProverOptions& options) {
    if (!options.zero_knowledge) {
        return {};  // nothing is drawn
    }
    NEXUS_ASSERT(options.seed.has_value());
    Sha256 hash;
    const auto add = [&hash](ByteView bytes) {
        std::array<std::uint8_t, 8> size{};
        for (unsigned i = 0; i < size.size(); ++i) {
            size[i] = static_cast<std::uint8_t>(std::uint64_t{bytes.size()} >> (8 * i));
        }
        hash.update(size).update(bytes);
    };
    add(as_bytes("nexus zkvm masks"));
    add(*options.seed);
    add(program.view());
    add(input.public_input);
    add(input.private_input);
    return hash.digest().bytes;
}

/// A segment in the making, with the memory of its columns.
template <class C>
struct Slot {
    explicit Slot(Arena& memory) : arena(&memory) {}

    Arena* arena;
    SegmentRecord record;
    std::unique_ptr<SegmentProver<C>> prover;  // of `record`
    Bytes proof;
};

/// One proof in the making.
template <class C>
class ProofRun {
public:
    using F = typename C::F;
    using E = typename C::E;

    ProofRun(const Program& program, const Code& code, const ProgramKey<C>& key, Arenas& arenas,
             const ExecutionInput& input, const ProverOptions& options)
        : program_(program),
          code_(code),
          key_(key),
          arenas_(arenas),
          input_(input),
          options_(options),
          master_(mask_seed(key.id(), input, options)) {
        NEXUS_ASSERT(options.segments_at_once > 0);
        grow_to(1);
    }

    Result<ProvenExecution, ProveError> run() {
        if (auto first = commit_boundaries(); !first.has_value()) {
            return fail(first.error());
        }
        if (const auto error = weakness(); error.has_value()) {
            return fail(*error);
        }
        ProofWriter<C> stream(Transcript<F, E, typename C::H>("nexus zkvm proof 1"));
        const auto global =
            write_head(stream, options_, proven_, boundaries_, key_.verifying_key());
        proven_.proof = stream.take();
        if (proven_.segments == 1) {  // and still at hand
            prove(slots_.front(), 1, stream, global);
            append(slots_.front());
        } else {
            prove_segments(stream, global);
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

    /// Executes again, as many segments at a time as memory is granted for.
    void prove_segments(const ProofWriter<C>& head, const BusChallenge<E>& global) {
        const std::uint32_t at_once = std::min(options_.segments_at_once, proven_.segments);
        grow_to(at_once);
        Recorder recorder = std::move(*this->recorder());
        for (std::uint32_t first = 1; first <= proven_.segments; first += at_once) {
            const std::uint32_t count = std::min(at_once, proven_.segments - first + 1);
            for (std::uint32_t i = 0; i < count; ++i) {
                const auto step = recorder.next(slots_[i].record);
                NEXUS_ASSERT(step.has_value());
            }
            parallel_for(0, count, 1, [&](std::size_t i, std::size_t) {
                const auto segment = first + static_cast<std::uint32_t>(i);
                const Digest root = begin_segment(slots_[i], segment == proven_.segments);
                NEXUS_ASSERT(root == boundaries_[segment - 1].root);
                prove(slots_[i], segment, head, global);
            });
            for (std::uint32_t i = 0; i < count; ++i) {
                append(slots_[i]);
            }
        }
    }

    void grow_to(std::size_t count) {
        while (arenas_.size() < count) {
            arenas_.emplace_back();
        }
        while (slots_.size() < count) {
            slots_.emplace_back(arenas_[slots_.size()]);
        }
    }

    /// A segment's transcript goes on from the head: its proof needs no other segment.
    static void prove(Slot<C>& slot, std::uint32_t segment, const ProofWriter<C>& head,
                      const BusChallenge<E>& global) {
        ProofWriter<C> part(head.transcript());
        part.know("segment", segment);
        slot.prover->prove(part, global);
        slot.proof = part.take();
    }

    void append(const Slot<C>& slot) {
        proven_.proof.insert(proven_.proof.end(), slot.proof.begin(), slot.proof.end());
        proven_.committed_cells += slot.prover->committed_cells();
    }

    /// Executes once, and commits what the challenges between segments depend on.
    Result<void, ProveError> commit_boundaries() {
        using Kind = ProveError::Kind;
        Slot<C>& slot = slots_.front();
        auto recorder = this->recorder();
        if (!recorder.has_value()) {
            return fail(ProveError{Kind::Trapped, recorder.error()});
        }
        while (!recorder->halted()) {
            if (boundaries_.size() == kSegmentsMax) {
                return fail(
                    ProveError{Kind::TooManySegments, {}, 0, kSegmentsMax, kSegmentsMax + 1});
            }
            if (auto step = recorder->next(slot.record); !step.has_value()) {
                return fail(ProveError{Kind::Trapped, step.error(), recorder->cycles()});
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
            const Digest root = begin_segment(slot, recorder->halted());
            boundaries_.push_back({slot.prover->layout().heights, root});
            strength_.add(slot.prover->layout());
        }
        proven_.claim = {key_.id(), input_.public_input, result_.output, result_.exit_code};
        proven_.cycles = recorder->cycles();
        proven_.segments = static_cast<std::uint32_t>(boundaries_.size());
        return {};
    }

    /// Challenges between segments are shared, so that every segment takes from the soundness.
    [[nodiscard]] std::optional<ProveError> weakness() const {
        const double log2_modulus = std::log2(static_cast<double>(F::kModulus));
        const int bits = proven_bits(strength_.soundness(options_.profile, log2_modulus));
        if (bits >= options_.profile.target_bits) {
            return std::nullopt;
        }
        return ProveError{ProveError::Kind::TooLong,
                          {},
                          0,
                          static_cast<std::uint64_t>(options_.profile.target_bits),
                          static_cast<std::uint64_t>(std::max(0, bits))};
    }

    /// Makes the prover of the segment in the slot, and commits its boundary.
    Digest begin_segment(Slot<C>& slot, bool is_last) const {
        const SegmentInput segment{.program = &program_,
                                   .code = &code_,
                                   .record = &slot.record,
                                   .closing = closing_,
                                   .public_input_words = region_size(input_.public_input),
                                   .output_words = region_size(result_.output),
                                   .is_last = is_last,
                                   .zero_knowledge = options_.zero_knowledge,
                                   .forger = options_.forger};
        slot.prover.reset();
        slot.arena->reset();
        slot.prover = std::make_unique<SegmentProver<C>>(
            key_, options_.profile, segment, options_.zero_knowledge ? &master_ : nullptr,
            *slot.arena);
        return slot.prover->commit_boundary();
    }

    const Program& program_;
    const Code& code_;
    const ProgramKey<C>& key_;
    Arenas& arenas_;
    const ExecutionInput& input_;
    const ProverOptions& options_;
    const MaskRng master_;
    std::deque<Slot<C>> slots_;
    std::vector<ClosingCell> closing_;  // once the execution has halted
    ExecutionResult result_;
    std::vector<Boundary> boundaries_;
    SegmentTotals strength_;
    ProvenExecution proven_;
};

}  // namespace

std::size_t bytes_reserved(const Arenas& arenas) {
    std::size_t bytes = 0;
    for (const Arena& arena : arenas) {
        bytes += arena.bytes_reserved();
    }
    return bytes;
}

std::string to_string(const ProveError& error) {
    using Kind = ProveError::Kind;
    NEXUS_ASSERT(error.kind != Kind::Trapped);
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
    return ProofRun<C>(program_, code_, key_, arenas_, input, options).run();
}

template class Prover<Koala4>;
template class Prover<Koala5>;

}  // namespace nexus::zkvm
