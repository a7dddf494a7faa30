#pragma once

#include "zkvm/components/tables.hpp"
#include "zkvm/stark/quotient_kernel.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// QuotientKernel of table number `table` on the points [begin, end), with the instruction set in
/// force. Pre: begin and end are multiples of kLanesMax.
template <class F, class E>
void run_quotient(std::size_t table, const QuotientJob<F, E>& job, std::size_t begin,
                  std::size_t end);

/// SumsKernel of table number `table` on the rows [begin, end).
template <class F, class E>
void run_sums(std::size_t table, const SumsJob<F, E>& job, std::size_t begin, std::size_t end);

}  // namespace nexus::zkvm
