#pragma once

#include <string_view>

namespace bw {

// The files of analytics/page, put into the program by the build.
extern const std::string_view report_page_template;
extern const std::string_view comparison_page_template;
extern const std::string_view page_style;
extern const std::string_view page_script;

}  // namespace bw
