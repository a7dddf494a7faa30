#include "zkvm/simd/isa.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <vector>

namespace nexus::zkvm {
namespace {

Isa detect() {
#if defined(__x86_64__)
    // The builtins ask the operating system too whether it saves the wide registers.
    if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
        __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0) {
        return Isa::Avx512;
    }
    if (__builtin_cpu_supports("avx2") != 0) {
        return Isa::Avx2;
    }
#endif
    return Isa::Portable;
}

Isa& active() {
    static Isa isa = detect();
    return isa;
}

}  // namespace

std::vector<Isa> available_isas() {
    std::vector<Isa> isas{Isa::Portable};
    const Isa best = detect();
    if (best >= Isa::Avx2) {
        isas.push_back(Isa::Avx2);
    }
    if (best == Isa::Avx512) {
        isas.push_back(Isa::Avx512);
    }
    return isas;
}

Isa active_isa() { return active(); }

IsaOverride::IsaOverride(Isa isa) : before_(active_isa()) {
    const std::vector<Isa> isas = available_isas();
    NEXUS_ASSERT(std::find(isas.begin(), isas.end(), isa) != isas.end());
    active() = isa;
}

IsaOverride::~IsaOverride() { active() = before_; }

}  // namespace nexus::zkvm
