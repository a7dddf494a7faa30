#pragma once

#include "base/prng.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/lookups.hpp"
#include "tests/support/zkvm/row_oracle.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/stark/statement.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nexus::zkvm::tests {

/// What speaks for a constraint: a row that breaks it and nothing else.
enum class Evidence : std::uint8_t {
    none,
    multiplicity,  ///< Its messages count other than once: reads of what nobody wrote.
    wrong,         ///< Its messages are those of one row, and no machine says them.
};

/// Looks for a row that breaks one rule of a table and no other, and whose context can come up:
/// what it reads are values of 32 bits, x0 holds 0, the instruction is in the program. Without the
/// rule, such a row would be proven. A rule is a constraint, or a lookup that has an answer.
///
/// From an honest row, some cells are changed; then whatever else is broken is repaired by solving
/// for one more cell at a time.
class ConstraintSearch {
public:
    ConstraintSearch(const ExecutionWitness& execution, std::uint32_t segment, std::size_t table)
        : table_(table), parameters_(execution.parameters(segment)), text_(parameters_) {
        const Rows rows = execution.rows(segment, table);
        for (std::size_t i = 0; i < rows.active(); ++i) {
            std::vector<F> cells = execution.cells(segment, table, rows.active_row(i));
            read_row(table_, cells, {}, text_);
            const bool speaks = !text_.spoken().empty();
            if (speaks || idle_rows_++ < 8) {
                honest_.push_back(std::move(cells));
            }
        }
        collect_program(execution);
        find_supports();
        find_bits();
        find_rules();
    }

    /// The constraints in the order of the text, then the lookups; with a number where one name
    /// stands for several.
    [[nodiscard]] std::vector<std::string> names() const {
        std::map<std::string, std::size_t> all;
        for (const Rule& rule : rules_) {
            ++all[rule.name];
        }
        std::map<std::string, std::size_t> before;
        std::vector<std::string> names;
        for (const Rule& rule : rules_) {
            const std::string number = " #" + std::to_string(before[rule.name]++);
            names.push_back(rule.name + (all[rule.name] > 1 ? number : ""));
        }
        return names;
    }

    /// The best evidence for rule k that `attempts` tries find.
    Evidence find(std::size_t k, std::size_t attempts) {
        prng_ = Prng(k, "constraint search");
        left_out_ = {k};
        Evidence best = Evidence::none;
        for (std::size_t i = 0; i < attempts && best != Evidence::wrong; ++i) {
            best = std::max(best, attempt(rules_[k].cells, i % 4 != 3));
        }
        return best;
    }

    /// What a row made by hand shows of these rules: that it breaks all of them and none else.
    Evidence judge_row(const std::vector<std::size_t>& rules, const std::vector<F>& cells) {
        left_out_ = rules;
        read_row(table_, cells, {}, text_);
        return problems_of(true).empty() ? judge(cells) : Evidence::none;
    }

    /// A wrong row that breaks no rule at all, or none; it starts from the cells of rule k.
    Evidence find_unruled(std::size_t k, std::size_t attempts) {
        prng_ = Prng(k, "search for rows without a rule");
        left_out_.clear();
        Evidence best = Evidence::none;
        for (std::size_t i = 0; i < attempts; ++i) {
            best = std::max(best, attempt(rules_[k].cells, i % 4 != 3));
        }
        return best;
    }

    /// Whether the row that was judged last breaks what was left out, and nothing else.
    [[nodiscard]] bool breaks_alone() { return breaks_all_left_out() && problems_of(true).empty(); }

    [[nodiscard]] const std::vector<F>& found() const { return found_; }

private:
    /// A number that a row determines: a constraint, or part of a message.
    struct Quantity {
        std::size_t constraint = 0;
        std::size_t message = kNone;
        std::size_t limb = kNone;  ///< kNone: the multiplicity
        static constexpr std::size_t kNone = ~std::size_t{0};
    };
    struct Problem {
        Quantity quantity;
        F target;
    };

    /// A constraint, or a lookup.
    struct Rule {
        std::string name;
        bool is_lookup = false;
        std::size_t index = 0;  ///< Among the constraints, or among the messages.
        std::vector<std::size_t> cells;
    };

