#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace bw {

/// Every way in which an operation of the project can fail. 0 is never an error.
/// Refusals by the risk gate are not errors: see messages/risk.hpp.
enum class ec : std::uint8_t {
  invalid_argument = 1,  // A caller's value breaks a documented precondition.
  parse_failed,          // Text or bytes do not have the expected form.
  out_of_range,          // A value is well-formed and lies outside what its type or rule allows.
  not_found,             // The named thing does not exist.
  already_exists,        // The named thing exists and may exist only once.
  unknown_key,           // A configuration key nobody reads.
  unsupported,           // Understood, and not offered.
  io_failed,             // A file or device refused.
  address_in_use,        // The port is taken.
  connection_failed,     // No connection could be made.
  connection_closed,     // The peer or the network ended a connection.
  timed_out,             // A named wait ended without an answer.
  tls_failed,            // Certificate, host name or handshake refused.
  http_status,           // An answer with a status that the caller did not want.
  auth_refused,          // The peer refused the credentials.
  rate_limited,          // The peer or our own budget says: not now.
  breaker_open,          // Our circuit breaker keeps the request from leaving.
  queue_full,            // A bounded queue has no room.
  protocol_violation,    // The peer said something the protocol does not allow.
  storage_failed,        // The audit log or a projection cannot be read or written.
  storage_locked,        // Another process holds the store.
  integrity_broken,      // A hash chain, an anchor or a sequence does not match.
  illegal_transition,    // An event does not fit the state it met.
  insufficient_funds,    // Buying power or shares do not cover the order.
  halted,                // The state of the node forbids the operation.
  cancelled,             // The operation was given up on purpose.
};

/// Name of the code as it appears in logs: "parse_failed". Never empty.
std::string_view to_string(ec code) noexcept;

/// One failure: a code to decide on and one sentence for a person
/// (what, where, and how to mend it where that is known).
struct error {
  ec code;
  std::string context;

  /// "parse_failed: context".
  std::string text() const;
  /// The same code; `where` is put in front of the context.
  error within(std::string_view where) &&;
};

}  // namespace bw
