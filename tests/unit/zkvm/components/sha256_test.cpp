// The table of the precompile sha256: what it computes, and that no row of a call can be changed,
// left out, told twice or made up.
#include "base/concat.hpp"
#include "base/hash.hpp"
#include "base/prng.hpp"
#include "tests/support/zkvm/column_names.hpp"
#include "tests/support/zkvm/sha256_calls.hpp"
#include "zkvm/components/sha256/sha256_trace.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/vm/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::F;
using tests::FlatMessage;
using tests::RowText;
using tests::sha256_call;
using tests::Sha256Rows;
using Row = Sha256Table::Row<F>;
using State = std::array<std::uint32_t, 8>;
using Block = std::array<std::uint32_t, 16>;

constexpr State kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::size_t kTarget = 2;  // where the state stands in the accesses of a call

/// The calls that hash a message, one after the other.
std::vector<PrecompileCall> calls_of(Bytes message) {
    const std::uint64_t bits = 8 * message.size();
    message.push_back(0x80);
    while (message.size() % 64 != 56) {
        message.push_back(0);
    }
    for (int i = 0; i < 8; ++i) {
        message.push_back(static_cast<std::uint8_t>(bits >> (56 - 8 * i)));
    }
    State state = kInitial;
    std::vector<PrecompileCall> calls;
    for (std::size_t at = 0; at < message.size(); at += 64) {
        Block block{};
        for (std::size_t i = 0; i < 64; ++i) {
            block[i / 4] = block[i / 4] << 8U | message[at + i];
        }
        calls.push_back(sha256_call(100 + static_cast<std::uint32_t>(at), state, block));
        find_precompile(kPrecompileSha256)->compute(state, block);
    }
    return calls;
}

PrecompileCall random_call(std::uint64_t seed) {
    Prng prng(seed, "sha256 calls");
    State state;
    Block block;
    for (std::uint32_t& word : state) {
        word = static_cast<std::uint32_t>(prng.next());
    }
    for (std::uint32_t& word : block) {
        word = static_cast<std::uint32_t>(prng.next());
    }
    return sha256_call(100, state, block);
}

std::uint32_t word_of(const F (&bits)[32]) {
    std::uint32_t word = 0;
    for (unsigned k = 0; k < 32; ++k) {
        word |= bits[k].value() << k;
    }
    return word;
}
void set_word(F (&bits)[32], std::uint32_t word) {
    for (unsigned k = 0; k < 32; ++k) {
        bits[k] = F(word >> k & 1U);
    }
}

/// Source of the first three: FIPS 180-2, appendix B; NIST, SHA256ShortMsg.
TEST(Sha256Table, HashesKnownMessages) {
    const std::map<std::string, std::string> known = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1000, 'n'), to_hex(sha256(as_bytes(std::string(1000, 'n'))).view())}};
    for (const auto& [message, digest] : known) {
        Sha256Rows table(calls_of(to_bytes(as_bytes(message))));
        EXPECT_THAT(table.broken(), IsEmpty()) << message;
        EXPECT_FALSE(table.lies()) << message;
        const std::size_t last = calls_of(to_bytes(as_bytes(message))).size() - 1;
        Bytes said;
        for (const int phase : {19, 20}) {
            for (const auto& bits : table.at(last, phase).w) {
                for (int i = 0; i < 4; ++i) {
                    said.push_back(static_cast<std::uint8_t>(word_of(bits) >> (24 - 8 * i)));
                }
            }
        }
        EXPECT_EQ(to_hex(said), digest) << message;
    }
}

TEST(Sha256Table, HoldsOnWordsThatCarryEverywhereAndNowhere) {
    State ones;
    ones.fill(0xffff'ffff);
    Block all_ones;
    all_ones.fill(0xffff'ffff);
    std::vector<PrecompileCall> calls = {sha256_call(5, {}, {}), sha256_call(6, ones, all_ones),
                                         sha256_call(7, ones, {}), sha256_call(8, {}, all_ones)};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        calls.push_back(random_call(seed));
    }
    const Sha256Rows table(calls);
    EXPECT_THAT(table.broken(), IsEmpty());
    EXPECT_FALSE(table.lies());
}

TEST(Sha256Table, RowsWithoutACallAreZeroButForTheId) {
    Sha256Trace<F> trace;
    trace.call(random_call(1));
    Row row{};
    for (int i = 0; i < 5; ++i) {
        row = trace.idle();
    }
    EXPECT_EQ(row.id, F(1));
    row.id = F();
    for (std::size_t c = 0; c < kColumns<Sha256Table>; ++c) {
        EXPECT_TRUE(columns_of<const F>(row)[c].is_zero()) << c;
    }
}

TEST(Sha256Table, OfAFullSegmentFitsItsHeight) {
    const Rows rows{18, kLogExcludedZk};
    EXPECT_LE(std::size_t{Sha256Table::kRows} * kSegmentCallsMax, rows.active());
}

/// Columns that a phase does not use: rows that access no cell, and the two pointers.
bool is_free(const std::string& column, int phase) {
    const bool computes = phase >= Sha256Table::kSchedule && phase < Sha256Table::kStore;
    const auto starts = [&](const char* name) { return column.rfind(name, 0) == 0; };
    return (computes && (starts("old[") || starts("at["))) ||
           (phase == 0 && (starts("at[2]") || starts("at[3]")));
}

TEST(Sha256Table, EachCellOfEachPhaseIsBound) {
    Sha256Rows table({random_call(2), random_call(3)});
    const std::vector<std::string> names = tests::column_names(kTableIndex<Sha256Table>);
    Prng prng(4, "changes");
    for (int phase = 0; phase < Sha256Table::kRows; ++phase) {
        Row& row = table.at(1, phase);
        const std::size_t i = Sha256Table::kRows + static_cast<std::size_t>(phase);
        RowText text;
        Sha256Table::eval(text, row);
        const std::vector<FlatMessage> honest = text.spoken();
        for (std::size_t c = 0; c < names.size(); ++c) {
            F& cell = columns_of<F>(row)[c];
            const F was = cell;
            bool all_seen = true;
            for (const F value :
                 {was + F(1), was - F(1), F(1) - was, was + F(65536), F::from_u64(prng.next())}) {
                cell = value;
                all_seen = all_seen && (value == was || table.is_seen(i, honest));
            }
            cell = was;
            EXPECT_EQ(all_seen, !is_free(names[c], phase)) << names[c] << ", phase " << phase;
        }
    }
}

/// What binds a column that the table computes is not only that others read it.
TEST(Sha256Table, EachColumnHasItsOwnConstraint) {
    const std::vector<std::pair<std::string, std::string>> own = {
        {"phase", "phase"},
        {"ts", "same ts"},
        {"id", "id counts calls"},
        {"target", "same target"},
        {"source", "same source"},
        {"address", "address"},
        {"a[", "bit"},
        {"e[", "bit"},
        {"w[", "bit"},
        {"differs", "differs"},
        {"sigma0", "Sigma0(a)"},
        {"t2[0]", "T_2 of round 1"},
        {"t2", "T_2"},
        {"sigma1", "Sigma1(e)"},
        {"little_sigma0", "sigma0(w)"},
        {"little_sigma1", "sigma1(w)"},
        {"carry_e", "carry of e"},
        {"carry_a", "carry of a"},
        {"carry_w", "carry of w"},
        {"sum16", "sum16"},
        {"sum8", "sum8"},
        {"sum7", "sum7"},
    };
    constexpr int kPhase = 10;
    Sha256Rows table({random_call(14)});
    const std::vector<std::string> names = tests::column_names(kTableIndex<Sha256Table>);
    std::size_t accesses = 0;
    for (std::size_t c = 0; c < names.size(); ++c) {
        const auto constraint = std::find_if(own.begin(), own.end(), [&](const auto& one) {
            return names[c].rfind(one.first, 0) == 0;
        });
        if (constraint == own.end()) {
            ++accesses;
            EXPECT_TRUE(is_free(names[c], kPhase)) << names[c];
            continue;
        }
        F& cell = columns_of<F>(table.at(0, kPhase))[c];
        const F was = cell;
        cell += F(1000);
        EXPECT_THAT(table.broken(), testing::Contains(constraint->second)) << names[c];
        cell = was;
    }
    EXPECT_EQ(accesses, 16U);
}

TEST(Sha256Table, CarriesAreFromARangeWhereverTheyCount) {
    Sha256Rows table({random_call(15)});
    for (int phase = 0; phase < Sha256Table::kRows; ++phase) {
        const bool has_rounds = phase >= Sha256Table::kLoad && phase < Sha256Table::kStore;
        const bool has_schedule = phase >= Sha256Table::kSchedule && phase < Sha256Table::kStore;
        Row& row = table.at(0, phase);
        const auto is_limited = [&](F& cell, const char* constraint) {
            const F was = cell;
            cell += F(3);
            const bool is_broken = table.broken().contains(constraint);
            cell = was;
            return is_broken;
        };
        for (std::size_t j = 0; j < 4; ++j) {
            for (std::size_t half = 0; half < 2; ++half) {
                EXPECT_TRUE(is_limited(row.carry_e[j][half].part, "carry of e")) << phase;
                EXPECT_EQ(is_limited(row.carry_e[j][half].extra, "carry of e"), has_rounds);
                EXPECT_EQ(is_limited(row.carry_a[j][half], "carry of a"), has_rounds) << phase;
                EXPECT_EQ(is_limited(row.carry_w[j][half], "carry of w"), has_schedule) << phase;
            }
        }
    }
}

TEST(Sha256Table, NoRowIsLeftOutOrToldTwice) {
    for (int phase = 0; phase < Sha256Table::kRows; ++phase) {
        const auto at = static_cast<std::ptrdiff_t>(phase);
        Sha256Rows shorter({random_call(5), random_call(6)});
        shorter.rows.erase(shorter.rows.begin() + at);
        shorter.repair();
        EXPECT_FALSE(shorter.broken().empty()) << phase;
        Sha256Rows longer({random_call(5), random_call(6)});
        longer.rows.insert(longer.rows.begin() + at, longer.rows[static_cast<std::size_t>(at)]);
        longer.repair();
        EXPECT_FALSE(longer.broken().empty()) << phase;
    }
}

/// The call that the table's end cuts off goes on in its first rows, behind a row 1 that is forged:
/// no constraint sees it, but the messages of the runs do.
Sha256Rows wrapped(int last_phase) {
    Sha256Rows table({random_call(7)});
    const auto cut = table.rows.begin() + last_phase + 1;
    std::vector<Row> tail(table.rows.begin(), cut);
    for (Row& row : tail) {
        row.id += F(1);
    }
    table.noise = tail.back();
    table.noise.id = F(1);
    table.rows.erase(table.rows.begin(), cut);
    table.rows.insert(table.rows.end(), tail.begin(), tail.end());
    return table;
}

TEST(Sha256Table, ACallCannotGoOnBehindTheEnd) {
    for (int last_phase = 0; last_phase + 1 < Sha256Table::kRows; ++last_phase) {
        const Sha256Rows table = wrapped(last_phase);
        EXPECT_THAT(table.broken(), IsEmpty()) << last_phase;
        std::vector<std::uint32_t> ids;
        for (const FlatMessage& message : table.said()) {
            if (message.bus == Bus::run) {
                ids.push_back(message.limbs[1]);
            }
        }
        EXPECT_THAT(ids, ElementsAre(1U, 2U)) << "sent by phase 0 as 2, taken by phase 20 as 1";
    }
}

/// A lie, and the one constraint that it breaks.
struct Forgery {
    std::string constraint;
    Sha256Rows table;
};

/// Changes word 3 of phase 18, the last of all rounds, by `step`; `words`: which of w, e and a. The
/// call then leaves another state, as it would. In the last of `words` nothing carries.
Sha256Rows last_round(const std::string& words, std::uint32_t step,
                      const std::set<std::string>& lies = {}) {
    for (std::uint64_t seed = 0;; ++seed) {
        const PrecompileCall call = random_call(seed);
        Sha256Rows honest({call});
        const Row& row = honest.at(0, 18);
        const auto& first = words.back() == 'a'   ? row.a[3]
                            : words.back() == 'e' ? row.e[3]
                                                  : row.w[3];
        if ((word_of(first) & step) != 0) {
            continue;
        }
        const bool e_changes = words.find('e') != std::string::npos;
        PrecompileCall told = call;
        told.accesses[kTarget].after += step;
        told.accesses[kTarget + 4].after += e_changes ? step : 0;
        Sha256Rows table({call}, {told});
        Row& last = table.at(0, 18);
        set_word(last.a[3], word_of(last.a[3]) + step);
        if (e_changes) {
            set_word(last.e[3], word_of(last.e[3]) + step);
            set_word(table.at(0, 19).e[3], word_of(last.e[3]));
        }
        if (words.find('w') != std::string::npos) {
            set_word(last.w[3], word_of(last.w[3]) + step);
        }
        table.repair(lies);
        return table;
    }
}

/// The last three rounds with a T_2 that `constraint` should have stopped: word 1 of phase 18 is
/// one more, or `differs` is wrong in every bit.
Sha256Rows last_rounds(const std::string& constraint) {
    const bool is_sum = constraint != "differs";
    const PrecompileCall call = random_call(13);
    Sha256Rows honest({call});
    const auto before = [&](int j) { return word_of(honest.at(0, 17).a[j]); };
    Row& row = honest.at(0, 18);
    std::uint32_t a[4] = {word_of(row.a[0])};
    const std::uint32_t differs = a[0] ^ before(3) ^ (is_sum ? 0U : 0xffff'ffffU);
    const auto majority = [](std::uint32_t unequal, std::uint32_t x, std::uint32_t y) {
        return (unequal & x) | (~unequal & y);
    };
    a[1] = word_of(row.e[1]) - before(1) + kSigma0.of(a[0]) + majority(differs, before(2), a[0]) +
           (is_sum ? 1U : 0U);
    a[2] = word_of(row.e[2]) - before(2) + kSigma0.of(a[1]) + majority(differs, a[1], a[0]);
    a[3] = word_of(row.e[3]) - before(3) + kSigma0.of(a[2]) + majority(a[1] ^ a[0], a[2], a[1]);

    PrecompileCall told = call;
    for (std::size_t j = 0; j < 4; ++j) {
        told.accesses[kTarget + j].after = told.accesses[kTarget + j].before + a[3 - j];
    }
    Sha256Rows table({call}, {told});
    Row& last = table.at(0, 18);
    for (std::size_t j = 0; j < 4; ++j) {
        set_word(last.a[j], a[j]);
    }
    if (constraint == "differs") {
        set_word(last.differs, differs);
    } else if (constraint == "Sigma0(a)") {
        last.sigma0.lo += F(1);
    } else {
        last.t2[0].lo += F(1);
    }
    table.repair({constraint});
    return table;
}

/// Rounds that start from another state than what was read: word `index` is one more.
Sha256Rows other_state(std::size_t index) {
    const PrecompileCall call = random_call(8);
    State other{};
    Block block{};
    for (std::size_t i = 0; i < 16; ++i) {
        block[i] = call.accesses[kTarget + 8 + i].before;
        other[i % 8] = call.accesses[kTarget + i % 8].before + (i % 8 == index ? 1 : 0);
    }
    PrecompileCall told = sha256_call(call.step, other, block);
    for (std::size_t i = 0; i < 8; ++i) {
        Access& access = told.accesses[kTarget + i];
        access.after += call.accesses[kTarget + i].before - other[i];
    }
    Sha256Rows table({call}, {told});
    for (std::size_t i = 0; i < 8; ++i) {
        const std::uint32_t value = call.accesses[kTarget + i].before;
        const int half = i < 4 ? 0 : 1;
        set_word(table.at(0, 1 + half).w[i % 4], value);
        table.at(0, 1 + half).old[i % 4] = limbs_of<F>(value);
        table.at(0, 19 + half).old[i % 4] = limbs_of<F>(value);
    }
    table.repair();
    return table;
}

void add_rounds(std::vector<Forgery>& all) {
    // Where the carry is an expression, one more below is a multiple of 2^16 in the field, which
    // the high half can undo.
    const std::uint32_t undone = 1U + ((-F(65536).inverse()).value() << 16U);
    all.push_back({"a, low", last_round("a", undone)});
    all.push_back({"e, low", last_round("ae", 1)});
    all.push_back({"w, low", last_round("aew", undone)});
    all.push_back({"a, high", last_round("a", 0x1'0000U)});
    all.push_back({"e, high", last_round("ae", 0x1'0000U)});
    all.push_back({"w, high", last_round("aew", 0x1'0000U)});
    all.push_back({"carry of a", last_round("a", 1, {"carry of a"})});
    all.push_back({"carry of e", last_round("ae", 1, {"carry of e"})});
    all.push_back({"carry of w", last_round("aew", 1, {"carry of w"})});
}

void add_functions(std::vector<Forgery>& all) {
    for (const char* constraint : {"differs", "Sigma0(a)", "T_2 of round 1"}) {
        all.push_back({constraint, last_rounds(constraint)});
    }
    Sha256Rows t2 = last_round("a", 1);
    t2.at(0, 18).t2[2].lo += F(1);
    all.push_back({"T_2", t2});
    Sha256Rows sigma1 = last_round("ae", 1);
    sigma1.at(0, 18).sigma1[2].lo += F(1);
    all.push_back({"Sigma1(e)", sigma1});
    Sha256Rows little = last_round("aew", 1);
    little.at(0, 18).little_sigma1[1].lo += F(1);
    all.push_back({"sigma1(w)", little});
    // What goes into the last word, one row before it and more.
    Sha256Rows sums = last_round("aew", 1);
    sums.at(0, 17).sum7[3].lo += F(1);
    all.push_back({"sum7", sums});
    sums.at(0, 16).sum8[3].lo += F(1);
    all.push_back({"sum8", sums});
    sums.at(0, 15).sum16[3].lo += F(1);
    all.push_back({"sum16", sums});
    sums.at(0, 15).little_sigma0[0].lo += F(1);
    all.push_back({"sigma0(w)", sums});
}

void add_states(std::vector<Forgery>& all) {
    const PrecompileCall call = random_call(9);
    all.push_back({"state in a", other_state(1)});
    all.push_back({"state in e", other_state(6)});
    for (std::size_t word = 0; word < 8; ++word) {
        for (const std::uint32_t step : {1U, 0x1'0000U}) {
            PrecompileCall told = call;
            told.accesses[kTarget + word].after += step;
            Sha256Rows table({call}, {told});
            all.push_back({"new state", table});
            // The same with carries that solve for it.
            const int phase = word < 4 ? 19 : 20;
            CarryColumns<F>(&carry)[2] = table.at(0, phase).carry_e[word % 4];
            const F low = -F(step & 0xffffU) * F(65536).inverse();
            carry[0].part += low;
            carry[1].part += (low - F(step >> 16U)) * F(65536).inverse();
            table.repair();
            all.push_back({"carry of e", table});
        }
    }
    PrecompileCall told = call;
    told.accesses[kTarget + 4].after += 1;
    Sha256Rows waits({call}, {told});
    set_word(waits.at(0, 19).e[3], word_of(waits.at(0, 19).e[3]) + 1);
    waits.repair();
    all.push_back({"e waits", waits});
    Sha256Rows reads({call});
    reads.at(0, 5).old[2].hi += F(1);
    all.push_back({"reads change nothing", reads});

    // A sum that should have wrapped around leaves a half of 17 bits.
    Sha256Rows wide({call});
    Row& last = wide.at(0, 20);
    const auto has_carry = [&](int j) {
        return word_of(last.w[j]) >> 16U < last.old[j].hi.value();
    };
    int j = 0;
    while (!has_carry(j)) {
        ++j;
    }
    last.w[j][31] += F(2);
    wide.repair();
    all.push_back({"bit", wide});
}

void add_order(std::vector<Forgery>& all) {
    // Without a round, the state would be doubled.
    PrecompileCall told = random_call(10);
    const std::vector<PrecompileCall> calls = {told};
    for (std::size_t i = 0; i < 8; ++i) {
        told.accesses[kTarget + i].after = 2 * told.accesses[kTarget + i].before;
    }
    Sha256Rows hasty(calls, {told});
    for (int j = 0; j < 4; ++j) {
        set_word(hasty.at(0, 19).e[j], word_of(hasty.at(0, 2).e[j]));
    }
    hasty.rows.erase(hasty.rows.begin() + 3, hasty.rows.begin() + 19);
    hasty.repair();
    all.push_back({"next phase", hasty});

    // The rows behind the forged one write elsewhere.
    Sha256Rows again = wrapped(9);
    for (std::size_t i = again.rows.size() - 10; i < again.rows.size(); ++i) {
        again.rows[i].id = F(1);
    }
    again.noise.target += F(64);
    for (std::size_t i = 0; i < 11; ++i) {
        again.rows[i].target += F(64);
        again.rows[i].address += F(i < 9 ? 0 : 64);
    }
    all.push_back({"id counts calls", again});

    // Row 1 is forged, so that the end of another call overlaps the start of this one.
    for (const auto& [name, count] : {std::pair{"one phase", F(1)}, {"phase", -F(1)}}) {
        Sha256Rows two(calls);
        two.noise.phase[18] = count;
        two.noise.ts = two.at(0, 0).ts;
        two.noise.target = two.at(0, 0).target;
        two.noise.source = two.at(0, 0).source;
        two.at(0, 0).phase[19] = count;
        two.at(0, 0).address += count * two.at(0, 0).target;
        two.at(0, 1).phase[20] = count;
        two.at(0, 1).address += count * (two.at(0, 1).target + F(16));
        all.push_back({name, two});
    }
}

void add_pointers(std::vector<Forgery>& all) {
    const std::vector<PrecompileCall> calls = {random_call(11)};
    const auto add = [&](const char* name, int from, const auto& change) {
        Sha256Rows table(calls);
        for (int phase = from; phase < Sha256Table::kRows; ++phase) {
            change(table.at(0, phase), phase);
        }
        all.push_back({name, table});
    };
    const auto is_target = [](int phase) {
        return phase == 1 || phase == 2 || phase >= Sha256Table::kStore;
    };
    const auto is_source = [](int phase) {
        return phase >= Sha256Table::kLoad && phase < Sha256Table::kSchedule;
    };
    const auto target = [&](Row& row, int phase) {
        row.target += F(64);
        row.address += F(is_target(phase) ? 64 : 0);
    };
    const auto source = [&](Row& row, int phase) {
        row.source += F(64);
        row.address += F(is_source(phase) ? 64 : 0);
    };
    add("target", 0, target);
    add("same target", 2, target);
    add("source", 0, source);
    add("same source", 3, source);
    add("same ts", 19, [](Row& row, int) { row.ts += F(4); });
    add("address", 19, [](Row& row, int) { row.address += F(64); });
}

/// Each constraint is needed: without it, this table would be proven.
TEST(Sha256Table, EachConstraintAloneStopsALie) {
    std::vector<Forgery> all;
    add_rounds(all);
    add_functions(all);
    add_states(all);
    add_order(all);
    add_pointers(all);
    std::set<std::string> stopped = {"pointers are aligned and below 2^29"};
    for (const Forgery& forgery : all) {
        EXPECT_THAT(forgery.table.broken(), ElementsAre(forgery.constraint));
        EXPECT_TRUE(forgery.table.lies()) << forgery.constraint;
        stopped.insert(forgery.constraint);
    }
    const Sha256Rows table({random_call(12)});
    RowText text;
    Sha256Table::eval(text, table.rows[0]);
    Sha256Table::chain(text, table.rows[1], table.rows[0]);
    const std::set<std::string> names(text.names.begin(), text.names.end());
    EXPECT_EQ(stopped, names) << "a constraint without a lie that it stops";
}

/// The machine makes no such call, so there is nothing to compare: only this constraint says no.
TEST(Sha256Table, PointersAreAlignedAndInMemory) {
    for (const std::uint32_t bad :
         {0x2'0001U, 0x2'0002U, 0x2000'0000U, 0x4000'0000U, 0x8000'0000U}) {
        for (const bool is_target : {true, false}) {
            const Sha256Rows table({sha256_call(3, kInitial, {}, is_target ? bad : 0x2'0000,
                                                is_target ? 0x3'0000 : bad)});
            const std::set<std::string> broken = table.broken();
            EXPECT_TRUE(broken.contains("pointers are aligned and below 2^29")) << bad;
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
