#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/running_digest.hpp"
#include "sim/trace/trace_reader.hpp"
#include "sim/trace/trace_writer.hpp"
#include "tests/unit/sim/trace/trace_fixture.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace nexus::sim {
namespace {

using testing::HasSubstr;
using TraceFile = TraceTest;

/// Reads all of it; returns the first error.
absl::Status read_all(const Bytes& bytes, std::uint64_t* events = nullptr) {
    auto reader = TraceReader::from_bytes(bytes, "memory");
    if (!reader.ok()) {
        return reader.status();
    }
    TraceEvent event;
    for (;;) {
        const auto more = (*reader)->next(event);
        if (!more.ok() || !*more) {
            if (events != nullptr) {
                *events = (*reader)->events();
            }
            return more.status();
        }
    }
}

/// Header and digest in one text, or the error.
absl::StatusOr<std::string> read_contents(const Bytes& bytes) {
    auto reader = TraceReader::from_bytes(bytes, "memory");
    if (!reader.ok()) {
        return reader.status();
    }
    TraceEvent event;
    for (;;) {
        const auto more = (*reader)->next(event);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            const TraceHeader& header = (*reader)->header();
            return header.scenario + " " + std::to_string(header.seed) + " " + header.commit + " " +
                   to_hex((*reader)->digest().view());
        }
    }
}

TEST_F(TraceFile, ReadsBackWhatWasWritten) {
    const std::string file = write("run.trace", 5000);
    EXPECT_FALSE(std::filesystem::exists(file + ".tmp"));
    auto reader = TraceReader::open(file);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_EQ((*reader)->header(), header());
    RunningDigest digest;
    TraceEvent read;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        const auto more = (*reader)->next(read);
        ASSERT_TRUE(more.ok()) << more.status();
        ASSERT_TRUE(*more);
        const Hash its_content = content(i);
        const Event expected = event(i, its_content);
        digest.add(expected);
        ASSERT_EQ(read.index, i);
        ASSERT_EQ(read.event.at, expected.at);
        ASSERT_EQ(read.event.node, expected.node);
        ASSERT_EQ(read.event.source, expected.source);
        ASSERT_EQ(read.event.value, expected.value);
        ASSERT_EQ(read.event.label, expected.label);
        ASSERT_EQ(read.event.kind, expected.kind);
        ASSERT_EQ(read.event.content != nullptr, expected.kind == EventKind::Packet);
        if (read.event.content != nullptr) {
            ASSERT_EQ(*read.event.content, its_content);
        }
    }
    const auto more = (*reader)->next(read);
    ASSERT_TRUE(more.ok()) << more.status();
    EXPECT_FALSE(*more);
    EXPECT_EQ((*reader)->digest(), digest.value());
    EXPECT_EQ((*reader)->node_name(NodeId{1}), "beta");
    EXPECT_EQ((*reader)->node_kind(NodeId{1}), "validator");
    EXPECT_EQ((*reader)->node_name(kNoNode), "-");
    EXPECT_EQ((*reader)->label(2), "tick");
}

TEST_F(TraceFile, IsCompact) {
    const std::string file = write("run.trace", 5000);
    EXPECT_LT(std::filesystem::file_size(file), 5000U * 30U);
}

TEST_F(TraceFile, HasTheNameOnlyWhenItIsComplete) {
    {
        auto writer = TraceWriter::create(path("x.trace"), header());
        ASSERT_TRUE(writer.ok());
        EXPECT_FALSE(std::filesystem::exists(path("x.trace")));
        EXPECT_TRUE(std::filesystem::exists(path("x.trace.tmp")));
    }
    EXPECT_FALSE(std::filesystem::exists(path("x.trace.tmp"))) << "an abandoned trace is removed";
}

