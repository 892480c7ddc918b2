#include "analytics/run_result.hpp"

namespace bw {

std::string_view to_string(trade_type x) noexcept {
  switch (x) {
    case trade_type::simulated: return "simulated";
    case trade_type::paper: return "paper";
    case trade_type::live: return "live";
  }
  return "unknown";
}

}  // namespace bw
