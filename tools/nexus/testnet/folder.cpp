#include "tools/nexus/testnet/folder.hpp"

#include "base/concat.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <unistd.h>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

/// Commands are done in moments, but those that start a network or take it down.
constexpr double kPatienceSeconds = 10;
/// A process that was killed lets go of its files a moment after it is gone.
constexpr double kDyingSeconds = 1;

/// What stands in the folder but for the lock of whoever is about to use it.
bool holds_files(const TestnetLayout& layout) {
    std::error_code error;
    const fs::directory_iterator files(layout.folder, error);
    return std::any_of(begin(files), end(files), [](const fs::directory_entry& file) {
        return file.path().filename() != "lock";
    });
}

/// True if a folder holds nothing but these files, whole or half written, and folders of which
/// `is_ours` is true. What is behind a link is somebody else's.
template <class IsOurs>
bool holds_only(const fs::path& folder, std::initializer_list<std::string_view> names,
                const IsOurs& is_ours) {
    std::error_code error;
    const fs::directory_iterator files(folder, error);
    return !error && std::all_of(begin(files), end(files), [&](const fs::directory_entry& file) {
        const std::string name = file.path().filename().string();
        const fs::file_status status = file.symlink_status(error);
        if (fs::is_directory(status)) {
            return is_ours(file.path());
        }
        return fs::is_regular_file(status) &&
               std::any_of(names.begin(), names.end(), [&](std::string_view each) {
                   return name == each || name == concat(".", each, ".partial");
               });
    });
}

/// What create_testnet makes until it writes network.toml.
bool holds_beginnings_only(const TestnetLayout& layout) {
    const auto nothing = [](const fs::path&) { return false; };
    const auto member = [&](const fs::path& at) {
        return holds_only(at, {"first_start"}, nothing);
    };
    const auto process = [&](const fs::path& at) {
        return holds_only(at, {"node.toml", "keys.toml"}, member);
    };
    return holds_only(layout.folder, {"lock", "scenario.toml", "network.toml"}, process);
}

absl::Status check_free(const TestnetLayout& layout) {
    std::error_code error;
    if (fs::exists(layout.network(), error)) {
        return absl::FailedPreconditionError(
            concat(layout.folder, ": holds a testnet already; nexus testnet down --folder ",
                   layout.folder, " removes it"));
    }
    // `down` removes the folder: it must hold nothing of anybody else.
    if (is_unfinished(layout)) {
        return absl::FailedPreconditionError(
            concat(layout.folder,
                   ": holds a testnet that was never finished; nexus testnet down "
                   "--folder ",
                   layout.folder, " removes it"));
    }
    if (holds_files(layout) && !FileLock::holder(layout.lock()).has_value()) {
        return absl::FailedPreconditionError(concat(
            layout.folder, ": expected no such folder, or an empty one; got one with files"));
    }
    return absl::OkStatus();
}

/// The link for the testnet of a folder; empty if it is not in a folder out/testnet. Commands are
/// given from anywhere, so where that stands does not matter. Pre: the path is canonical.
fs::path latest_of(const fs::path& folder) {
    const fs::path parent = folder.parent_path();
    return parent.filename() == "testnet" && parent.parent_path().filename() == "out"
               ? parent / "latest"
               : fs::path();
}

/// True if the link is one that make_latest made: a bare name of a testnet, or of none any more.
bool is_ours(const fs::path& link) {
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error || target.empty() || target != target.filename()) {
        return false;
    }
    const fs::path folder = link.parent_path() / target;
    return !fs::exists(fs::symlink_status(folder, error)) ||
           fs::exists(TestnetLayout{folder.string()}.network(), error);
}

void remove_latest(const fs::path& folder) {
    const fs::path link = latest_of(folder);
    std::error_code error;
    if (!link.empty() && is_ours(link) && fs::read_symlink(link, error) == folder.filename()) {
        fs::remove(link, error);
    }
}

}  // namespace

