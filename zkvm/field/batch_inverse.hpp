#pragma once

#include "base/assert.hpp"
#include "zkvm/simd/isa.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace nexus::zkvm {

/// Inverts each element in place: three products an element and one inversion a block.
/// Source: P. Montgomery, "Speeding the Pollard and elliptic curve methods", 1987, section 10.3.
/// Pre: none is zero.
template <class E>
void batch_inverse(std::span<E> elements) {
    constexpr std::size_t kBlock = 256;  // what lies before each element stays in the first cache
    std::array<E, kBlock> before;
    for (std::size_t begin = 0; begin < elements.size(); begin += kBlock) {
        const std::span<E> block =
            elements.subspan(begin, std::min(kBlock, elements.size() - begin));
        E product(typename E::Base(1));
        for (std::size_t i = 0; i < block.size(); ++i) {
            NEXUS_ASSERT(!block[i].is_zero());
            before[i] = product;
            product *= block[i];
        }
        E inverse = product.inverse();  // of all elements up to the one at hand
        for (std::size_t i = block.size(); i-- > 0;) {
            const E element = block[i];
            block[i] = inverse * before[i];
            inverse *= element;
        }
    }
}

/// The same for packed elements, each lane on its own; for kernels. V: Packed or PackedExt.
/// `before` is room for `count` values. Where an element is zero, all of its lane become zero.
template <class V>
NEXUS_INLINE void batch_inverse_packed(V* elements, std::size_t count, V* before) {
    if (count == 0) {
        return;
    }
    V product = elements[0];
    for (std::size_t i = 1; i < count; ++i) {
        before[i] = product;
        product *= elements[i];
    }
    V inverse = product.inverse();
    for (std::size_t i = count - 1; i > 0; --i) {
        const V element = elements[i];
        elements[i] = inverse * before[i];
        inverse *= element;
    }
    elements[0] = inverse;
}

}  // namespace nexus::zkvm