    static constexpr std::size_t kRepairsMax = 14;

    static F value(const RowText& text, const Quantity& q) {
        if (q.message == Quantity::kNone) {
            return text.values[q.constraint];
        }
        const FlatMessage& message = text.messages[q.message];
        return q.limb == Quantity::kNone ? message.multiplicity : F(message.limbs[q.limb]);
    }

    void collect_program(const ExecutionWitness& e) {
        constexpr std::size_t kProgram = kTableIndex<ProgramTable>;
        const Rows rows = e.rows(1, kProgram);
        for (std::size_t i = 0; i < e.code().instructions().size(); ++i) {
            const std::vector<F> fixed = e.fixed(kProgram, rows.active_row(i));
            std::array<std::uint32_t, 7> limbs{};
            std::transform(fixed.begin(), fixed.end(), limbs.begin(),
                           [](F f) { return f.value(); });
            program_.insert(limbs);
            by_op_[limbs[1]].push_back(limbs);
        }
    }

    /// Which cells each quantity depends on, seen at random points.
    void find_supports() {
        const std::size_t columns = honest_.front().size();
        std::vector<F> point(columns);
        for (F& cell : point) {
            cell = random_element();
        }
        read_row(table_, point, {}, text_);
        RowText moved(parameters_);
        constraint_cells_.resize(text_.values.size());
        message_cells_.resize(text_.messages.size());
        for (std::size_t c = 0; c < columns; ++c) {
            std::vector<F> other = point;
            other[c] = random_element();
            read_row(table_, other, {}, moved);
            for (std::size_t j = 0; j < text_.values.size(); ++j) {
                if (text_.values[j] != moved.values[j]) {
                    constraint_cells_[j].push_back(c);
                }
            }
            for (std::size_t m = 0; m < text_.messages.size(); ++m) {
                for (std::size_t l = 0; l < text_.messages[m].size; ++l) {
                    if (text_.messages[m].limbs[l] != moved.messages[m].limbs[l]) {
                        message_cells_[m][l].push_back(c);
                    }
                }
                if (text_.messages[m].multiplicity != moved.messages[m].multiplicity) {
                    message_cells_[m][kBusLimbsMax].push_back(c);
                }
            }
        }
    }

    void find_bits() {
        for (const std::vector<std::size_t>& support : constraint_cells_) {
            if (support.size() == 1) {
                bits_.push_back(support.front());
            }
        }
    }

    void find_rules() {
        for (std::size_t j = 0; j < text_.values.size(); ++j) {
            rules_.push_back({text_.names[j], false, j, constraint_cells_[j]});
        }
        for (std::size_t m = 0; m < text_.messages.size(); ++m) {
            const FlatMessage& message = text_.messages[m];
            if (!is_lookup(message.bus)) {
                continue;
            }
            const std::string name = message.bus == Bus::range   ? "range"
                                     : message.bus == Bus::bytes ? "bytes"
                                     : message.bus == Bus::shift ? "shifted bytes"
                                                                 : "and of bytes";
            std::set<std::size_t> cells;
            for (std::size_t l = 0; l < message.size; ++l) {
                cells.insert(message_cells_[m][l].begin(), message_cells_[m][l].end());
            }
            rules_.push_back({name, true, m, {cells.begin(), cells.end()}});
        }
    }

    [[nodiscard]] bool is_left_out(bool is_lookup, std::size_t index) const {
        return std::any_of(left_out_.begin(), left_out_.end(), [&](std::size_t k) {
            return rules_[k].is_lookup == is_lookup && rules_[k].index == index;
        });
    }

    /// Whether the row at hand breaks rule k.
    [[nodiscard]] bool is_broken(std::size_t k) const {
        const Rule& rule = rules_[k];
        if (!rule.is_lookup) {
            return !text_.values[rule.index].is_zero();
        }
        const FlatMessage& message = text_.messages[rule.index];
        return !message.multiplicity.is_zero() && !is_answered(message);
    }

    [[nodiscard]] bool breaks_all_left_out() const {
        return std::all_of(left_out_.begin(), left_out_.end(),
                           [&](std::size_t k) { return is_broken(k); });
    }

