#pragma once

#include "tests/property/graph/seeded.hpp"
#include "zkvm/field/monty_field31.hpp"

#include <cstddef>
#include <cstdint>
#include <rapidcheck.h>

namespace nexus::zkvm::tests {

using graph::tests::check;

/// Any element; the special ones more often.
template <class F>
rc::Gen<F> element() {
    return rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::arbitrary<std::uint64_t>()),
                        [](const std::pair<int, std::uint64_t>& choice) {
                            switch (choice.first) {
                                case 0:
                                    return F::from_u64(choice.second % 3);
                                case 1:
                                    return -F::from_u64(choice.second % 3);
                                case 2:
                                    return F::from_word(F::kModulus - 1);
                                case 3:
                                    return F::from_word(1);
                                default:
                                    return F::from_u64(choice.second);
                            }
                        });
}

template <class E>
rc::Gen<E> extension_element() {
    return rc::gen::map(
        rc::gen::container<std::array<typename E::Base, E::kDegree>>(element<typename E::Base>()),
        [](const auto& coefficients) { return E(coefficients); });
}

}  // namespace nexus::zkvm::tests
