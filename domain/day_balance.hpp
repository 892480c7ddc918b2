#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/reconciliation.hpp"

namespace bw {

/// One execution of ours since the books were last compared to the cent.
struct day_fill {
  symbol_name symbol;
  bw::side side = side::buy;
  quantity qty;
  price at_price;
};

/// Both sides of a day.
struct day_books {
  /// "2026-03-12", New York.
  std::string day;
  /// Where the day began, as the broker said it then; without it cash is not compared.
  std::optional<account_report> begin;
  std::vector<day_fill> own_fills;
  std::uint32_t own_entries_open = 0;
  /// Shares by symbol: ours and EXTERNAL together.
  std::vector<position_report> own_positions;
  /// What the broker says at the end; activities are all since `begin`, or of the day.
  account_report account;
  std::vector<position_report> broker_positions;
  std::vector<account_activity> activities;
  /// The broker's ids of our orders.
  std::vector<venue_order_id> own_orders;
  std::uint32_t broker_entries_open = 0;
  /// What our protective orders that rest at the broker would still close, by symbol; a symbol may
  /// come more than once.
  std::vector<position_report> protection;
  /// Differences that still stand, in words.
  std::vector<std::string> standing;
};

/// The end of a session (P06): no open entry, the same positions, no protective order beyond its
/// position, the same executions, and cash,
/// equity and profit equal to the cent. Fees and other movements come from the broker's book alone
/// and are named; those that are posted later fall into the next day. Pure.
day_record balance_day(const day_books& books);

}  // namespace bw
