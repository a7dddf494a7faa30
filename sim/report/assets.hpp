#pragma once

#include <string_view>

/// The files of the assets folder, put into the program by embed.cmake when it is built.
namespace nexus::sim::assets {

extern const std::string_view report_html;
extern const std::string_view report_css;
extern const std::string_view base_js;
extern const std::string_view chart_js;
extern const std::string_view blocks_js;
extern const std::string_view land_js;
extern const std::string_view map_js;
extern const std::string_view table_js;
extern const std::string_view report_js;

}  // namespace nexus::sim::assets