TEST_F(TraceFile, SaysThatItCannotWrite) {
    const auto missing = TraceWriter::create(path("no/such/folder/x.trace"), header());
    ASSERT_FALSE(missing.ok());
    EXPECT_THAT(std::string(missing.status().message()),
                testing::AllOf(HasSubstr("no/such/folder/x.trace"), HasSubstr("No such file")));
    if (geteuid() != 0) {  // root may write anywhere
        std::filesystem::permissions(
            folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
        const auto read_only = TraceWriter::create(path("x.trace"), header());
        ASSERT_FALSE(read_only.ok());
        EXPECT_THAT(std::string(read_only.status().message()), HasSubstr("Permission denied"));
    }
}

TEST_F(TraceFile, ReportsADiskThatFillsUp) {
    if (!std::filesystem::exists("/dev/full")) {
        GTEST_SKIP() << "this system has no /dev/full";
    }
    std::filesystem::create_symlink("/dev/full", path("x.trace.tmp"));
    auto writer = TraceWriter::create(path("x.trace"), header());
    ASSERT_TRUE(writer.ok()) << writer.status();
    const absl::Status status = (*writer)->finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("No space left"));
    EXPECT_FALSE(std::filesystem::exists(path("x.trace")));
}

TEST_F(TraceFile, RefusesTextsThatTheFormatCannotHold) {
    EXPECT_EQ(TraceWriter::create(path("x"), {std::string(257, 'a'), 1, ""}).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(TraceWriter::create(path("x"), {"", 1, "\xff"}).status().code(),
              absl::StatusCode::kInvalidArgument);
}

TEST_F(TraceFile, ReportsAMissingFile) {
    const auto reader = TraceReader::open(path("none.trace"));
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(TraceFile, ReportsAForeignFileAndAnotherVersion) {
    EXPECT_THAT(std::string(read_all(Bytes{}).message()), HasSubstr("expected NEXUSTRC"));
    Bytes bytes = read_file(write("run.trace", 3));
    bytes[8] = 9;
    EXPECT_THAT(std::string(read_all(bytes).message()), HasSubstr("expected version 1, got 9"));
    bytes[0] = 'X';
    EXPECT_THAT(std::string(read_all(bytes).message()), HasSubstr("byte 0: expected NEXUSTRC"));
}

TEST_F(TraceFile, EveryTruncationIsNoticed) {
    const Bytes bytes = read_file(write("run.trace", 40));
    std::uint64_t events = 0;
    ASSERT_TRUE(read_all(bytes, &events).ok());
    EXPECT_EQ(events, 40U);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const absl::Status status =
            read_all(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
        EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    }
}

TEST_F(TraceFile, AFlippedBitIsNoticedOrChangesNothing) {
    const Bytes bytes = read_file(write("run.trace", 40));
    const auto good = read_contents(bytes);
    ASSERT_TRUE(good.ok());
    std::size_t harmless = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        Bytes damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto read = read_contents(damaged);
        if (read.ok()) {
            ++harmless;  // some bits of a zstd frame say nothing
            EXPECT_EQ(*read, *good) << "bit " << bit;
        } else {
            EXPECT_THAT(std::string(read.status().message()), HasSubstr("expected"));
        }
    }
    EXPECT_LT(harmless, 40U);
}

TEST_F(TraceFile, TrailingBytesAreNoticed) {
    Bytes bytes = read_file(write("run.trace", 3));
    bytes.push_back(0);
    EXPECT_THAT(std::string(read_all(bytes).message()), HasSubstr("end of the file"));
}

TEST_F(TraceFile, RepeatsItsError) {
    Bytes bytes = read_file(write("run.trace", 400));
    bytes.resize(bytes.size() - 1);
    auto reader = TraceReader::from_bytes(bytes, "memory");
    ASSERT_TRUE(reader.ok());
    TraceEvent event;
    absl::Status first;
    for (auto more = (*reader)->next(event);; more = (*reader)->next(event)) {
        if (!more.ok()) {
            first = more.status();
            break;
        }
        ASSERT_TRUE(*more) << "a cut file must not end well";
    }
    EXPECT_EQ((*reader)->next(event).status(), first);
}

}  // namespace
}  // namespace nexus::sim
