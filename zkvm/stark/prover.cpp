#include "zkvm/stark/prover.hpp"

#include "base/assert.hpp"
#include "zkvm/stark/segment_prover.hpp"
#include "zkvm/stark/statement.hpp"
#include "zkvm/vm/recorder.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace nexus::zkvm {
namespace {

/// What the first pass keeps of a segment.
struct Boundary {
    Heights heights{};
    Digest root;
};

}  // namespace

template <class C>
Result<ProvenExecution, Trap> Prover<C>::prove(const ExecutionInput& input,
                                               const ProverOptions& options) {
    using E = typename C::E;
    NEXUS_ASSERT(options.profile.extension_degree == static_cast<int>(C::kDegree));
    NEXUS_ASSERT(options.profile.log_blowup == key_.verifying_key().log_blowup);
    const MaskRng master(options.seed);
    const MaskRng* const masks = options.zero_knowledge ? &master : nullptr;
    const RecorderOptions recorder_options{
        .steps_max = options.segment_steps, .limits = options.limits, .faults = options.faults};
    SegmentRecord record;
    std::vector<ClosingCell> closing;
    ExecutionResult result;
    const auto segment_input = [&](bool is_last) {
        return SegmentInput{.program = &program_,
                            .code = &code_,
                            .record = &record,
                            .closing = closing,
                            .public_input_words = 1 + (input.public_input.size() + 3) / 4,
                            .output_words = 1 + (result.output.size() + 3) / 4,
                            .is_last = is_last,
                            .zero_knowledge = options.zero_knowledge};
    };

    // First pass: what the challenges between segments depend on.
    std::vector<Boundary> boundaries;
    std::unique_ptr<SegmentProver<C>> only;  // of an execution of one segment
    auto recorder = Recorder::create(program_, code_, input, recorder_options);
    if (!recorder.has_value()) {
        return fail(recorder.error());
    }
    while (!recorder->halted()) {
        if (auto step = recorder->next(record); !step.has_value()) {
            return fail(step.error());
        }
        if (recorder->halted()) {
            closing = recorder->closing();
            result = recorder->result();
        }
        arena_.reset();
        only = std::make_unique<SegmentProver<C>>(key_, options.profile,
                                                  segment_input(recorder->halted()), masks, arena_);
        const Digest root = only->commit_boundary();
        boundaries.push_back({only->layout().heights, root});
    }

    ProvenExecution proven;
    proven.claim = {key_.id(), input.public_input, result.output, result.exit_code};
    proven.cycles = recorder->cycles();
    proven.segments = static_cast<std::uint32_t>(boundaries.size());
    ProofWriter<C> stream(Transcript<typename C::F, E, typename C::H>("nexus zkvm proof 1"));
    write_header(stream, options.profile, options.zero_knowledge, proven.claim,
                 key_.verifying_key());
    stream.number("segments", proven.segments);
    for (const Boundary& boundary : boundaries) {
        stream.bytes("heights", boundary.heights);
        stream.digest("boundary", boundary.root);
    }
    const E alpha = stream.challenge("global alpha", options.profile.round_grinding);
    const E beta = stream.challenge("global beta", options.profile.round_grinding);
    const auto global = bus_challenge<typename C::F>(alpha, beta);
    proven.proof = stream.take();

    // Second pass: segment by segment, each with a transcript that goes on from here.
    std::optional<Recorder> again;
    if (proven.segments > 1) {
        again = std::move(*Recorder::create(program_, code_, input, recorder_options));
    }
    for (std::uint32_t s = 1; s <= proven.segments; ++s) {
        if (again.has_value()) {
            const auto step = again->next(record);
            NEXUS_ASSERT(step.has_value());
            arena_.reset();
            only = std::make_unique<SegmentProver<C>>(
                key_, options.profile, segment_input(s == proven.segments), masks, arena_);
            const Digest root = only->commit_boundary();
            NEXUS_ASSERT(root == boundaries[s - 1].root);
        }
        ProofWriter<C> part(stream.transcript());
        part.know("segment", s);
        only->prove(part, global);
        const Bytes bytes = part.take();
        proven.proof.insert(proven.proof.end(), bytes.begin(), bytes.end());
        proven.committed_cells += only->committed_cells();
    }
    return proven;
}

template class Prover<Koala4>;
template class Prover<Koala5>;

}  // namespace nexus::zkvm
