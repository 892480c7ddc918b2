#pragma once

#include <cstdint>

#include "messages/orders.hpp"

namespace bw {

/// What is known after a request that carried an order.
struct submit_facts {
  /// Whether a byte was handed to the socket.
  bool sent = false;
  /// HTTP status of a complete answer, 0 without one.
  std::uint16_t status = 0;
  /// `code` of the answer's body, 0 without one.
  std::uint32_t broker_code = 0;
  /// The answer's body is an order whose client id, symbol, side and quantity are ours.
  bool echo_matches = false;
  /// The answer says that the client id is taken.
  bool says_duplicate = false;
};

/// Decides what became of an order (pure). `rejected` and `not_sent` are promises that no order
/// exists; whatever cannot be known for sure is `unknown` and has to be looked up by client id.
/// A 429 is among them: one look-up settles it.
submit_outcome classify_submit(const submit_facts& facts);

/// What became of a cancel request. `rejected`: the broker knows no such open order.
submit_outcome classify_cancel(bool sent, std::uint16_t status);

/// True for the numbers Alpaca puts into the `code` of a refusal: eight digits.
constexpr bool is_refusal_code(std::uint32_t code) {
  return code >= 10'000'000 && code <= 99'999'999;
}

}  // namespace bw
