#pragma once

#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/stark/witness.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace nexus::zkvm {

/// The sums of one table, before they are masked, committed and published.
struct SumsOfTable {
    std::size_t table = 0;
    Matrix<KoalaBear> columns;                 ///< D for each pair and running sum (SumRow).
    std::span<KoalaBear> total, global_total;  ///< D coefficients.
};

/// Makes a prover lie about its columns, so that tests can see the verifier reject what no record
/// of an execution can say (those lies are FaultInjector's). Heights must stay as they are, and a
/// segment that is filled twice must be forged alike.
class WitnessForger {
public:
    WitnessForger() = default;
    WitnessForger(const WitnessForger&) = delete;
    WitnessForger& operator=(const WitnessForger&) = delete;
    virtual ~WitnessForger() = default;

    /// Sees boundary and closing before they are committed. Lookups are counted afterwards.
    virtual void boundary(std::uint32_t /*segment*/, Witness<KoalaBear>& /*witness*/) {}

    /// Sees all other tables before they are committed, the counts of lookups among them. What it
    /// changes of boundary and closing has no effect.
    virtual void tables(std::uint32_t /*segment*/, Witness<KoalaBear>& /*witness*/) {}

    /// Sees the sums of each table before they are committed.
    virtual void sums(std::uint32_t /*segment*/, const SumsOfTable& /*sums*/) {}
};

}  // namespace nexus::zkvm
