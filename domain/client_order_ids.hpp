#pragma once

#include <cstdint>
#include <string_view>

#include "core/ids.hpp"
#include "core/inline_string.hpp"
#include "core/result.hpp"

namespace bw {

/// What a client order id is made of. From an order at the broker it leads back to its record.
struct client_id_parts {
  /// Identity of the audit log; its low 40 bits count.
  std::uint64_t log_id = 0;
  std::uint64_t boot_no = 0;
  order_id order;

  friend bool operator==(const client_id_parts&, const client_id_parts&) = default;
};

inline constexpr int client_id_log_bits = 40;
/// The part of a log's identity that client order ids carry.
constexpr std::uint64_t client_id_log(std::uint64_t log_id) {
  return log_id & ((std::uint64_t{1} << client_id_log_bits) - 1);
}

/// "bw-<log>-<boot>-<order>": each part in lower-case Crockford base 32, the first one padded to
/// eight characters. Different parts give different ids, so none is ever used twice.
client_order_id make_client_order_id(const client_id_parts& parts);

/// The way back. ec::parse_failed for everything that make_client_order_id cannot have written.
result<client_id_parts> parse_client_order_id(std::string_view text);

}  // namespace bw
