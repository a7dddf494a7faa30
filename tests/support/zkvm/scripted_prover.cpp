// The prover's own code, for proofs that are scripts.
#include "tests/support/zkvm/scripted_proof.hpp"
#include "zkvm/stark/segment_prover.cpp"  // NOLINT(bugprone-suspicious-include): its templates

namespace nexus::zkvm {

template class SegmentProver<tests::Scripted>;

}  // namespace nexus::zkvm
