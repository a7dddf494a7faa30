#include "base/crypto.hpp"
#include "sim/report/write.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using tests::TemporaryFolder;

std::array<std::uint8_t, 32> seed_of(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = number;
    return seed;
}

NetworkFile sample() {
    NetworkFile network;
    network.epoch_nanoseconds = 1'700'000'000'123'456'789;
    network.fsync = false;
    network.shapes = true;
    network.members["validator-0"] = {.process = "validator-0",
                                      .host = "10.0.0.1",
                                      .port = 65'535,
                                      .key = SecretKey(seed_of(1)).public_key()};
    network.members["settlers-0"] = {.process = "contributors",
                                     .key = SecretKey(seed_of(2)).public_key()};
    network.accounts["load-0/0"] = SecretKey(seed_of(3)).public_key();
    network.metrics = {{"validator-0", 9100}, {"contributors", 9101}};
    return network;
}

/// What reading a network file with this text says; empty if it is taken.
std::string refusal_of(const std::string& text) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / ""};
    EXPECT_TRUE(sim::write_file_atomically(layout.network(), text).ok());
    const auto network = read_network_file(layout);
    return network.ok() ? "" : std::string(network.status().message());
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " is not in " << text;
    return text.replace(at, from.size(), to);
}

std::string text_of(const NetworkFile& network) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / ""};
    EXPECT_TRUE(write_network_file(layout, network).ok());
    return *read_text(layout.network());
}

TEST(TestnetLayout, ReadsBackWhatItWrote) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / ""};
    ASSERT_TRUE(write_network_file(layout, sample()).ok());
    const auto network = read_network_file(layout);
    ASSERT_TRUE(network.ok()) << network.status().message();
    EXPECT_EQ(*network, sample());
}

TEST(TestnetLayout, GroupsMembersByProcess) {
    const auto processes = sample().processes();
    EXPECT_EQ(processes.at("validator-0"), std::vector<std::string>{"validator-0"});
    EXPECT_EQ(processes.at("contributors"), std::vector<std::string>{"settlers-0"});
}

TEST(TestnetLayout, RefusesAFileThatIsNotThere) {
    const TemporaryFolder folder;
    const auto network = read_network_file({folder / "nowhere"});
    ASSERT_FALSE(network.ok());
    EXPECT_EQ(network.status().code(), absl::StatusCode::kNotFound);
}

TEST(TestnetLayout, SaysWhereAFileIsWrong) {
    const std::string good = text_of(sample());
    ASSERT_EQ(refusal_of(good), "");
    EXPECT_THAT(refusal_of("epoch_nanoseconds = = 1\n"), HasSubstr("network.toml:1:"));
    EXPECT_THAT(refusal_of(replaced(good, "65535", "65536")),
                HasSubstr("expected a whole number from 0 to 65535 in port"));
    EXPECT_THAT(refusal_of(replaced(good, "fsync = false", "fsync = 'no'")),
                HasSubstr("expected true or false in fsync"));
    EXPECT_THAT(refusal_of(replaced(good, "fsync = false", "")), HasSubstr("got nothing"));
    EXPECT_THAT(refusal_of(replaced(good, "shapes = true", "shapes = 1")),
                HasSubstr("expected true or false in shapes"));
    EXPECT_THAT(refusal_of(replaced(good, "process = 'contributors'", "process = 3")),
                HasSubstr("expected a text in process"));
    const std::string key = to_hex(SecretKey(seed_of(1)).public_key().view());
    EXPECT_THAT(refusal_of(replaced(good, key, key.substr(2))),
                HasSubstr("expected 64 hexadecimal digits in key"));
    EXPECT_THAT(refusal_of("epoch_nanoseconds = 1\nfsync = true\nshapes = true\n"),
                HasSubstr("expected a table members"));
}

TEST(TestnetLayout, ReadsANodeConfigurationAgain) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    fs::create_directories(layout.process("validator-0"));
    ASSERT_TRUE(write_network_file(layout, sample()).ok());
    ASSERT_TRUE(write_node_config(layout, "validator-0", kMetricsHost).ok());
    const auto config = read_node_config(layout.config("validator-0"));
    ASSERT_TRUE(config.ok()) << config.status().message();
    EXPECT_EQ(config->process, "validator-0");
    EXPECT_EQ(config->layout.folder, fs::canonical(layout.folder));
    EXPECT_EQ(config->listen, "");
    EXPECT_FALSE(config->logs_to_stdout);
    EXPECT_EQ(config->log_level, LogLevel::Info);
    EXPECT_FALSE(read_node_config(layout.config("validator-1")).ok());
}

