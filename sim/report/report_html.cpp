#include "sim/report/report_html.hpp"

#include "base/assert.hpp"
#include "sim/report/assets.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/region_places.hpp"
#include "sim/report/report_json.hpp"
#include "sim/report/run_report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::size_t kContributorsMax = 60;
constexpr std::size_t kBlocksMax = 1500;
constexpr std::size_t kBlockIdDigits = 16;

/// Contributors of one region, where there are too many to list.
struct ContributorGroup {
    std::uint64_t count = 0;
    std::uint64_t down = 0;
    std::uint64_t packets_sent = 0;
    std::uint64_t bytes_sent = 0;
    double busy = 0;  ///< Sum over the group.
};

/// A report small enough for a page, and what that left out.
struct PageData {
    RunReport report;
    std::map<std::string, ContributorGroup> contributors;
    std::size_t block_step = 1;
    std::vector<std::size_t> skips;  ///< Positions in the full list of blocks behind unused views.
};

bool is_contributor(const NodeSummary& node) { return node.kind == "contributor"; }

void group_contributors(PageData& page) {
    std::vector<NodeSummary>& nodes = page.report.nodes;
    const auto count = std::count_if(nodes.begin(), nodes.end(), is_contributor);
    if (static_cast<std::size_t>(count) <= kContributorsMax) {
        return;
    }
    for (const NodeSummary& node : nodes) {
        if (is_contributor(node)) {
            ContributorGroup& group = page.contributors[node.region];
            ++group.count;
            group.down += node.down ? 1 : 0;
            group.packets_sent += node.packets_sent;
            group.bytes_sent += node.bytes_sent;
            group.busy += node.busy;
        }
    }
    std::erase_if(nodes, is_contributor);
}

/// Views up to this block since the one before it that finalized nothing.
std::uint64_t skipped_views(const std::vector<BlockSummary>& blocks, std::size_t at) {
    const std::uint64_t before = at == 0 ? 0 : blocks[at - 1].view;
    return blocks[at].view > before + 1 ? blocks[at].view - before - 1 : 0;
}

void thin_blocks(PageData& page, const std::vector<BlockSummary>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (skipped_views(all, i) > 0 && page.skips.size() < kBlocksMax) {
            page.skips.push_back(i);
        }
    }
    page.block_step = std::max<std::size_t>(1, (all.size() + kBlocksMax - 1) / kBlocksMax);
    // Counted for each proposer: every n-th of all would drop whole lanes when proposers take
    // turns.
    std::map<std::uint32_t, std::size_t> proposed;
    std::vector<BlockSummary> kept;
    for (const BlockSummary& block : all) {
        if ((proposed[block.proposer]++ + block.proposer) % page.block_step == 0) {
            kept.push_back(block);
            kept.back().id.resize(std::min(block.id.size(), kBlockIdDigits));
        }
    }
    page.report.blocks = std::move(kept);
}

PageData page_data(const RunReport& report) {
    PageData page{report, {}, 1, {}};
    group_contributors(page);
    thin_blocks(page, report.blocks);
    return page;
}

void write_places(JsonWriter& out, const RunReport& report) {
    std::map<std::string, Place> places;
    const auto add = [&places](const std::string& region) {
        if (const auto place = place_of(region)) {
            places.emplace(region, *place);
        }
    };
    for (const NodeSummary& node : report.nodes) {
        add(node.region);
    }
    for (const SovereignSummary& sovereign : report.sovereigns) {
        add(sovereign.region);
    }
    out.key("places").open_object();
    for (const auto& [region, place] : places) {
        out.key(region).open_object();
        out.member("name", place.name);
        out.member("latitude", place.latitude);
        out.member("longitude", place.longitude);
        out.close();
    }
    out.close();
}

void write_left_out(JsonWriter& out, const PageData& page, const RunReport& full) {
    out.key("contributors").open_array();
    for (const auto& [region, group] : page.contributors) {
        out.open_object();
        out.member("region", region);
        out.member("count", group.count);
        out.member("down", group.down);
        out.member("busy", group.busy / static_cast<double>(group.count));
        out.member("packets_sent", group.packets_sent);
        out.member("bytes_sent", group.bytes_sent);
        out.close();
    }
    out.close();
    out.member("block_step", page.block_step);
    out.member("blocks_total", full.blocks.size());
    out.key("skips").open_array();
    for (const std::size_t at : page.skips) {
        const BlockSummary& block = full.blocks[at];
        const std::uint64_t skipped = skipped_views(full.blocks, at);
        out.open_object();
        out.member("from_s", at == 0 ? 0.0 : full.blocks[at - 1].committed_s);
        out.member("until_s", block.proposed_s);
        out.member("first_view", block.view - skipped);
        out.member("views", skipped);
        out.close();
    }
    out.close();
}

/// The JSON that the page's script reads, safe inside a script element: without any '<', no text of
/// the report can end the element or open a comment.
std::string page_json(const RunReport& report) {
    const PageData page = page_data(report);
    JsonWriter out(JsonWriter::Style::Compact);
    out.open_object();
    out.key("report");
    write_report(out, page.report);
    out.key("page").open_object();
    out.member("seed", std::to_string(report.seed));  // JavaScript's numbers have 53 bits
    write_places(out, report);
    write_left_out(out, page, report);
    out.close().close();
    std::string safe;
    for (const char character : out.take()) {
        if (character == '<') {
            safe += "\\u003c";
        } else {
            safe += character;
        }
    }
    return safe;
}

std::string html_escaped(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += character;
        }
    }
    return escaped;
}

/// The template with every {{name}} replaced once; what is put in is not looked at again.
std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
    std::string filled;
    for (;;) {
        const std::size_t open = text.find("{{");
        filled.append(text.substr(0, open));
        if (open == std::string_view::npos) {
            return filled;
        }
        const std::size_t close = text.find("}}", open);
        NEXUS_ASSERT(close != std::string_view::npos);
        const auto value = values.find(text.substr(open + 2, close - open - 2));
        NEXUS_ASSERT(value != values.end());
        filled += value->second;
        text.remove_prefix(close + 2);
    }
}

}  // namespace

std::string to_html(const RunReport& report) {
    std::string script;
    for (const std::string_view part :
         {assets::base_js, assets::chart_js, assets::blocks_js, assets::land_js, assets::map_js,
          assets::table_js, assets::report_js}) {
        script.append(part);
    }
    const std::string verdict = report.passed ? "passed" : "failed";
    return fill(assets::report_html, {
                                         {"title", html_escaped(report.scenario + ": " + verdict)},
                                         {"verdict", verdict},
                                         {"style", std::string(assets::report_css)},
                                         {"script", script},
                                         {"data", page_json(report)},
                                     });
}

}  // namespace nexus::sim
