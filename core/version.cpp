#include "core/version.hpp"

namespace bw {

std::string_view version() { return BW_VERSION; }
std::string_view revision() { return BW_REVISION; }
std::string_view compiler() { return BW_COMPILER; }

}  // namespace bw
