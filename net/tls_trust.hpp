#pragma once

#include <string>

#include "core/result.hpp"
#include "net/endpoint.hpp"

namespace bw::net {

/// Whom TLS believes. The default, and the only one outside tests: the fixed list of hosts and the
/// system's certificate authorities. A test may name one host more, which then always means the
/// local machine, and the authority to believe instead.
struct tls_trust {
  /// A TLS server at 127.0.0.1 that shows a certificate for this name. Empty: none.
  std::string test_host;
  /// PEM file with the authorities to believe instead of the system's. Used with `test_host` only.
  std::string test_authorities;
};

/// check_endpoint, with the host of a test.
result<void> check_endpoint(const endpoint& to, const tls_trust& trust);

}  // namespace bw::net
