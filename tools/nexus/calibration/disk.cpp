#include "actors/node/node_disk.hpp"
#include "base/assert.hpp"
#include "consensus/api/block.hpp"
#include "consensus/registry/registry.hpp"
#include "tools/nexus/calibration/costs.hpp"
#include "tools/nexus/calibration/rounds.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

namespace nexus::tools {
namespace {

/// Of a block of 256 transfers.
constexpr std::size_t kBlockBytes = 50'000;
constexpr std::size_t kRecordBytes = 200;

/// Waits for appends.
class Durable {
public:
    void tell(actors::DurableToken token) {
        const std::lock_guard lock(mutex_);
        last_ = token;
        wake_.notify_one();
    }
    void await(actors::DurableToken token) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return last_ && *last_ >= token; });
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<actors::DurableToken> last_;
};

}  // namespace

absl::Status measure_disk(const std::string& folder, MeasuredCosts& costs) {
    Durable durable;
    auto disk = actors::NodeDisk::open(folder, *consensus::engines().front(),
                                       {.owner = "calibration", .fsync = true});
    if (!disk.ok()) {
        return disk.status();
    }
    (*disk)->on_durable([&](actors::DurableToken token) { durable.tell(token); });
    costs.append = per_unit(
        wall_time, 1, [&] { durable.await((*disk)->journal().append(Bytes(kRecordBytes, 7))); });
    actors::ChainStore& chain = (*disk)->chain();
    const auto payload = consensus::make_payload(Bytes(kBlockBytes, 7));
    costs.store = per_unit(wall_time, 1, [&] {
        consensus::BlockHeader header;
        header.height = chain.height().next();
        header.payload = payload->id;
        chain.put({.block = consensus::make_block(header, payload), .certificate = nullptr});
    });
    disk->reset();
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    return absl::OkStatus();
}

}  // namespace nexus::tools
