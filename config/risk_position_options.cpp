#include "config/option_binders.hpp"
#include "config/option_groups.hpp"

namespace bw {

using std::chrono::milliseconds;
using namespace detail;

namespace {

/// Largest amount of money that a limit can name.
constexpr std::string_view usd_max = "9000000000";

void add_exposure_limits(std::vector<option>& out) {
  out.push_back(amount(
      "risk.position.max_qty", "shares", "1", "100000",
      "Most shares of one symbol, open orders included.",
      [](auto& c) -> auto& { return c.risk.position_max_qty; }));
  out.push_back(optional_amount(
      "risk.position.max_usd", "USD", "1", usd_max, "Largest value of one symbol's position.",
      [](auto& c) -> auto& { return c.risk.position_max_usd; }));
  out.push_back(whole(
      "risk.position.max_equity_bp", "bp", 1, 1'000,
      "Largest value of one symbol's position, of equity.",
      [](auto& c) -> auto& { return c.risk.position_max_equity_bp; }));
  out.push_back(whole(
      "risk.max_positions", "count", 1, 10, "Most symbols held or ordered.",
      [](auto& c) -> auto& { return c.risk.max_positions; }));
  out.push_back(optional_amount(
      "risk.gross.max_usd", "USD", "1", usd_max, "Largest value of all positions and open entries.",
      [](auto& c) -> auto& { return c.risk.gross_max_usd; }));
  out.push_back(whole(
      "risk.gross.max_equity_bp", "bp", 1, 10'000,
      "Largest value of all positions and open entries, of equity.",
      [](auto& c) -> auto& { return c.risk.gross_max_equity_bp; }));
  out.push_back(optional_amount(
      "risk.net.max_usd", "USD", "1", usd_max,
      "Largest value of longs less shorts, or the reverse.",
      [](auto& c) -> auto& { return c.risk.net_max_usd; }));
  out.push_back(whole(
      "risk.net.max_equity_bp", "bp", 1, 10'000, "The same, of equity.",
      [](auto& c) -> auto& { return c.risk.net_max_equity_bp; }));
}

void add_account_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.buying_power_bp", "bp", 1, 10'000,
      "Share of the broker's buying power that entries may use.",
      [](auto& c) -> auto& { return c.risk.buying_power_bp; }));
  out.push_back(amount(
      "risk.min_buying_power_usd", "USD", "0", usd_max, "No entries with less buying power.",
      [](auto& c) -> auto& { return c.risk.min_buying_power_usd; }));
  out.push_back(optional_amount(
      "risk.min_equity_usd", "USD", "1", usd_max, "No entries with less equity.",
      [](auto& c) -> auto& { return c.risk.min_equity_usd; }));
  out.push_back(duration<milliseconds>(
      "risk.account_max_age_ms", "ms", 1'000, 600'000,
      "Oldest account snapshot that an entry is made on.",
      [](auto& c) -> auto& { return c.risk.account_age_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.account_ms", "ms", 1'000, 3'600'000,
      "An account last seen longer ago ends entries until everything is fresh again.",
      [](auto& c) -> auto& { return c.risk.fresh_account_age_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.quote_ms", "ms", 1'000, 3'600'000,
      "No quote of any symbol for so long ends entries.",
      [](auto& c) -> auto& { return c.risk.fresh_quote_age_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.hop_ms", "ms", 1, 60'000,
      "An order that comes to the gate so long after its tick ends entries.",
      [](auto& c) -> auto& { return c.risk.fresh_hop_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.hop_p99_ms", "ms", 1, 60'000,
      "No entries while 1 of 100 ticks takes longer than this to the gate.",
      [](auto& c) -> auto& { return c.risk.hop_p99_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.clock_ms", "ms", 1, 2'000,
      "No entries while our clock may be so far from the broker's.",
      [](auto& c) -> auto& { return c.risk.clock_off_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.books_ms", "ms", 1'000, 3'600'000,
      "No entries when our books and the broker's were last the same so long ago.",
      [](auto& c) -> auto& { return c.risk.books_age_max; }));
  out.push_back(duration<milliseconds>(
      "risk.fresh.clean_ms", "ms", 0, 3'600'000,
      "Entries go on when everything was fresh for so long.",
      [](auto& c) -> auto& { return c.risk.fresh_clean_for; }));
}

void add_drawdown_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.drawdown.session_bp", "bp", 1, 500,
      "Fall from the session's highest equity that halts trading.",
      [](auto& c) -> auto& { return c.risk.drawdown_session_bp; }));
  out.push_back(whole(
      "risk.drawdown.halve_bp", "bp", 1, 1'000,
      "Fall from the highest equity of all that halves sizes.",
      [](auto& c) -> auto& { return c.risk.drawdown_halve_bp; }));
  out.push_back(whole(
      "risk.drawdown.emergency_bp", "bp", 1, 1'500,
      "Fall from the highest equity of all that halts trading and closes everything.",
      [](auto& c) -> auto& { return c.risk.drawdown_emergency_bp; }));
  out.push_back(optional_amount(
      "risk.halve_below_usd", "USD", "1", usd_max, "Sizes are halved with less equity.",
      [](auto& c) -> auto& { return c.risk.halve_below_usd; }));
  out.push_back(whole(
      "risk.streak.strategy_losses", "count", 1, 5,
      "Losing trades in a row that end a strategy's session.",
      [](auto& c) -> auto& { return c.risk.streak_strategy_losses; }));
  out.push_back(whole(
      "risk.streak.exits", "count", 1, 20,
      "Losing exits of the account that lock the symbols they were in.",
      [](auto& c) -> auto& { return c.risk.streak_exits; }));
  out.push_back(duration<milliseconds>(
      "risk.streak.within_ms", "ms", 1'000, 86'400'000, "Within this time.",
      [](auto& c) -> auto& { return c.risk.streak_within; }));
  out.push_back(duration<milliseconds>(
      "risk.streak.lock_ms", "ms", 1'000, 86'400'000, "For so long.",
      [](auto& c) -> auto& { return c.risk.streak_lock; }));
}

void add_loss_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.loss.warn_bp", "bp", 1, 200,
      "Loss of the day that raises an alert, of the day's first equity.",
      [](auto& c) -> auto& { return c.risk.loss_warn_bp; }));
  out.push_back(whole(
      "risk.loss.reduce_bp", "bp", 1, 200,
      "Loss of the day that ends entries, of the day's first equity.",
      [](auto& c) -> auto& { return c.risk.loss_reduce_bp; }));
  out.push_back(whole(
      "risk.loss.halt_bp", "bp", 1, 200,
      "Loss of the day that halts trading, of the day's first equity.",
      [](auto& c) -> auto& { return c.risk.loss_halt_bp; }));
  out.push_back(optional_amount(
      "risk.loss.warn_usd", "USD", "1", usd_max, "The same in dollars; the smaller one binds.",
      [](auto& c) -> auto& { return c.risk.loss_warn_usd; }));
  out.push_back(optional_amount(
      "risk.loss.reduce_usd", "USD", "1", usd_max, "The same in dollars; the smaller one binds.",
      [](auto& c) -> auto& { return c.risk.loss_reduce_usd; }));
  out.push_back(optional_amount(
      "risk.loss.halt_usd", "USD", "1", usd_max, "The same in dollars; the smaller one binds.",
      [](auto& c) -> auto& { return c.risk.loss_halt_usd; }));
  out.push_back(truth(
      "risk.loss.flatten", "Close everything when the loss halts trading.",
      [](auto& c) -> auto& { return c.loss_flatten; }));
  out.push_back(choice(
      "risk.loss.clear", {"person", "next_session"},
      "Who ends such a halt, in the next session at the earliest; with real money a person.",
      [](auto& c) -> auto& { return c.loss_clear; }));
}

