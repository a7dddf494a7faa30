// The seeds of tests/fuzz/packet_fuzz.cpp: one small valid packet of each kind there is. The
// samples of tests/support/sample_packets.hpp are the source; this test writes them to a folder and
// says how to put them in place, whenever the corpus is not what they encode to.

#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "tests/support/sample_packets.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace nexus::actors {
namespace {

namespace fs = std::filesystem;

using Corpus = std::map<std::string, Bytes>;  // by the file's name

Corpus fresh_corpus() {
    Corpus corpus;
    for (const PacketPtr& packet : nexus::tests::sample_packets()) {
        std::string kind(packet->kind());
        std::replace(kind.begin(), kind.end(), '/', '-');
        corpus.emplace(fmt::format("{:02}-{}", corpus.size(), kind), encode_packet(*packet));
    }
    return corpus;
}

Corpus read_corpus(const fs::path& folder) {
    Corpus corpus;
    if (!fs::is_directory(folder)) {
        return corpus;
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace(entry.path().filename().string(),
                       Bytes{std::istreambuf_iterator<char>(file), {}});
    }
    return corpus;
}

/// tests/fuzz/corpus/packet, from wherever below the repository the test runs.
fs::path corpus_folder() {
    for (const fs::path& start : {fs::current_path(), fs::path(__FILE__).parent_path()}) {
        for (fs::path at = start; at != at.parent_path(); at = at.parent_path()) {
            if (fs::exists(at / "tests/fuzz/packet_fuzz.cpp")) {
                return at / "tests/fuzz/corpus/packet";
            }
        }
    }
    return {};
}

TEST(PacketCorpus, IsWhatTheSamplesEncodeTo) {
    const Corpus fresh = fresh_corpus();
    const fs::path folder = fs::path(testing::TempDir()) / "packet_corpus";
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const auto& [name, bytes] : fresh) {
        std::ofstream(folder / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        EXPECT_LE(bytes.size(), 8'000U) << name << ": a seed is small";
    }
    EXPECT_TRUE(read_corpus(corpus_folder()) == fresh)
        << "tests/fuzz/corpus/packet is out of date: rm -rf tests/fuzz/corpus/packet && cp -r "
        << folder.string() << " tests/fuzz/corpus/packet";
}

}  // namespace
}  // namespace nexus::actors
