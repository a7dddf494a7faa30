#pragma once

#include "zkvm/vm/profiler.hpp"
#include "zkvm/vm/program.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {

/// The chains of calls that an execution took, with the cycles under each, and where it is now.
class CallTree {
public:
    /// `functions` names what the numbers of functions stand for.
    explicit CallTree(std::vector<std::string> functions);

    /// An instruction of `function` is executed. The first says which function the execution starts
    /// in; later, another one than that of the innermost frame took its place by a jump.
    void count(std::uint32_t function);

    /// The instruction before called `function`, to come back to `return_address`.
    void call(std::uint32_t function, std::uint32_t return_address);

    /// The instruction before jumped to the `target` in a link register: a return, if a frame waits
    /// there.
    void jump_back(std::uint32_t target);

    [[nodiscard]] std::vector<FunctionCycles> functions() const;
    [[nodiscard]] std::vector<FoldedStack> stacks() const;

private:
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    static constexpr std::size_t kNodesMax =
        65'536;  // a chain that is new then counts as its parent

    /// A chain of calls: that of its parent, and one function more.
    struct Node {
        std::uint32_t parent = kNone;
        std::uint32_t function = kNone;
        std::uint64_t cycles = 0;
        std::uint64_t calls = 0;
    };
    /// A call that has not returned.
    struct Frame {
        std::uint32_t node = kNone;
        std::uint32_t return_address = 0;
    };

    std::uint32_t child(std::uint32_t parent, std::uint32_t function);
    [[nodiscard]] std::uint32_t parent_of_top() const;

    std::vector<std::string> names_;
    std::vector<Node> nodes_;  // parents before children
    absl::btree_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> children_;
    std::vector<Frame> frames_;
};

}  // namespace nexus::zkvm
