#include "config/option_binders.hpp"
#include "config/option_groups.hpp"

namespace bw {

using std::chrono::milliseconds;
using namespace detail;

namespace {

void add_form_limits(std::vector<option>& out) {
  const std::vector<std::string_view> types = {"market", "limit", "stop", "stop_limit",
                                               "trailing_stop"};
  out.push_back(choices(
      "risk.types.entry", types, "Order types that entries may have.",
      [](auto& c) -> auto& { return c.risk.entry_types; }));
  out.push_back(choices(
      "risk.types.exit", types, "Order types that exits may have.",
      [](auto& c) -> auto& { return c.risk.exit_types; }));
  out.push_back(truth(
      "risk.fractional", "Allow fractions of a share.",
      [](auto& c) -> auto& { return c.risk.fractional; }));
  out.push_back(truth(
      "risk.entries_need_stop", "Deny entries without a protective stop.",
      [](auto& c) -> auto& { return c.risk.entries_need_stop; }));
  out.push_back(duration<milliseconds>(
      "risk.asset_max_age_ms", "ms", 60'000, 86'400'000,
      "Oldest word of the broker on whether a symbol trades.",
      [](auto& c) -> auto& { return c.risk.asset_age_max; }));
}

void add_market_limits(std::vector<option>& out) {
  out.push_back(duration<milliseconds>(
      "risk.quote.max_age_ms", "ms", 1, 60'000,
      "Oldest quote, since it came in, that an entry is made on.",
      [](auto& c) -> auto& { return c.risk.quote.receive_age_max; }));
  out.push_back(duration<milliseconds>(
      "risk.quote.max_event_age_ms", "ms", 1, 60'000,
      "Oldest quote, by the exchange's stamp, that an entry is made on.",
      [](auto& c) -> auto& { return c.risk.quote.event_age_max; }));
  out.push_back(whole(
      "risk.quote.max_spread_bp", "bp", 1, 1'000, "Widest spread that an entry is made on.",
      [](auto& c) -> auto& { return c.risk.quote.spread_max_bp; }));
  out.push_back(duration<milliseconds>(
      "risk.halt_cooldown_ms", "ms", 0, 600'000,
      "No entries in a symbol for so long after its trading halt ends.",
      [](auto& c) -> auto& { return c.risk.quote.halt_cooldown; }));
  out.push_back(whole(
      "risk.collar.mid_bp", "bp", 1, 500,
      "Furthest an order may reach through the middle of the quote.",
      [](auto& c) -> auto& { return c.risk.collar_mid_bp; }));
  out.push_back(whole(
      "risk.collar.last_bp", "bp", 1, 500, "Furthest an order may reach through the last trade.",
      [](auto& c) -> auto& { return c.risk.collar_last_bp; }));
  out.push_back(whole(
      "risk.collar.far_bp", "bp", 1, 5'000, "Furthest a target or a stop may lie from the market.",
      [](auto& c) -> auto& { return c.risk.collar_far_bp; }));
  out.push_back(whole(
      "risk.collar.walk_bp", "bp", 1, 500,
      "Furthest our own limits in a symbol may move in a minute, all steps added up.",
      [](auto& c) -> auto& { return c.risk.price_walk_bp; }));
  out.push_back(whole(
      "risk.volatility.pause_bp", "bp", 1, 2'000,
      "No entries in a symbol that moved so far from one minute to the next.",
      [](auto& c) -> auto& { return c.risk.volatility_pause_bp; }));
  out.push_back(whole(
      "risk.volatility.off_bp", "bp", 1, 5'000,
      "None for the rest of the session after such a move.",
      [](auto& c) -> auto& { return c.risk.volatility_off_bp; }));
  out.push_back(whole(
      "risk.volatility.volume_bp", "bp", 10'000, 10'000'000,
      "No entries after a minute with more shares than this share of the median minute.",
      [](auto& c) -> auto& { return c.risk.volume_max_bp; }));
}

void add_size_limits(std::vector<option>& out) {
  out.push_back(amount(
      "risk.max_qty", "shares", "1", "10000", "Most shares of one order.",
      [](auto& c) -> auto& { return c.risk.max_qty; }));
  out.push_back(whole(
      "risk.max_adv_bp", "bp", 1, 1'000,
      "Largest order, of the shares that trade on an average day.",
      [](auto& c) -> auto& { return c.risk.max_average_volume_bp; }));
  out.push_back(truth(
      "risk.max_adv_needed", "Deny entries in a symbol whose average volume is not known.",
      [](auto& c) -> auto& { return c.risk.average_volume_needed; }));
  out.push_back(optional_amount(
      "risk.order.max_usd", "USD", "1", "10000", "Largest value of one order.",
      [](auto& c) -> auto& { return c.risk.order_max_usd; }));
  out.push_back(whole(
      "risk.order.max_equity_bp", "bp", 1, 1'000, "Largest value of one order, of equity.",
      [](auto& c) -> auto& { return c.risk.order_max_equity_bp; }));
  out.push_back(amount(
      "risk.order.min_usd", "USD", "0", "10000", "Smallest value of an entry.",
      [](auto& c) -> auto& { return c.risk.order_min_usd; }));
  out.push_back(truth(
      "risk.short", "Allow short sales of shares that are easy to borrow.",
      [](auto& c) -> auto& { return c.risk.short_sales; }));
  out.push_back(choice(
      "risk.self_cross", {"strict", "broker"},
      "Which open orders a new one on the other side may not meet: all, or what the broker counts.",
      [](auto& c) -> auto& { return c.risk.self_cross; }));
  out.push_back(truth(
      "risk.override", "Let a named person pass one named order beyond a limit.",
      [](auto& c) -> auto& { return c.risk.overrides; }));
}

void add_window_limits(std::vector<option>& out) {
  constexpr std::string_view usd_max = "9000000000";
  out.push_back(optional_amount(
      "risk.window.second_usd", "USD", "1", usd_max, "Largest value sent within a second.",
      [](auto& c) -> auto& { return c.risk.second_max_usd; }));
  out.push_back(whole(
      "risk.window.second_equity_bp", "bp", 1, 10'000, "The same, of equity.",
      [](auto& c) -> auto& { return c.risk.second_max_equity_bp; }));
  out.push_back(optional_amount(
      "risk.window.minute_usd", "USD", "1", usd_max, "Largest value sent within a minute.",
      [](auto& c) -> auto& { return c.risk.minute_max_usd; }));
  out.push_back(whole(
      "risk.window.minute_equity_bp", "bp", 1, 20'000, "The same, of equity.",
      [](auto& c) -> auto& { return c.risk.minute_max_equity_bp; }));
  out.push_back(optional_amount(
      "risk.window.day_usd", "USD", "1", usd_max,
      "Largest value sent in a day; reaching it ends entries until the next session.",
      [](auto& c) -> auto& { return c.risk.day_max_usd; }));
  out.push_back(whole(
      "risk.window.day_equity_bp", "bp", 1, 100'000, "The same, of equity.",
      [](auto& c) -> auto& { return c.risk.day_max_equity_bp; }));
}

/// Orders a minute, all of which may come at once; the shorter limit spreads them.
option minute_rate() {
  auto out = whole(
      "risk.rate.minute", "orders", 1, 120, "Most new orders in a minute.",
      [](auto& c) -> auto& { return c.risk.rate_long.tokens; });
  out.set = [set = out.set](node_config& config, const option_value& given) {
    auto done = set(config, given);
    if (done) config.risk.rate_long.burst = config.risk.rate_long.tokens;
    return done;
  };
  return out;
}

void add_rate_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.open.per_symbol", "count", 1, 20, "Most open orders in one symbol.",
      [](auto& c) -> auto& { return c.risk.open_orders_per_symbol; }));
  out.push_back(whole(
      "risk.open.total", "count", 1, 100, "Most open orders.",
      [](auto& c) -> auto& { return c.risk.open_orders_total; }));
  out.push_back(whole(
      "risk.rate.second", "orders", 1, 20, "New orders a second in the long run.",
      [](auto& c) -> auto& { return c.risk.rate_short.tokens; }));
  out.push_back(whole(
      "risk.rate.burst", "orders", 1, 50, "Most new orders at once.",
      [](auto& c) -> auto& { return c.risk.rate_short.burst; }));
  out.push_back(minute_rate());
  out.push_back(duration<milliseconds>(
      "risk.duplicate_ms", "ms", 0, 60'000, "An equal order within this time is denied.",
      [](auto& c) -> auto& { return c.risk.duplicate_window; }));
  out.push_back(duration<milliseconds>(
      "risk.min_entry_interval_ms", "ms", 0, 86'400'000,
      "Least time between two entries in one symbol.",
      [](auto& c) -> auto& { return c.risk.min_entry_interval; }));
  out.push_back(whole(
      "risk.max_entries_per_day", "count", 1, 20, "Most entries in a day.",
      [](auto& c) -> auto& { return c.risk.max_entries_per_day; }));
  out.push_back(whole(
      "risk.repeat_max", "count", 1, 100,
      "Most entries of one strategy in one symbol and day; one more takes the strategy out.",
      [](auto& c) -> auto& { return c.risk.repeat_max; }));
  out.push_back(whole(
      "risk.requests.per_minute", "requests", 10, 200,
      "Requests that the broker takes in a minute.",
      [](auto& c) -> auto& { return c.risk.requests_per_minute; }));
  out.push_back(whole(
      "risk.requests.reserved", "requests", 1, 200,
      "Of these, kept for getting flat: no entry that would need more.",
      [](auto& c) -> auto& { return c.risk.requests_reserved; }));
}

