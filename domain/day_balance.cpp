#include "domain/day_balance.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace bw {
namespace {

/// Exact sums in 1e-18 of a dollar, shown and compared in cents, half to even.
constexpr int128 per_cent_exact = int128{decimal_scale} * decimal_scale / 100;

money in_cents(int128 exact) {
  constexpr std::int64_t units_of_cent = decimal_scale / 100;
  const auto cents = divide_half_even(exact, per_cent_exact);
  const auto units = cents * units_of_cent;
  if (units > INT64_MAX) return money::max();
  return money::from_units(static_cast<std::int64_t>(units));
}

int128 exact(money x) { return int128{x.units()} * decimal_scale; }

/// What was bought and sold of one symbol.
struct turnover {
  quantity bought;
  quantity sold;
  int128 paid = 0;
  int128 received = 0;

  void add(side which, quantity qty, price at) {
    (which == side::buy ? bought : sold) += qty;
    (which == side::buy ? paid : received) += notional_exact(at, qty);
  }
};

bool is_transfer(std::string_view type) {
  return type == "CSD" || type == "CSW" || type == "JNLC" || type == "TRANS" || type == "ACATC";
}

class balance {
 public:
  explicit balance(const day_books& books) : books_(books) { out_.day = books.day; }

  day_record run() && {
    entries();
    positions();
    protection();
    executions();
    cash();
    movements();
    for (const auto& each : books_.standing) out_.notes.push_back("difference: " + each);
    out_.matched =
        books_.standing.empty() && std::all_of(out_.lines.begin(), out_.lines.end(),
                                               [](const day_line& line) { return line.same; });
    return std::move(out_);
  }

 private:
  template <class T>
  void line(std::string what, const T& ours, const T& theirs) {
    out_.lines.push_back({std::move(what), ours.text(), theirs.text(), ours == theirs});
  }

  void entries() {
    const auto ours = std::to_string(books_.own_entries_open);
    const auto theirs = std::to_string(books_.broker_entries_open);
    out_.lines.push_back({"open entries", ours, theirs,
                          books_.own_entries_open == 0 && books_.broker_entries_open == 0});
  }

  void positions() {
    std::map<symbol_name, std::pair<quantity, quantity>> both;
    for (const auto& each : books_.own_positions) both[each.symbol].first = each.qty;
    for (const auto& each : books_.broker_positions) both[each.symbol].second = each.qty;
    for (const auto& [symbol, qty] : both) line("position " + symbol.str(), qty.first, qty.second);
  }

  /// A stop that would close more than is held opens the other side.
  void protection() {
    std::map<symbol_name, std::pair<quantity, quantity>> both;
    for (const auto& each : books_.own_positions) both[each.symbol].first += abs(each.qty);
    for (const auto& each : books_.protection) both[each.symbol].second += each.qty;
    for (const auto& [symbol, qty] : both) {
      const auto& [held, covered] = qty;
      if (covered.is_positive())
        out_.lines.push_back(
            {"protection of " + symbol.str(), held.text(), covered.text(), covered <= held});
      if (covered < held)
        out_.notes.push_back((held - covered).text() + " of " + held.text() + ' ' + symbol.str() +
                             " have no stop that rests at the broker");
    }
  }

  void executions() {
    std::map<symbol_name, std::pair<turnover, turnover>> both;
    const std::set<venue_order_id> own{books_.own_orders.begin(), books_.own_orders.end()};
    for (const auto& each : books_.own_fills)
      both[each.symbol].first.add(each.side, each.qty, each.at_price);
    for (const auto& each : books_.activities)
      if (each.is_fill() && own.contains(each.order))
        both[each.symbol].second.add(each.side, each.qty, each.at_price);
    for (const auto& [symbol, sides] : both) {
      const auto& [ours, theirs] = sides;
      line("bought " + symbol.str(), ours.bought, theirs.bought);
      line("sold " + symbol.str(), ours.sold, theirs.sold);
      line("paid for " + symbol.str(), in_cents(ours.paid), in_cents(theirs.paid));
      line("received for " + symbol.str(), in_cents(ours.received), in_cents(theirs.received));
    }
  }

  /// Cash that our executions, those of others and every other movement lead to.
  void cash() {
    if (!books_.begin) {
      out_.notes.push_back(
          "the log has no account figures of the day's beginning: cash and profit "
          "are compared from the next day on");
      return;
    }
    const std::set<venue_order_id> own{books_.own_orders.begin(), books_.own_orders.end()};
    int128 expected = exact(books_.begin->cash);
    int128 transfers = 0;
    for (const auto& each : books_.own_fills) {
      const auto value = notional_exact(each.at_price, each.qty);
      expected += each.side == side::buy ? -value : value;
    }
    for (const auto& each : books_.activities) {
      const auto value = notional_exact(each.at_price, each.qty);
      if (!each.is_fill())
        expected += exact(each.net_amount);
      else if (!own.contains(each.order))
        expected += each.side == side::buy ? -value : value;
      if (is_transfer(each.type.view())) transfers += exact(each.net_amount);
    }
    std::map<symbol_name, price> last;
    for (const auto& each : books_.broker_positions) last[each.symbol] = each.last;
    const auto value_of = [&](const std::vector<position_report>& positions) {
      int128 sum = 0;
      for (const auto& each : positions) {
        const auto value = notional_exact(last[each.symbol], abs(each.qty));
        sum += each.qty.is_negative() ? -value : value;
      }
      return sum;
    };
    // Both sides at the same prices: the account's own figure may be of another instant.
    const auto ours = expected + value_of(books_.own_positions);
    const auto theirs = exact(books_.account.cash) + value_of(books_.broker_positions);
    const auto start = exact(books_.begin->equity) + transfers;
    line("cash", in_cents(expected), in_cents(exact(books_.account.cash)));
    line("equity", in_cents(ours), in_cents(theirs));
    line("profit", in_cents(ours - start), in_cents(theirs - start));
  }

  void movements() {
    for (const auto& each : books_.activities)
      if (!each.is_fill())
        out_.notes.push_back(each.type.str() + " " + each.symbol.str() + " " +
                             each.net_amount.text() + " " + each.description);
  }

  const day_books& books_;
  day_record out_;
};

}  // namespace

day_record balance_day(const day_books& books) { return balance{books}.run(); }

}  // namespace bw