    [[nodiscard]] const std::vector<std::size_t>& cells_of(const Quantity& q) const {
        if (q.message == Quantity::kNone) {
            return constraint_cells_[q.constraint];
        }
        return message_cells_[q.message][q.limb == Quantity::kNone ? kBusLimbsMax : q.limb];
    }

    std::uint32_t below(std::size_t bound) {
        return static_cast<std::uint32_t>(prng_.below(bound));
    }
    F random_element() { return F::from_u64(prng_.next()); }

    /// A value that a cheater would try.
    F candidate(const std::vector<F>& cells, F was) {
        switch (below(14)) {
            case 12:  // a carry that is no bit: k / 2^16 and the like
                return F(1 + below(4)) * F(1U << (8 * (1 + below(2)))).inverse();
            case 13:
                return -F(1 + below(4)) * F(1U << (8 * (1 + below(2)))).inverse();
            case 0:
                return F();
            case 1:
                return F(1);
            case 2:
                return F(2);
            case 3:
                return -F(1);
            case 4:
                return was + F(1);
            case 5:
                return was - F(1);
            case 6:
                return was + F(65536);
            case 7:
                return was - F(65536);
            case 8:
                return F(below(256));
            case 9:
                return F(below(65536));
            case 10:
                return cells[below(cells.size())];
            default:
                return random_element();
        }
    }

    /// `support`: the cells to change first.
    Evidence attempt(const std::vector<std::size_t>& support, bool is_single) {
        std::vector<F> cells = honest_[below(honest_.size())];
        std::vector<bool> is_changed(cells.size());
        context_ = below(1U << 20U);
        std::size_t flags = below(2) == 0 ? 0 : below(5);
        const bool has_flags = flags > 0;
        for (; flags > 0; --flags) {
            const std::size_t c = bits_.empty() ? 0 : bits_[below(bits_.size())];
            cells[c] = F(below(2));
            is_changed[c] = true;
        }
        const std::size_t least = has_flags && below(2) == 0 ? 0 : 1;
        const std::size_t changes = least + (below(2) == 0 ? 0 : below(4));
        for (std::size_t i = 0; i < changes && !support.empty(); ++i) {
            const std::size_t c = support[below(support.size())];
            const bool is_bit = std::find(bits_.begin(), bits_.end(), c) != bits_.end();
            cells[c] = is_bit && below(2) == 0 ? F(below(2)) : candidate(cells, cells[c]);
            is_changed[c] = true;
        }
        for (std::size_t repairs = 0;; ++repairs) {
            read_row(table_, cells, {}, text_);
            std::vector<Problem> problems = problems_of(is_single);
            if (problems.empty()) {
                return judge(cells);
            }
            if (repairs > 0 && !breaks_all_left_out() && below(2) == 0) {
                return Evidence::none;
            }
            if (repairs == kRepairsMax ||
                !repair(problems[below(problems.size())], cells, is_changed)) {
                return Evidence::none;
            }
        }
    }

    Evidence judge(const std::vector<F>& cells) {
        if (!breaks_all_left_out()) {
            return Evidence::none;
        }
        bool is_single = true;
        for (const FlatMessage& m : text_.messages) {
            const F once = m.is_receive ? -m.multiplicity : m.multiplicity;
            is_single = is_single && (is_lookup(m.bus) || once.is_zero() || once == F(1));
        }
        if (!is_single) {
            return Evidence::multiplicity;
        }
        if (RowOracle::is_wrong(table_, text_, parameters_)) {
            found_ = cells;
            return Evidence::wrong;
        }
        return Evidence::none;
    }

    static bool is_lookup(Bus bus) {
        return bus == Bus::range || bus == Bus::bytes || bus == Bus::bitand_bytes ||
               bus == Bus::shift;
    }

