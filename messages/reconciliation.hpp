#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/account.hpp"

namespace bw {

/// One line of the broker's book of the account: an execution, a dividend, a fee, a split.
struct account_activity {
  /// The broker's id; sortable as text by time.
  std::string id;
  /// FILL, DIV, FEE, SPLIT, …
  short_name type;
  symbol_name symbol;
  /// Of an execution: its order, its side and size, and the order's total after it.
  venue_order_id order;
  bw::side side = side::buy;
  quantity qty;
  price at_price;
  quantity filled_total;
  /// Cash that moved, where it is no execution.
  money net_amount;
  utc_ns at;
  std::string description;

  bool is_fill() const { return type.view() == "FILL"; }
  BW_FIELDS(id, type, symbol, order, side, qty, at_price, filled_total, net_amount, at, description)
};

/// An order at the broker that is not in our books.
struct external_order {
  client_order_id client_id;
  venue_order_id venue_id;
  symbol_name symbol;
  bw::side side = side::buy;
  quantity qty;
  quantity filled_total;
  /// Worst price known of it: limit, stop or average; zero for a market order.
  price worst;
  bool live = true;
  /// It carries our own prefix and log and has no record: the log lost its tail.
  bool gap = false;
  utc_ns submitted_at;

  quantity remaining() const {
    return live && filled_total < qty ? qty - filled_total : quantity{};
  }
  BW_FIELDS(client_id, venue_id, symbol, side, qty, filled_total, worst, live, gap, submitted_at)
  friend bool operator==(const external_order&, const external_order&) = default;
};

/// Shares in the account that none of our orders bought or sold. Negative: fewer than ours.
struct external_holding {
  symbol_name symbol;
  quantity qty;
  price average;
  /// Why they are there, in words: "adopted at the start", "SPLIT of 2026-06-10: 2 for 1".
  std::string note;
  /// Nothing of the symbol is traded until a person confirms it.
  bool stopped = false;

  BW_FIELDS(symbol, qty, average, note, stopped)
  friend bool operator==(const external_holding&, const external_holding&) = default;
};

/// All that is EXTERNAL in one configured symbol, for the risk gate.
struct external_exposure {
  symbol_id symbol = no_symbol;
  quantity qty;
  price mark;
  quantity open_buys;
  quantity open_sells;
  /// Worst price of the open orders; zero when it is not known.
  price worst;
  bool stopped = false;
  BW_FIELDS(symbol, qty, mark, open_buys, open_sells, worst, stopped)
};

/// What the risk gate counts beside our own books. A symbol that is listed takes no entries.
struct external_report {
  std::vector<external_exposure> symbols;
  /// Value of what lies in symbols that are not configured.
  money outside;
  BW_FIELDS(symbols, outside)
};

// Records of the audit log. Each EXTERNAL record holds the whole of what was EXTERNAL then, so that
// a reader needs the last one only.

struct external_record {
  std::string cause;
  std::vector<external_holding> holdings;
  std::vector<external_order> orders;
  BW_FIELDS(cause, holdings, orders)
};

/// Our books were changed in favour of the broker's, by a person, while no node ran.
struct adoption_record {
  symbol_name symbol;
  short_name strategy;
  quantity before;
  quantity after;
  std::string who;
  std::string cause;
  BW_FIELDS(symbol, strategy, before, after, who, cause)
};

/// Shares of ours followed a split, on a person's word, while no node ran: what they cost together
/// stays, what each cost follows.
struct split_record {
  symbol_name symbol;
  short_name strategy;
  quantity before;
  quantity after;
  /// So many shares for so many: 2 for 1.
  std::int64_t new_shares = 1;
  std::int64_t old_shares = 1;
  std::string who;
  std::string cause;
  BW_FIELDS(symbol, strategy, before, after, new_shares, old_shares, who, cause)
};

/// One figure of both books.
struct day_line {
  std::string what;
  std::string ours;
  std::string theirs;
  bool same = false;
  BW_FIELDS(what, ours, theirs, same)
  friend bool operator==(const day_line&, const day_line&) = default;
};

/// The end of a session: both books side by side.
struct day_record {
  /// "2026-03-12", New York.
  std::string day;
  bool matched = false;
  std::vector<day_line> lines;
  /// Differences in words, and what explains them.
  std::vector<std::string> notes;
  BW_FIELDS(day, matched, lines, notes)
};

/// A day's report for the folder of reports.
struct day_report {
  day_record day;
  utc_ns at;
};

/// The report as one JSON object, and as lines for a person.
std::string to_json(const day_report& report);
std::string to_text(const day_report& report);

}  // namespace bw