absl::StatusOr<FileLock> claim_folder(const TestnetLayout& layout, std::string_view purpose) {
    if (absl::Status status = check_free(layout); !status.ok()) {
        return status;
    }
    std::error_code error;
    fs::create_directories(layout.folder, error);
    if (error) {
        return absl::PermissionDeniedError(concat(layout.folder, ": ", error.message()));
    }
    auto lock = FileLock::take(layout.lock(), purpose, 0);
    if (!lock.ok()) {
        return lock.status();
    }
    if (fs::exists(layout.network(), error) || holds_files(layout)) {  // somebody was faster
        return absl::FailedPreconditionError(
            concat(layout.folder, ": holds a testnet already, made a moment ago"));
    }
    return lock;
}

void abandon_folder(const TestnetLayout& layout) {
    std::error_code error;
    fs::remove_all(layout.folder, error);
}

bool is_unfinished(const TestnetLayout& layout) {
    std::error_code error;
    const auto last = FileLock::last_holder(layout.lock());
    return !fs::exists(layout.network(), error) && last.has_value() &&
           last->purpose.starts_with("nexus testnet ") && holds_beginnings_only(layout) &&
           !FileLock::holder(layout.lock()).has_value();
}

absl::Status clear_unfinished(const TestnetLayout& layout) {
    const auto lock = FileLock::take(layout.lock(), kDownPurpose, 0);
    if (!lock.ok()) {
        return lock.status();
    }
    std::error_code error;
    if (fs::exists(layout.network(), error) || !holds_beginnings_only(layout)) {
        return absl::FailedPreconditionError(
            concat(layout.folder,
                   ": expected a testnet that was never finished, got one that was "
                   "made a moment ago"));
    }
    return remove_testnet(layout);
}

absl::StatusOr<FileLock> lock_folder(const TestnetLayout& layout, std::string_view purpose) {
    std::error_code error;
    if (!fs::exists(layout.network(), error)) {
        return absl::NotFoundError(
            concat(layout.network(), ": expected the file of a testnet, got no such file"));
    }
    return FileLock::take(layout.lock(), purpose, kPatienceSeconds);
}

absl::Status check_not_lent(const TestnetLayout& layout, const std::string& process) {
    const double end = wall_seconds() + kDyingSeconds;
    for (;;) {
        const auto holder = FileLock::holder(layout.process_lock(process));
        if (!holder.has_value() || holder->pid == living(layout, process)) {
            return absl::OkStatus();
        }
        if (wall_seconds() > end) {
            return absl::FailedPreconditionError(concat(layout.process(process),
                                                        ": expected that nobody else lives as ",
                                                        process, ", got ", to_string(*holder)));
        }
        sleep_ms(5);
    }
}

void make_latest(const TestnetLayout& layout) {
    std::error_code error;
    const fs::path folder = fs::canonical(layout.folder, error);
    const fs::path link = latest_of(folder);
    if (error || link.empty()) {
        return;
    }
    if (fs::exists(fs::symlink_status(link, error))) {
        if (!is_ours(link)) {
            return;
        }
        fs::remove(link, error);
    }
    fs::create_directory_symlink(folder.filename(), link, error);
}

absl::Status remove_testnet(const TestnetLayout& layout) {
    std::error_code error;
    const fs::path real = fs::canonical(layout.folder, error);
    if (error) {
        return absl::FailedPreconditionError(concat(layout.folder, ": ", error.message()));
    }
    remove_latest(real);
    // Under another name first: whoever waits for the lock finds no testnet, or a new one, but
    // never half of this one.
    const fs::path going =
        real.parent_path() / concat(".", real.filename().string(), ".", getpid(), ".removed");
    fs::rename(real, going, error);
    const fs::path& at = error ? real : going;
    fs::remove_all(at, error);
    return error ? absl::FailedPreconditionError(
                       concat(at.string(), ": cannot be removed: ", error.message()))
                 : absl::OkStatus();
}

}  // namespace nexus::tools