    std::vector<Problem> problems_of(bool is_single) {
        std::vector<Problem> problems;
        for (std::size_t j = 0; j < text_.values.size(); ++j) {
            if (!text_.values[j].is_zero() && !is_left_out(false, j)) {
                problems.push_back({{.constraint = j}, F()});
            }
        }
        for (std::size_t m = 0; m < text_.messages.size(); ++m) {
            const FlatMessage& message = text_.messages[m];
            if (message.multiplicity.is_zero()) {
                continue;
            }
            const F once = message.is_receive ? -F(1) : F(1);
            if (is_single && !is_lookup(message.bus) && message.multiplicity != once) {
                problems.push_back({{0, m, Quantity::kNone}, below(2) == 0 ? F() : once});
            }
            if (!is_lookup(message.bus) || !is_left_out(true, m)) {
                message_problems(m, problems);
            }
        }
        return problems;
    }

    void want(std::vector<Problem>& problems, std::size_t m, std::size_t limb, std::uint32_t is) {
        if (text_.messages[m].limbs[limb] != is) {
            problems.push_back({{0, m, limb}, F(is)});
        }
    }
    void want_below(std::vector<Problem>& problems, std::size_t m, std::size_t limb,
                    std::uint32_t bound) {
        if (text_.messages[m].limbs[limb] >= bound) {
            want(problems, m, limb, below(4) == 0 ? 0 : below(bound));
        }
    }

    void message_problems(std::size_t m, std::vector<Problem>& problems) {
        const FlatMessage& message = text_.messages[m];
        const auto& limbs = message.limbs;
        switch (message.bus) {
            case Bus::range:
                return want_below(problems, m, 1, 1U << limbs[0]);
            case Bus::bytes:
                want_below(problems, m, 0, 256);
                return want_below(problems, m, 1, 256);
            case Bus::bitand_bytes:
                want_below(problems, m, 0, 256);
                want_below(problems, m, 1, 256);
                if ((limbs[0] | limbs[1]) < 256) {
                    want(problems, m, 2, limbs[0] & limbs[1]);
                }
                return;
            case Bus::shift:
                want_below(problems, m, 0, 2);
                want_below(problems, m, 1, 8);
                want_below(problems, m, 2, 256);
                if (limbs[0] < 2 && limbs[1] < 8 && limbs[2] < 256) {
                    const std::uint32_t shift = limbs[0] == 0 ? limbs[1] : 8 - limbs[1];
                    const std::uint32_t wide = limbs[2] << shift;
                    want(problems, m, 3, wide & 255U);
                    want(problems, m, 4, wide >> 8U);
                }
                return;
            case Bus::program:
                return program_problems(m, problems);
            case Bus::syscall:
                if (message.is_receive) {
                    want_below(problems, m, 1, 1U << 23U);
                }
                return;
            case Bus::memory:
                return memory_problems(m, problems);
            case Bus::global:
                // Stamps are numbers of segments, which the verifier counts.
                if (message.is_receive) {
                    want_below(problems, m, 3, kSegmentsMax);
                }
                return;
            default:
                return;
        }
    }

    /// The instruction must be one of the program.
    void program_problems(std::size_t m, std::vector<Problem>& problems) {
        const auto& limbs = text_.messages[m].limbs;
        std::array<std::uint32_t, 7> asked{};
        std::copy_n(limbs.begin(), asked.size(), asked.begin());
        if (program_.contains(asked)) {
            return;
        }
        // Another place in the program with this operation.
        const auto same_op = by_op_.find(asked[1]);
        if (same_op == by_op_.end()) {
            const auto any = std::next(by_op_.begin(), context_ % by_op_.size());
            return want(problems, m, 1, any->first);
        }
        const auto& target = same_op->second[context_ % same_op->second.size()];
        for (std::size_t l = 0; l < target.size(); ++l) {
            want(problems, m, l, target[l]);
        }
    }

    /// What is received was sent by somebody: limbs of 16 bits, 0 in x0, and where a row touches a
    /// cell twice, what it left there itself.
    void memory_problems(std::size_t m, std::vector<Problem>& problems) {
        const FlatMessage& message = text_.messages[m];
        if (!message.is_receive) {
            return;
        }
        want_below(problems, m, 3, 1U << 24U);
        if (message.limbs[0] == kPcCell) {
            return;
        }
        want_below(problems, m, 1, 65536);
        want_below(problems, m, 2, 65536);
        if (message.limbs[0] == kZeroCell) {
            want(problems, m, 1, 0);
            want(problems, m, 2, 0);
        }
        for (std::size_t before = m; before-- > 0;) {
            const FlatMessage& earlier = text_.messages[before];
            if (earlier.bus == Bus::memory && !earlier.is_receive &&
                !earlier.multiplicity.is_zero() && earlier.limbs[0] == message.limbs[0]) {
                want(problems, m, 1, earlier.limbs[1]);
                want(problems, m, 2, earlier.limbs[2]);
                return;
            }
        }
    }

