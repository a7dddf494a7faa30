#include "zkvm/vm/call_tree.hpp"

#include "zkvm/vm/profiler.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::zkvm {

CallTree::CallTree(std::vector<std::string> functions) : names_(std::move(functions)) {}

std::uint32_t CallTree::child(std::uint32_t parent, std::uint32_t function) {
    if (nodes_.size() >= kNodesMax) {
        const auto known = children_.find({parent, function});
        return known != children_.end() ? known->second : (parent == kNone ? 0 : parent);
    }
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const auto [found, is_new] = children_.try_emplace({parent, function}, next);
    if (is_new) {
        nodes_.push_back({.parent = parent, .function = function});
    }
    return found->second;
}

std::uint32_t CallTree::parent_of_top() const {
    return frames_.size() < 2 ? kNone : frames_[frames_.size() - 2].node;
}

void CallTree::count(std::uint32_t function) {
    if (frames_.empty()) {
        frames_.push_back({child(kNone, function), 0});
        ++nodes_[frames_.back().node].calls;
    }
    Frame& top = frames_.back();
    if (nodes_[top.node].function != function) {
        top.node = child(parent_of_top(), function);
        ++nodes_[top.node].calls;
    }
    ++nodes_[top.node].cycles;
}

void CallTree::call(std::uint32_t function, std::uint32_t return_address) {
    if (frames_.empty() || frames_.size() >= kStackFramesMax) {
        return;  // count() takes it for a jump
    }
    const std::uint32_t node = child(frames_.back().node, function);
    ++nodes_[node].calls;
    frames_.push_back({node, return_address});
}

void CallTree::jump_back(std::uint32_t target) {
    for (std::size_t i = frames_.size(); i > 1; --i) {
        if (frames_[i - 1].return_address == target) {
            frames_.resize(i - 1);
            return;
        }
    }
}

std::vector<FunctionCycles> CallTree::functions() const {
    std::vector<FunctionCycles> functions(names_.size());
    for (std::size_t i = 0; i < names_.size(); ++i) {
        functions[i].name = names_[i];
    }
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
        functions[nodes_[i].function].self += nodes_[i].cycles;
        functions[nodes_[i].function].calls += nodes_[i].calls;
        std::vector<std::uint32_t> seen;
        for (std::uint32_t at = i; at != kNone; at = nodes_[at].parent) {
            const std::uint32_t function = nodes_[at].function;
            if (std::find(seen.begin(), seen.end(), function) == seen.end()) {
                seen.push_back(function);
                functions[function].total += nodes_[i].cycles;
            }
        }
    }
    std::erase_if(functions, [](const FunctionCycles& one) { return one.calls == 0; });
    std::sort(functions.begin(), functions.end(),
              [](const FunctionCycles& left, const FunctionCycles& right) {
                  return std::tuple(right.self, left.name) < std::tuple(left.self, right.name);
              });
    return functions;
}

std::vector<FoldedStack> CallTree::stacks() const {
    std::vector<FoldedStack> stacks;
    std::vector<std::string> frames(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        frames[i] = node.parent == kNone ? names_[node.function]
                                         : frames[node.parent] + ";" + names_[node.function];
        if (node.cycles != 0) {
            stacks.push_back({frames[i], node.cycles});
        }
    }
    std::sort(stacks.begin(), stacks.end(), [](const FoldedStack& left, const FoldedStack& right) {
        return left.frames < right.frames;
    });
    return stacks;
}

}  // namespace nexus::zkvm
