#include "graph/schema/schema.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/refinement.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::graph {
namespace {

using tests::add_field;
using tests::extension;
using tests::field_of;

constexpr SovereignId kSovereign{7};

/// The fault of this change to a refinement of the core Organization schema.
template <class Change>
std::string fault_after(Change change) {
    Schema schema = extension(NodeKind::Organization, kSovereign);
    change(schema);
    const auto checked = check_refines(core_schema(NodeKind::Organization), schema);
    return checked ? ""
                   : std::string(to_string(checked.error().error)) + " " + checked.error().field;
}

std::string fault_of(const Schema& schema, const Record& record) {
    const auto checked = conforms(schema, record);
    return checked ? ""
                   : std::string(to_string(checked.error().error)) + " " + checked.error().field;
}

TEST(CoreSchema, IsPinned) {
    // A change here changes the identity of the core for every chain: a new version, not an edit.
    const std::vector<std::string> pinned = {"9e1915eebe12d10e", "fca552e550f1227c",
                                             "bc5d6bacc7cc6683", "e29ea1c534a3df92",
                                             "c0b4b73b8b16920a"};
    for (std::size_t i = 0; i <= static_cast<std::size_t>(NodeKind::Last); ++i) {
        const auto kind = static_cast<NodeKind>(i);
        EXPECT_EQ(short_hex(core_schema_hash(kind).view(), 16), pinned[i]) << to_string(kind);
        EXPECT_EQ(core_schema_hash(kind), schema_hash(core_schema(kind)));
    }
}

TEST(CoreSchema, SurvivesItsEncoding) {
    std::set<Hash> hashes;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(NodeKind::Last); ++i) {
        const Schema& schema = core_schema(static_cast<NodeKind>(i));
        EXPECT_EQ(codec::decode<Schema>(codec::encode(schema)), schema);
        hashes.insert(schema_hash(schema));
    }
    EXPECT_EQ(hashes.size(), 5U);
}

TEST(Refinement, AcceptsAddingAndTightening) {
    EXPECT_EQ(fault_after([](Schema&) {}), "");
    EXPECT_EQ(fault_after([](Schema& s) { add_field(s, {"ext.7.visa", false, BoolType{}}); }), "");
    EXPECT_EQ(fault_after([](Schema& s) { add_field(s, {"ext.7.visa", true, BoolType{}}); }), "");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "alias").required = true; }), "");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "handle").type = TextType{3, 20}; }), "");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "home").type = IntegerType{7, 7}; }), "");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "type").type = EnumType{{{"coop"}}}; }), "");
}

TEST(Refinement, RefusesToRemoveRenameOrLoosen) {
    EXPECT_EQ(fault_after([](Schema& s) { s.fields.erase(s.fields.begin()); }),
              "FieldRemoved alias");
    EXPECT_EQ(fault_after([](Schema& s) {
                  s.fields.erase(s.fields.begin());
                  add_field(s, {"ext.7.alias", false, TextType{1, 64}});
              }),
              "FieldRemoved alias")
        << "renaming is removing";
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "home").required = false; }),
              "FieldLoosened home");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "home").type = BoolType{}; }),
              "TypeChanged home");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "handle").type = TextType{0, 64}; }),
              "RangeLoosened handle");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "handle").type = TextType{1, 65}; }),
              "RangeLoosened handle");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "home").type = IntegerType{-1, 9}; }),
              "RangeLoosened home");
    EXPECT_EQ(fault_after([](Schema& s) {
                  field_of(s, "home").type = IntegerType{0, std::int64_t{1} << 32U};
              }),
              "RangeLoosened home");
    EXPECT_EQ(fault_after(
                  [](Schema& s) { field_of(s, "type").type = EnumType{{{"coop"}, {"kingdom"}}}; }),
              "RangeLoosened type");
}

TEST(Refinement, KeepsSovereignsInTheirNamespace) {
    for (const char* name : {"visa", "ext.8.visa", "ext.7.", "ext.7", "ext.70.visa", "ext.visa"}) {
        EXPECT_EQ(fault_after([name](Schema& s) { add_field(s, {name, false, BoolType{}}); }),
                  std::string("ForeignNamespace ") + name);
    }
    EXPECT_EQ(fault_after([](Schema& s) { s.sovereign = SovereignId{0}; }), "CommonsMayNotExtend ");
}