    /// Solves for one cell, in which the quantity is affine, or that a bit brings there.
    bool repair(const Problem& problem, std::vector<F>& cells, std::vector<bool>& is_changed) {
        const std::vector<std::size_t>& support = cells_of(problem.quantity);
        if (support.empty()) {
            return false;
        }
        const std::size_t offset = below(support.size());
        for (std::size_t i = 0; i < support.size(); ++i) {
            const std::size_t c = support[(offset + i) % support.size()];
            if (is_changed[c] && below(8) != 0) {
                continue;
            }
            const F was = cells[c];
            const F at0 = value(text_, problem.quantity);
            const F at1 = value_with(problem.quantity, cells, c, was + F(1));
            const F at2 = value_with(problem.quantity, cells, c, was + F(2));
            const auto step = step_to_root(at0 - problem.target, at1 - at0, at2 - at1);
            if (!step.has_value()) {
                continue;
            }
            cells[c] = was + *step;
            is_changed[c] = true;
            return true;
        }
        return false;
    }

    /// x with q(x) = 0, for the quadratic q with q(0) = value and these first two differences.
    std::optional<F> step_to_root(F value, F first, F second) {
        const F a = (second - first).halve();
        const F b = first - a;
        if (a.is_zero()) {
            return b.is_zero() ? std::nullopt : std::optional(-value * b.inverse());
        }
        const auto root = square_root(b.square() - F(4) * a * value);
        if (!root.has_value()) {
            return std::nullopt;
        }
        const F signed_root = below(2) == 0 ? *root : -*root;
        return (signed_root - b) * a.doubled().inverse();
    }

    /// Source: A. Tonelli, 1891.
    static std::optional<F> square_root(F square) {
        if (square.is_zero()) {
            return F();
        }
        constexpr std::uint32_t kOdd = (F::kModulus - 1) >> F::kTwoAdicity;
        F root = square.pow((kOdd + 1) / 2);
        F rest = square.pow(kOdd);  // root^2 = square * rest
        unsigned order = F::kTwoAdicity;
        F generator = F::two_adic_generator(order);
        while (rest != F(1)) {
            unsigned log = 0;
            for (F power = rest; power != F(1); power = power.square()) {
                ++log;
            }
            if (log >= order) {
                return std::nullopt;
            }
            const F factor = generator.exp_power_of_2(order - log - 1);
            root *= factor;
            generator = factor.square();
            rest *= generator;
            order = log;
        }
        return root;
    }

    F value_with(const Quantity& q, std::vector<F>& cells, std::size_t c, F trial) {
        const F was = cells[c];
        cells[c] = trial;
        read_row(table_, cells, {}, scratch_);
        cells[c] = was;
        return value(scratch_, q);
    }

    std::size_t table_;
    std::array<std::uint32_t, 2> parameters_;
    RowText text_;
    RowText scratch_{parameters_};
    std::vector<std::vector<F>> honest_;
    std::size_t idle_rows_ = 0;
    std::set<std::array<std::uint32_t, 7>> program_;
    std::map<std::uint32_t, std::vector<std::array<std::uint32_t, 7>>> by_op_;
    std::vector<std::vector<std::size_t>> constraint_cells_;
    std::vector<std::size_t> bits_;  // cells that a constraint of their own binds
    std::size_t context_ = 0;        // where in the program the row at hand is
    std::vector<std::array<std::vector<std::size_t>, kBusLimbsMax + 1>> message_cells_;
    std::vector<Rule> rules_;
    std::vector<std::size_t> left_out_;  // rules that the row at hand may break, and must
    std::vector<F> found_;
    Prng prng_{1, "constraint search"};
};

}  // namespace nexus::zkvm::tests
