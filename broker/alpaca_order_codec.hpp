#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/unknown_parts.hpp"
#include "core/result.hpp"
#include "messages/account.hpp"
#include "messages/orders.hpp"

namespace bw {

/// UTC of a wall-clock time in New York: minutes since its midnight. Given by the caller, because
/// time zones live elsewhere.
using new_york_to_utc = std::function<utc_ns(calendar_date, int minutes)>;

/// The body of POST /v2/orders. Decimals are text; prices are there where the type has them.
std::string encode_order(const outgoing_order& order);
/// The body of PATCH /v2/orders/{id}: the prices of the order that takes the place, and its own id;
/// everything else stays as the old order has it.
std::string encode_replacement(const outgoing_order& order);
std::string encode_authenticate(std::string_view key_id, std::string_view secret_key);
std::string encode_listen();

/// A refusal's body: {"code": 40310000, "message": "…"}. Zero and empty when it is none.
struct error_body {
  std::uint32_t code = 0;
  std::string message;

  /// "client_order_id must be unique", in whatever words come with it.
  bool says_duplicate() const;
};

/// Never fails: whatever cannot be read has no code.
error_body decode_refusal(std::string body);

/// One frame of the order stream.
struct stream_frame {
  enum class kind : std::uint8_t { authorized = 1, unauthorized, listening, update, error, other };
  kind what = kind::other;
  /// listening: trade_updates is among the acknowledged streams.
  bool listens_to_updates = false;
  order_update update;
  /// Symbol and side do not travel in an update; text of an error does.
  std::string text;
};

/// Reads Alpaca's trading API. All functions take a body of any origin and answer
/// ec::parse_failed with the place when it is not what it should be. Unknown keys are ignored,
/// because the broker adds some every year; they are counted. One thread.
class alpaca_order_codec {
 public:
  alpaca_order_codec();
  ~alpaca_order_codec();

  result<open_order_report> order(std::string body);
  /// Legs of nested orders follow their parent, and name it.
  result<std::vector<open_order_report>> orders(std::string body);
  /// `at` and `received` are left to the caller.
  result<account_report> account(std::string body);
  result<std::vector<position_report>> positions(std::string body);
  result<clock_report> market_clock(std::string body);
  result<std::vector<session_day>> calendar(std::string body, const new_york_to_utc& to_utc);
  result<asset_report> asset(std::string body);
  /// Answer of DELETE /v2/orders: how many items say 200.
  result<std::uint32_t> cancelled(std::string body);

  /// One frame, text or binary: an object, never an array. `payload` is followed by 64 readable
  /// bytes, as net/ws_client hands it out.
  result<stream_frame> frame(std::string_view payload, mono_ns received);

  /// Fields and words that were met and are not known. Since the codec was made.
  const unknown_parts& unknown() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw
