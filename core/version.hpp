#pragma once

#include <string_view>

namespace bw {

/// Set by the build: "0.1.0", the git revision, the compiler.
std::string_view version();
std::string_view revision();
std::string_view compiler();

}  // namespace bw
