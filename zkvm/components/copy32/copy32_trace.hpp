#pragma once

#include "zkvm/components/common/trace.hpp"
#include "zkvm/components/copy32/copy32_air.hpp"

namespace nexus::zkvm {

/// The row of a call of copy32 at the step with time `ts`.
template <class F>
Copy32Table::Row<F> copy32_row(const PrecompileCall& call) {
    Copy32Table::Row<F> row{};
    const std::uint32_t ts = step_time(call.step);
    const std::uint32_t time = ts + kPrecompileTime;
    row.ts = F(ts);
    row.real = F(1);
    row.target = limbs_of<F>(call.target);
    row.source = limbs_of<F>(call.source);
    row.at_target = access_columns<F>(call.accesses[0], time);
    row.at_source = access_columns<F>(call.accesses[1], time);
    for (int i = 0; i < Copy32Table::kWords; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const Access& write = call.accesses[2 + at];
        const Access& read = call.accesses[2 + Copy32Table::kWords + at];
        row.old[i] = limbs_of<F>(write.before);
        row.value[i] = limbs_of<F>(read.after);
        row.at_write[i] = access_columns<F>(write, time);
        row.at_read[i] = access_columns<F>(read, time);
    }
    return row;
}

}  // namespace nexus::zkvm
