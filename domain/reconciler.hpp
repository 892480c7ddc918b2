#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/account.hpp"
#include "messages/orders.hpp"

namespace bw {

/// One of our orders, with its symbol by name. List the live ones, and those that ended not long
/// ago: the broker's list may still show them.
struct book_order {
  client_order_id client_id;
  symbol_name symbol;
  order_state state = order_state::intent;
  quantity qty;
  quantity filled_total;
  /// When evidence of it last came.
  mono_ns changed_at;
};

/// One of our positions. List every symbol of the configuration, flat ones too: a symbol that is
/// not listed is somebody else's.
struct book_position {
  symbol_name symbol;
  quantity qty;
  mono_ns changed_at;
  /// Shares on top of ours that are known not to be of our making.
  quantity external;
  /// We have traded it, as far as the log goes back, or have a live order in it.
  bool traded_before = true;
};

struct reconcile_input {
  std::vector<book_order> orders;
  std::vector<book_position> positions;
  /// What the broker says; without it nothing is compared. A missing report is no empty one.
  std::optional<std::vector<open_order_report>> broker_orders;
  std::optional<std::vector<position_report>> broker_positions;
  /// Of our audit log: tells our ids from others.
  std::uint64_t log_id = 0;
  /// When the broker's lists were asked for. What changed here since is not compared.
  mono_ns orders_requested;
  mono_ns positions_requested;
};

struct reconcile_options {
  /// Differences of things that changed more recently are left to the next look. An answer to a
  /// question that is older than the change is left out whatever stands here.
  nanoseconds ignore_younger = std::chrono::seconds{5};
};

enum class difference_kind : std::uint8_t {
  order_missing_here = 1,  // Our id, open at the broker, over in our books.
  order_missing_there,     // Live in our books, not open at the broker: it may have ended.
  order_differs,           // Quantity or filled total is another one.
  position_differs,
};
std::string_view to_string(difference_kind x) noexcept;
constexpr bool is_about_positions(difference_kind x) {
  return x == difference_kind::position_differs;
}

struct difference {
  difference_kind kind = difference_kind::position_differs;
  symbol_name symbol;
  /// Empty for positions.
  client_order_id client_id;
  /// Filled totals of orders, quantities of positions (with what is EXTERNAL).
  quantity ours;
  quantity theirs;

  /// "position_differs AAPL: ours 10, broker 12".
  std::string text() const;
  friend bool operator==(const difference&, const difference&) = default;
};

/// Whose an order is, by its client id.
enum class order_owner : std::uint8_t {
  this_log = 1,  // Our prefix and our log.
  other_node,    // Our prefix and another log: a second node on the account.
  somebody,
};
order_owner owner_of(const client_order_id& id, std::uint64_t log_id);

struct foreign_order {
  open_order_report order;
  order_owner owner = order_owner::somebody;
};

struct reconcile_report {
  /// By kind, then symbol, then id.
  std::vector<difference> differences;
  /// Our orders that the broker is to be asked about one by one.
  std::vector<client_order_id> look_ups;
  /// Open orders that are in no book of ours; legs of our own orders are not among them.
  std::vector<foreign_order> foreign;
  /// Shares in symbols that we never traded: nothing of ours can be missing there. Quantities are
  /// what comes on top of the books.
  std::vector<position_report> adoptable;
  /// Everything in symbols that are not configured.
  std::vector<position_report> outside;
  bool looked_at_orders = false;
  bool looked_at_positions = false;
  std::uint32_t orders_compared = 0;
  std::uint32_t positions_compared = 0;
  /// Left out because what they are about changed too recently.
  std::vector<difference> left_out;

  bool is_clean() const { return differences.empty(); }
};

/// Compares our books with the broker's lists. Invents nothing: fills come from looking the orders
/// up, corrections from a person. Pure; the order of the inputs does not matter.
reconcile_report reconcile(const reconcile_input& input, const reconcile_options& options);

}  // namespace bw
