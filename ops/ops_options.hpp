#pragma once

#include <cstdint>
#include <string>

namespace bw {

/// Where operators and their tools reach the node.
struct ops_options {
  /// Loopback only.
  std::string address = "127.0.0.1";
  /// 0 takes a free port.
  std::uint16_t port = 8750;
};

}  // namespace bw