TEST(TestnetLayout, TellsMetricsToThisMachineUnlessToldOtherwise) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    fs::create_directories(layout.process("validator-0"));
    ASSERT_TRUE(write_network_file(layout, sample()).ok());
    const auto host = [&](const std::string& written) {
        EXPECT_TRUE(write_node_config(layout, "validator-0", written).ok());
        return read_node_config(layout.config("validator-0"))->metrics_host;
    };
    EXPECT_EQ(host(kMetricsHost), "127.0.0.1");
    EXPECT_EQ(host("10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(host("fd00::1"), "fd00::1");
    EXPECT_TRUE(sim::write_file_atomically(layout.config("validator-0"),
                                           "network = \"../network.toml\"\n"
                                           "process = \"validator-0\"\nmetrics_host = \"a b\"\n")
                    .ok());
    EXPECT_THAT(std::string(read_node_config(layout.config("validator-0")).status().message()),
                HasSubstr("node.toml:3:16: error: expected the name or the address of a host in "
                          "metrics_host, got \"a b\""));
}

TEST(TestnetLayout, TakesALogOfAKindThatThereIs) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    fs::create_directories(layout.process("validator-0"));
    ASSERT_TRUE(write_network_file(layout, sample()).ok());
    const std::string head = "network = \"../network.toml\"\nprocess = \"validator-0\"\n";
    const auto read = [&](const std::string& more) {
        EXPECT_TRUE(sim::write_file_atomically(layout.config("validator-0"), head + more).ok());
        return read_node_config(layout.config("validator-0"));
    };
    const auto config = read("log = \"stdout\"\nlog_level = \"debug\"\n");
    ASSERT_TRUE(config.ok()) << config.status().message();
    EXPECT_TRUE(config->logs_to_stdout);
    EXPECT_EQ(config->log_level, LogLevel::Debug);
    EXPECT_FALSE(read("log = \"file\"\n")->logs_to_stdout);
    EXPECT_THAT(std::string(read("log = \"syslog\"\n").status().message()),
                HasSubstr("node.toml:3:7: error: expected \"file\" or \"stdout\" in log, got "
                          "\"syslog\""));
    EXPECT_THAT(std::string(read("log_level = \"loud\"\n").status().message()),
                HasSubstr("node.toml:3:13: error: expected one of debug, info, warning, error in "
                          "log_level, got \"loud\""));
    EXPECT_THAT(std::string(read("log_level = 3\n").status().message()),
                HasSubstr("node.toml:3:13: error: expected"));
}

TEST(TestnetLayout, KeepsSecretsOfAProcessForItsOwner) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    fs::create_directories(layout.process("validator-0"));
    ASSERT_TRUE(write_key_file(layout, "validator-0", {{"validator-0", seed_of(1)}}).ok());
    EXPECT_EQ(fs::status(layout.keys("validator-0")).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    const auto book = read_key_book(layout, sample(), "validator-0");
    ASSERT_TRUE(book.ok()) << book.status().message();
    EXPECT_EQ(book->secret_keys.size(), 1U);
    EXPECT_EQ(book->public_keys.size(), 3U) << "members and accounts";
}

TEST(TestnetLayout, RefusesASecretOfSomebodyElse) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    fs::create_directories(layout.process("validator-0"));
    ASSERT_TRUE(write_key_file(layout, "validator-0", {{"validator-0", seed_of(9)}}).ok());
    const auto book = read_key_book(layout, sample(), "validator-0");
    ASSERT_FALSE(book.ok());
    EXPECT_THAT(std::string(book.status().message()), HasSubstr("validator-0"));
}

TEST(TestnetLayout, AFirstStartIsAllowedOnce) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    const std::string path = layout.first_start("validator-0", "validator-0");
    ASSERT_TRUE(allow_first_start(layout, "validator-0", "validator-0").ok());
    EXPECT_TRUE(fs::exists(path));
    EXPECT_TRUE(end_first_start(layout, "validator-0", "validator-0").ok());
    EXPECT_FALSE(fs::exists(path));
    EXPECT_TRUE(end_first_start(layout, "validator-0", "validator-0").ok()) << "as on every start";
    fs::create_directories(path + "/in the way");
    const absl::Status status = end_first_start(layout, "validator-0", "validator-0");
    ASSERT_FALSE(status.ok()) << "who cannot take it away must not sign";
    EXPECT_THAT(std::string(status.message()), HasSubstr(path + ": cannot be removed: "));
}

}  // namespace
}  // namespace nexus::tools