void add_exit_limits(std::vector<option>& out) {
  out.push_back(whole(
      "risk.trade_risk_bp", "bp", 1, 200, "Planned loss of one trade down to its stop, of equity.",
      [](auto& c) -> auto& { return c.risk.trade_risk_bp; }));
  out.push_back(whole(
      "risk.portfolio_risk_bp", "bp", 1, 500,
      "Planned loss of all open trades down to their stops, of equity.",
      [](auto& c) -> auto& { return c.risk.portfolio_risk_bp; }));
  out.push_back(whole(
      "risk.stop_loss_bp", "bp", 10, 200, "Distance of the protective stop below the entry.",
      [](auto& c) -> auto& { return c.holding.stop_loss_bp; }));
  out.push_back(whole(
      "risk.take_profit_bp", "bp", 10, 2'000, "Distance of the target above the entry.",
      [](auto& c) -> auto& { return c.holding.take_profit_bp; }));
  out.push_back(whole(
      "risk.trail.activate_bp", "bp", 10, 1'000, "Gain from which the stop follows the price.",
      [](auto& c) -> auto& { return c.holding.trail.activate_bp; }));
  out.push_back(whole(
      "risk.trail.distance_bp", "bp", 10, 500, "Distance of that stop below the highest price.",
      [](auto& c) -> auto& { return c.holding.trail.distance_bp; }));
  out.push_back(whole(
      "risk.trail.step_bp", "bp", 1, 100, "Least move of a stop that rests at the broker.",
      [](auto& c) -> auto& { return c.holding.protection.step_bp; }));
  out.push_back(duration<std::chrono::milliseconds>(
      "risk.trail.interval_ms", "ms", 1'000, 600'000, "Least time between two such moves.",
      [](auto& c) -> auto& { return c.holding.protection.step_interval; }));
  out.push_back(choice(
      "risk.protective", {"resting", "node"},
      "Whether the stop of a position rests at the broker or is watched by this process alone.",
      [](auto& c) -> auto& { return c.holding.protection.kind; }));
  out.push_back(truth(
      "kill.keep_protective", "A kill leaves stops that cover a position at the broker.",
      [](auto& c) -> auto& { return c.kill_keeps_protective; }));
  out.push_back(truth(
      "reconcile.protect_external",
      "Place a stop, risk.stop_loss_bp away, for shares that are not of our making.",
      [](auto& c) -> auto& { return c.protect_external; }));
}

}  // namespace

void add_position_limits(std::vector<option>& out) {
  add_exposure_limits(out);
  add_account_limits(out);
  add_loss_limits(out);
  add_drawdown_limits(out);
  add_exit_limits(out);
}

}  // namespace bw
