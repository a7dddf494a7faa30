// Proofs that were made once and are kept as files, judged by the verifier of today: tests/golden/
// proofs/README.md says how to add some.
#include "base/concat.hpp"
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/api/program_prover.hpp"
#include "zkvm/api/proof_file.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

const std::filesystem::path kFolder = NEXUS_FROZEN_PROOFS_DIR;

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A line of the manifest: a file, what is done to the proof in it, and what is said of the result.
struct FrozenLine {
    std::string verdict, file, edit;
    std::string program, input, output;  ///< Hexadecimal; `-` for none.
    std::uint32_t exit_code = 0;

    static FrozenLine parse(const std::string& line) {
        FrozenLine parsed;
        std::istringstream in(line);
        in >> parsed.verdict >> parsed.file >> parsed.edit >> parsed.program >> parsed.exit_code >>
            parsed.input >> parsed.output;
        EXPECT_FALSE(in.fail()) << line;
        return parsed;
    }
    [[nodiscard]] std::string text() const {
        std::ostringstream out;
        out << verdict << ' ' << file << ' ' << edit << ' ' << program << ' ' << exit_code << ' '
            << input << ' ' << output;
        return out.str();
    }
};

std::string hex_or_dash(ByteView bytes) { return bytes.empty() ? "-" : to_hex(bytes); }

/// `none`, `flip:AT:MASK`, `cut:SIZE` or `append:BYTE`.
Bytes edited(Bytes proof, const std::string& edit) {
    std::istringstream in(edit);
    std::string what;
    std::getline(in, what, ':');
    std::size_t at = 0;
    in >> at;
    if (what == "flip") {
        unsigned mask = 0;
        in.ignore(1) >> mask;
        proof.at(at) ^= static_cast<std::uint8_t>(mask);
    } else if (what == "cut") {
        proof.resize(at);
    } else if (what == "append") {
        proof.push_back(static_cast<std::uint8_t>(at));
    } else {
        EXPECT_EQ(what, "none");
    }
    return proof;
}

std::vector<FrozenLine> manifest() {
    std::vector<FrozenLine> lines;
    std::ifstream in(kFolder / "manifest.txt");
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] != '#') {
            lines.push_back(FrozenLine::parse(line));
        }
    }
    return lines;
}

TEST(FrozenProof, IsJudgedAsItAlwaysWas) {
    std::map<std::string, ProofFile> files;
    std::size_t accepted = 0;
    for (const FrozenLine& line : manifest()) {
        if (!files.contains(line.file)) {
            const auto file = decode_proof_file(read_file(kFolder / line.file));
            ASSERT_TRUE(file.has_value()) << line.file << ": " << to_string(file.error());
            files[line.file] = *file;
        }
        const ProofFile& file = files[line.file];
        EXPECT_EQ(to_hex(file.claim.program.view()), line.program) << line.file;
        EXPECT_EQ(hex_or_dash(file.claim.public_input), line.input) << line.file;
        EXPECT_EQ(hex_or_dash(file.claim.public_output), line.output) << line.file;
        EXPECT_EQ(file.claim.exit_code, line.exit_code) << line.file;
        EXPECT_EQ(verdict(file.claim, edited(file.proof, line.edit)), line.verdict) << line.text();
        accepted += line.verdict == "accepted" ? 1 : 0;
    }
    EXPECT_GE(accepted, 4U) << "the manifest is gone";
}

TEST(FrozenProof, NoFileIsForgotten) {
    std::map<std::string, std::size_t> lines;
    for (const FrozenLine& line : manifest()) {
        ++lines[line.file];
    }
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        if (entry.path().extension() == ".nxproof") {
            EXPECT_GT(lines[entry.path().filename().string()], 0U) << entry.path();
        }
    }
}

/// Adds what is missing, and leaves alone what is there.
class Freezer {
public:
    void add(const std::string& file, const ProvenExecution& proven,
             const std::vector<std::string>& edits) {
        const std::filesystem::path path = kFolder / file;
        if (std::filesystem::exists(path)) {
            return;
        }
        std::filesystem::create_directories(kFolder);
        const Bytes bytes = encode_proof_file({proven.claim, proven.proof});
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        std::ofstream out(kFolder / "manifest.txt", std::ios::app);
        for (const std::string& edit : edits) {
            const FrozenLine line{verdict(proven.claim, edited(proven.proof, edit)),
                                  file,
                                  edit,
                                  to_hex(proven.claim.program.view()),
                                  hex_or_dash(proven.claim.public_input),
                                  hex_or_dash(proven.claim.public_output),
                                  proven.claim.exit_code};
            out << line.text() << '\n';
        }
    }

    /// A change in each part of a proof of the test profile of one segment, and at its end.
    static std::vector<std::string> edits_of(const ProvenExecution& proven) {
        std::vector<std::string> edits{"none"};
        const Bytes& proof = proven.proof;
        const ProofMap map(proven);
        for (const ProofMap::Region& region : map.regions()) {
            edits.push_back(concat("flip:", region.begin, ":1"));
        }
        edits.push_back(concat("flip:", map.at("heights").begin + 5, ":128"));
        edits.push_back(concat("flip:", map.at("zero knowledge").begin, ":2"));
        edits.push_back(concat("flip:", map.at("segments").begin + 2, ":1"));
        edits.push_back(concat("flip:", map.at("opened").begin + 3, ":128"));
        edits.push_back(concat("flip:", proof.size() - 1, ":1"));
        edits.push_back(concat("cut:", proof.size() - 1));
        edits.push_back(concat("cut:", map.at("opened").begin));
        edits.emplace_back("append:0");
        return edits;
    }
};

/// Disabled, as it writes: proofs/README.md has the command.
TEST(FrozenProof, DISABLED_AddWhatIsMissing) {
    Freezer freezer;
    ProgramProver tested(small_program(), kTestProfile);
    const auto prove = [&](bool zero_knowledge, std::uint32_t segment_steps) {
        ProverOptions options;
        options.seed.emplace();
        options.zero_knowledge = zero_knowledge;
        options.segment_steps = segment_steps;
        return tested.prove(small_input(), options).value();
    };
    const ProvenExecution one = prove(true, 1000);
    freezer.add("test.nxproof", one, Freezer::edits_of(one));
    freezer.add("test_plain.nxproof", prove(false, 1000), {"none"});
    freezer.add("test_two_segments.nxproof", prove(true, 10), {"none"});
    ProgramProver fast(small_program(), kFastProfile);
    ProverOptions options;
    options.seed.emplace();
    const auto proven = fast.prove(small_input(), options);
    ASSERT_TRUE(proven.has_value());
    freezer.add("fast.nxproof", *proven,
                {"none", "flip:5000:1", concat("flip:", proven->proof.size() / 2, ":1")});
}

}  // namespace
}  // namespace nexus::zkvm
