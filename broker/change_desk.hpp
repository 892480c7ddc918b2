#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/order_ticket.hpp"
#include "broker/record_codec.hpp"
#include "core/clock.hpp"
#include "core/durable_mark.hpp"
#include "core/secret.hpp"
#include "net/endpoint.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct change_desk_options {
  net::endpoint trading;
  std::string key_id;
  secret secret_key;
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds response_timeout{5'000};
};

/// Where the intent of an order stands in the audit log, as its bytes may only leave behind it.
struct logged_intent {
  order_id order;
  std::uint64_t sequence = 0;
  leaving what = leaving::order;
};

/// What became of a request that makes or changes an order.
struct change_answer {
  /// accepted with the order, rejected with the refusal; not_sent: no byte left; unknown: nobody
  /// knows, and evidence has to be looked for.
  submit_outcome outcome = submit_outcome::unknown;
  std::uint16_t http_status = 0;
  std::optional<order_details> order;
  error_body refusal;
  /// What went wrong, where nobody refused.
  std::string text;
};

/// How much of a position is closed.
struct whole_position {};
using close_amount = std::variant<whole_position, quantity, ratio>;

/// What PATCH /v2/account/configurations may change; what is missing stays.
struct configuration_change {
  std::optional<bool> suspend_trade;
  std::optional<bool> no_shorting;
  std::optional<bool> fractional_trading;
  std::optional<std::string> max_margin_multiplier;
  std::optional<std::string> trade_confirm_email;
  std::optional<bool> disable_overnight_trading;
};

/// The part of the trading API that changes something and that the node's router has no use for:
/// orders of every type and class, replaces, closing by the broker's own request, the account's
/// rules. The node does not use it, and must not: its orders go through gate, log and router.
/// Whoever does use it has to write an intent first, as for every order: a request that may make an
/// order leaves only when the log has acknowledged its intent (a programming error otherwise) and
/// the kill switch lets it; it is sent at most once. Cancels pass always.
///
/// Any thread; `done` comes once, on the loop's. What the constructor takes outlives the desk,
/// which is destroyed on the loop's thread or after the loop has ended.
class change_desk {
 public:
  using answered = std::function<void(change_answer)>;
  template <class T>
  using done = std::function<void(result<T>)>;

  change_desk(net::io_loop& loop, const clock& time, const durable_mark& mark,
              change_desk_options options);
  ~change_desk();

  /// ec::invalid_argument's rule as `text`, not_sent, when check_ticket refuses the order.
  void submit(const order_ticket& ticket, logged_intent intent, answered answer);
  void replace(const std::string& id, const order_change& change, logged_intent intent,
               answered answer);
  /// Does not cancel what holds the shares. A percentage is within (0, 100].
  void close_position(const std::string& symbol, close_amount amount, logged_intent intent,
                      answered answer);
  /// One outcome a position. With `cancel_orders` the broker cancels first, and takes its time.
  void close_all_positions(bool cancel_orders, logged_intent intent,
                           done<std::vector<item_outcome>> answer);

  /// The order may still be executed. ec::not_found, or http_status when it has ended.
  void cancel(const std::string& id, done<bool> answer);
  /// One outcome an open order.
  void cancel_all(done<std::vector<item_outcome>> answer);

  /// The configuration as it is afterwards.
  void configure(const configuration_change& change, done<account_configuration> answer);

  /// What answers held and nobody here knows. Read it when no answer is due.
  const unknown_parts& unknown() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
