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

/// Changes word 3 of phase 18, the last of all rounds, by `step`, which carries nowhere; `words`:
/// which of w, e and a. The call then leaves another state, as it would.
Sha256Rows last_round(const std::string& words, std::uint32_t step, bool all_carries) {
    for (std::uint64_t seed = 0;; ++seed) {
        const PrecompileCall call = random_call(seed);
        Sha256Rows honest({call});
        const Row& row = honest.at(0, 18);
        const auto carries = [&](const F(&bits)[32]) { return (word_of(bits) & step) != 0; };
        if (carries(row.a[3]) || carries(row.e[3]) || carries(row.w[3])) {
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
        table.repair(all_carries);
        return table;
    }
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
    for (const auto& [half, step] : {std::pair{"low", 1U}, {"high", 0x1'0000U}}) {
        all.push_back({concat("a, ", half), last_round("a", step, false)});
        all.push_back({concat("e, ", half), last_round("ae", step, false)});
        all.push_back({concat("w, ", half), last_round("aew", step, false)});
    }
    all.push_back({"carry of a", last_round("a", 1, true)});
    all.push_back({"carry of e", last_round("ae", 1, true)});
    all.push_back({"carry of w", last_round("aew", 1, true)});
    // What goes into the last word, three, two and one row before it.
    for (const auto& [name, rows] : {std::pair{"sum7", 1}, {"sum8", 2}, {"sum16", 3}}) {
        Sha256Rows table = last_round("aew", 1, false);
        table.at(0, 17).sum7[3].lo += F(1);
        table.at(0, 16).sum8[3].lo += F(rows > 1 ? 1 : 0);
        table.at(0, 15).sum16[3].lo += F(rows > 2 ? 1 : 0);
        all.push_back({name, table});
    }
}

void add_states(std::vector<Forgery>& all) {
    const PrecompileCall call = random_call(9);
    all.push_back({"state in a", other_state(1)});
    all.push_back({"state in e", other_state(6)});
    for (const std::size_t word : {0U, 7U}) {
        for (const std::uint32_t step : {1U, 0x1'0000U}) {
            PrecompileCall told = call;
            told.accesses[kTarget + word].after += step;
            all.push_back({"new state", Sha256Rows({call}, {told})});
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
