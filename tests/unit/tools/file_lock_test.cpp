#include "tools/nexus/testnet/file_lock.hpp"

#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using tests::TemporaryFolder;

/// A process that holds a lock until it is ended. Ended and waited for with this.
class Holder {
public:
    Holder(const std::string& path, bool heeds_sigterm) {
        int ready[2] = {-1, -1};
        EXPECT_EQ(pipe(ready), 0);
        pid_ = fork();
        if (pid_ == 0) {
            std::signal(SIGTERM, heeds_sigterm ? SIG_DFL : SIG_IGN);
            const auto lock = FileLock::take(path, "a test", 0);
            const char is_held = lock.ok() ? 'y' : 'n';
            (void)!write(ready[1], &is_held, 1);
            for (;;) {
                pause();
            }
        }
        char is_held = 'n';
        EXPECT_EQ(read(ready[0], &is_held, 1), 1);
        EXPECT_EQ(is_held, 'y');
        close(ready[0]);
        close(ready[1]);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

TEST(FileLock, IsHeldByOneAtATimeAndNamesIt) {
    const TemporaryFolder folder;
    const std::string path = folder / "lock";
    auto first = FileLock::take(path, "the first", 0);
    ASSERT_TRUE(first.ok()) << first.status().message();
    const auto second = FileLock::take(path, "the second", 0);
    ASSERT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(second.status().message()),
                HasSubstr("process " + std::to_string(getpid()) + " (the first)"));
    const auto holder = FileLock::holder(path);
    ASSERT_TRUE(holder.has_value());
    EXPECT_EQ(holder->pid, getpid());
    EXPECT_EQ(holder->purpose, "the first");
    {
        const FileLock moved = *std::move(first);
        EXPECT_TRUE(FileLock::holder(path).has_value()) << "a lock that moves is held all the time";
    }
    EXPECT_FALSE(FileLock::holder(path).has_value());
    EXPECT_TRUE(FileLock::take(path, "the second", 0).ok());
}

TEST(FileLock, DiesWithItsProcess) {
    const TemporaryFolder folder;
    const std::string path = folder / "lock";
    {
        const Holder other(path, true);
        EXPECT_EQ(FileLock::holder(path)->pid, other.pid());
        EXPECT_FALSE(FileLock::take(path, "me", 0).ok());
    }
    EXPECT_TRUE(FileLock::take(path, "me", 0).ok()) << "a killed process leaves no lock";
}

TEST(FileLock, IsWaitedFor) {
    const TemporaryFolder folder;
    const std::string path = folder / "lock";
    auto first = std::optional(*FileLock::take(path, "the first", 0));
    std::thread releases([&first] {
        sleep_ms(200);
        first.reset();
    });
    EXPECT_TRUE(FileLock::take(path, "the second", 60).ok());
    releases.join();
}

TEST(FileLock, EndsItsHolderGentlyOrNot) {
    const TemporaryFolder folder;
    const std::string path = folder / "lock";
    EXPECT_FALSE(FileLock::end_holder(path, 60)) << "nobody holds a file that is not there";
    for (const bool heeds_sigterm : {true, false}) {
        const Holder other(path, heeds_sigterm);
        EXPECT_TRUE(FileLock::end_holder(path, heeds_sigterm ? 60 : 0.2));
        int status = 0;
        ASSERT_EQ(waitpid(other.pid(), &status, 0), other.pid());
        EXPECT_EQ(WTERMSIG(status), heeds_sigterm ? SIGTERM : SIGKILL);
    }
}

TEST(FileLock, OfARemovedFolderIsNoLockOfTheNextOne) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    auto claimed = std::optional(*claim_folder(layout, "the first"));
    std::ofstream(layout.network()) << "x";
    std::optional<absl::StatusOr<FileLock>> waited;
    std::thread waits([&] { waited = lock_folder(layout, "the second"); });
    sleep_ms(100);
    ASSERT_TRUE(remove_testnet(layout).ok());
    claimed.reset();
    waits.join();
    EXPECT_EQ(waited->status().code(), absl::StatusCode::kNotFound)
        << "who waited for a testnet that is gone must not act on it";
    EXPECT_FALSE(fs::exists(layout.folder)) << "nor make it anew";
    EXPECT_TRUE(fs::is_empty(fs::path(layout.folder).parent_path()));
}

TEST(ClaimFolder, IsRefusedWhereSomebodyMakesOrHasATestnet) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / "net"};
    {
        const auto claimed = claim_folder(layout, "nexus testnet up");
        ASSERT_TRUE(claimed.ok()) << claimed.status().message();
        EXPECT_THAT(std::string(claim_folder(layout, "again").status().message()),
                    HasSubstr("(nexus testnet up)"));
        std::ofstream(layout.scenario()) << "half of it is there";
        EXPECT_THAT(std::string(claim_folder(layout, "again").status().message()),
                    HasSubstr("(nexus testnet up)"));
        std::ofstream(layout.network()) << "all of it is there";
    }
    EXPECT_THAT(std::string(claim_folder(layout, "again").status().message()),
                HasSubstr("holds a testnet already"));
}

TEST(ClaimFolder, LeavesTheFilesOfOthersAlone) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / ""};
    std::ofstream(folder / "mine") << "x";
    EXPECT_THAT(std::string(claim_folder(layout, "me").status().message()),
                HasSubstr("got one with files"));
    EXPECT_FALSE(fs::exists(layout.lock()));
}

TEST(CheckNotLent, SaysWhoLivesAsAProcess) {
    const TemporaryFolder folder;
    const TestnetLayout layout{folder / ""};
    fs::create_directories(layout.process("load"));
    EXPECT_TRUE(check_not_lent(layout, "load").ok());
    const auto lock = FileLock::take(layout.process_lock("load"), kLoadPurpose, 0);
    ASSERT_TRUE(lock.ok());
    EXPECT_THAT(std::string(check_not_lent(layout, "load").message()), HasSubstr("(nexus load)"));
}

}  // namespace
}  // namespace nexus::tools