TEST(Refinement, RefusesTypesWithoutValues) {
    EXPECT_EQ(fault_after([](Schema& s) { add_field(s, {"ext.7.x", false, TextType{5, 4}}); }),
              "TypeEmpty ext.7.x");
    EXPECT_EQ(
        fault_after([](Schema& s) { add_field(s, {"ext.7.x", false, TextType{1025, 2000}}); }),
        "TypeEmpty ext.7.x");
    EXPECT_EQ(fault_after([](Schema& s) { add_field(s, {"ext.7.x", false, IntegerType{1, 0}}); }),
              "TypeEmpty ext.7.x");
    EXPECT_EQ(fault_after([](Schema& s) { add_field(s, {"ext.7.x", false, EnumType{}}); }),
              "TypeEmpty ext.7.x");
    EXPECT_EQ(fault_after([](Schema& s) { field_of(s, "type").type = EnumType{}; }),
              "TypeEmpty type");
}

TEST(Refinement, BindsBaseAndKind) {
    EXPECT_EQ(fault_after([](Schema& s) { s.base.reset(); }), "WrongBase ");
    EXPECT_EQ(fault_after([](Schema& s) { s.base->bytes[0] ^= 1U; }), "WrongBase ");
    EXPECT_EQ(fault_after([](Schema& s) { s.kind = NodeKind::Person; }), "WrongKind ");
}

// What the rule is for: a record of the refined schema, cut to the base's fields, fits the base.
TEST(Refinement, MakesRecordsReadableAcrossSovereigns) {
    Schema local = extension(NodeKind::Person, kSovereign);
    field_of(local, "alias").required = true;
    add_field(local, {"ext.7.visa", true, BoolType{}});
    ASSERT_TRUE(check_refines(core_schema(NodeKind::Person), local));
    Record record{{{"alias", Text{"al"}},
                   {"ext.7.visa", true},
                   {"handle", Text{"ada"}},
                   {"home", std::int64_t{7}}}};
    EXPECT_EQ(fault_of(local, record), "");
    record.attributes.erase(record.attributes.begin() + 1);
    EXPECT_EQ(fault_of(core_schema(NodeKind::Person), record), "");
    EXPECT_EQ(fault_of(local, record), "MissingField ext.7.visa");
}

TEST(Conforms, NamesTheFirstFaultyField) {
    const Schema& schema = core_schema(NodeKind::Organization);
    const Record good{
        {{"handle", Text{"ada"}}, {"home", std::int64_t{0}}, {"type", Symbol{"coop"}}}};
    const auto with = [&good](std::size_t index, Attribute attribute) {
        Record record = good;
        record.attributes[index] = std::move(attribute);
        return record;
    };
    EXPECT_EQ(fault_of(schema, good), "");
    EXPECT_EQ(fault_of(schema, {}), "MissingField handle");
    EXPECT_EQ(fault_of(schema, with(0, {"handle", Text{""}})), "OutOfRange handle");
    EXPECT_EQ(fault_of(schema, with(0, {"handle", Text{std::string(65, 'a')}})),
              "OutOfRange handle");
    EXPECT_EQ(fault_of(schema, with(0, {"handle", true})), "WrongType handle");
    EXPECT_EQ(fault_of(schema, with(0, {"handle", Symbol{"ada"}})), "WrongType handle");
    EXPECT_EQ(fault_of(schema, with(1, {"home", std::int64_t{-1}})), "OutOfRange home");
    EXPECT_EQ(fault_of(schema, with(1, {"home", false})), "WrongType home");
    EXPECT_EQ(fault_of(schema, with(2, {"type", Symbol{"kingdom"}})), "UnknownSymbol type");
    EXPECT_EQ(fault_of(schema, with(2, {"zone", true})), "UnknownField zone");
    EXPECT_EQ(fault_of(schema, with(1, {"handle", Text{"ada"}})), "DuplicateField handle");
    EXPECT_EQ(fault_of(schema, with(1, {"alpha", Text{"ada"}})), "DuplicateField alpha");
    Record cut = good;
    cut.attributes.erase(cut.attributes.begin() + 1);
    EXPECT_EQ(fault_of(schema, cut), "MissingField home");
}

TEST(Merge, KeepsTheOrderAndTheDuplicates) {
    const Record left{{{"b", true}, {"d", true}}};
    const Record right{{{"a", true}, {"d", false}}};
    const Record both = merge(left, right);
    ASSERT_EQ(both.attributes.size(), 4U);
    EXPECT_EQ(both.attributes[0].name, "a");
    EXPECT_EQ(both.attributes[3].name, "d");
    EXPECT_EQ(both.attributes[3].value, Value(false));
}

}  // namespace
}  // namespace nexus::graph