void add_conduct_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.rate.denials_max", "count", 1, 100,
      "Denials by the rate limits that take a strategy out.",
      [](auto& c) -> auto& { return c.risk.rate_denials_max; }));
  out.push_back(duration<milliseconds>(
      "risk.rate.denials_within_ms", "ms", 1, 3'600'000, "Within this time.",
      [](auto& c) -> auto& { return c.risk.rate_denials_within; }));
  out.push_back(whole(
      "risk.duplicate_max", "count", 1, 100, "Denials as a duplicate that take a strategy out.",
      [](auto& c) -> auto& { return c.risk.duplicate_denials_max; }));
  out.push_back(duration<milliseconds>(
      "risk.duplicate_within_ms", "ms", 1, 3'600'000, "Within this time.",
      [](auto& c) -> auto& { return c.risk.duplicate_denials_within; }));
  out.push_back(whole(
      "risk.rejects.max", "count", 1, 100, "Rejects of the broker that end entries.",
      [](auto& c) -> auto& { return c.risk.rejects_max; }));
  out.push_back(duration<milliseconds>(
      "risk.rejects.period_ms", "ms", 1, 3'600'000, "Within this time.",
      [](auto& c) -> auto& { return c.risk.rejects_period; }));
  out.push_back(whole(
      "risk.rejects.share_bp", "bp", 1, 10'000,
      "Share of rejects among the last 20 answers above which entries end.",
      [](auto& c) -> auto& { return c.risk.rejects_share_bp; }));
  out.push_back(whole(
      "risk.rejects.in_row", "count", 1, 100, "Rejects in a row that halt trading.",
      [](auto& c) -> auto& { return c.risk.rejects_in_row; }));
}

}  // namespace

void add_order_limits(std::vector<option>& out) {
  add_form_limits(out);
  add_market_limits(out);
  add_size_limits(out);
  add_window_limits(out);
  add_rate_limits(out);
  add_conduct_limits(out);
}

}  // namespace bw
