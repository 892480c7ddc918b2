#include "config/backtest_options.hpp"

#include "config/option_binders.hpp"
#include "config/option_groups.hpp"

namespace bw {
namespace {

using namespace detail;
using std::chrono::milliseconds;

constexpr std::size_t path_length_max = 4'096;

void add_market_options(std::vector<option>& out) {
  out.push_back(whole(
      "backtest.seed", "count", 1, 1'000'000'000, "Seed of everything that is left to chance.",
      [](auto& c) -> auto& { return c.backtest.seed; }));
  out.push_back(amount(
      "backtest.cash_usd", "USD", "100", "9000000000", "Cash at the start.",
      [](auto& c) -> auto& { return c.backtest.cash; }));
  out.push_back(choice(
      "backtest.bar_path", {"nearest", "ohlc", "olhc"},
      "Which extreme of a minute bar came first: the one nearer to the open, the high, or the low.",
      [](auto& c) -> auto& { return c.backtest.bar_path; }));
  out.push_back(choice(
      "backtest.prices", {"raw", "adjusted"},
      "raw books splits and dividends as they come; adjusted scales all prices by their factors.",
      [](auto& c) -> auto& { return c.backtest.prices; }));
  out.push_back(words(
      "backtest.corporate_actions", "path", path_length_max,
      "CSV date,symbol,kind,value of splits and dividends, a folder with factor files, or off.",
      [](auto& c) -> auto& { return c.backtest.corporate_actions; }));
  out.push_back(truth(
      "backtest.hold_overnight", "Keep positions over the close, which the node never does.",
      [](auto& c) -> auto& { return c.backtest.hold_overnight; }));
}

void add_fill_options(std::vector<option>& out) {
  out.push_back(choice(
      "backtest.fill", {"next", "immediate", "displayed", "volume_share"},
      "next fills at the far side on arrival; immediate at the price the decision saw; displayed "
      "and volume_share bound the quantity.",
      [](auto& c) -> auto& { return c.backtest.fill; }));
  out.push_back(whole(
      "backtest.volume_percent", "percent", 1, 100,
      "Share of the traded volume that volume_share gives an order.",
      [](auto& c) -> auto& { return c.backtest.volume_percent; }));
  out.push_back(choice(
      "backtest.queue", {"none", "estimate"},
      "Whether a waiting limit order stands behind the size that was quoted when it came.",
      [](auto& c) -> auto& { return c.backtest.queue; }));
  out.push_back(whole(
      "backtest.queue_ahead_ticks", "ticks", 0, 1'000,
      "By how much the market must come through a waiting limit before it fills.",
      [](auto& c) -> auto& { return c.backtest.queue_ahead_ticks; }));
  out.push_back(whole(
      "backtest.partial_percent", "percent", 0, 100,
      "Share of the fills that are made partial at random.",
      [](auto& c) -> auto& { return c.backtest.partial_percent; }));
  out.push_back(whole(
      "backtest.reject_percent", "percent", 0, 100,
      "Share of the orders that the exchange refuses for no reason.",
      [](auto& c) -> auto& { return c.backtest.reject_percent; }));
  out.push_back(choice(
      "backtest.latency", {"fixed", "uniform", "measured"},
      "From a decision to the exchange: fixed, evenly spread above the least, or as a node's log "
      "has it.",
      [](auto& c) -> auto& { return c.backtest.latency; }));
  out.push_back(duration<milliseconds>(
      "backtest.latency_ms", "ms", 1, 60'000, "Latency, or the least of it.",
      [](auto& c) -> auto& { return c.backtest.latency_least; }));
  out.push_back(duration<milliseconds>(
      "backtest.latency_spread_ms", "ms", 0, 60'000, "Most that uniform adds.",
      [](auto& c) -> auto& { return c.backtest.latency_spread; }));
  out.push_back(words(
      "backtest.latency_state", "path", path_length_max,
      "State folder of the node whose acknowledgements are measured, or off.",
      [](auto& c) -> auto& { return c.backtest.latency_state; }));
}

void add_cost_options(std::vector<option>& out) {
  out.push_back(choice(
      "backtest.slippage", {"none", "fixed", "spread_share", "volume_share", "impact"},
      "How much worse than the far side an order fills that takes.",
      [](auto& c) -> auto& { return c.backtest.slippage; }));
  out.push_back(whole(
      "backtest.slippage_bp", "bp", 0, 10'000,
      "fixed: so much; volume_share: times the squared share of the last minute's volume; impact: "
      "times its square root.",
      [](auto& c) -> auto& { return c.backtest.slippage_bp; }));
  out.push_back(whole(
      "backtest.slippage_spread_percent", "percent", 0, 1'000, "Part of the spread.",
      [](auto& c) -> auto& { return c.backtest.slippage_spread_percent; }));
  out.push_back(choice(
      "backtest.commission", {"none", "basis_points", "per_share"}, "Commission of the broker.",
      [](auto& c) -> auto& { return c.backtest.commission; }));
  out.push_back(whole(
      "backtest.commission_bp", "bp", 0, 1'000, "Commission of the value.",
      [](auto& c) -> auto& { return c.backtest.commission_bp; }));
  out.push_back(amount(
      "backtest.commission_per_share_usd", "USD", "0", "10", "Commission of a share.",
      [](auto& c) -> auto& { return c.backtest.commission_per_share; }));
  out.push_back(amount(
      "backtest.commission_min_usd", "USD", "0", "1000", "Least commission by the share.",
      [](auto& c) -> auto& { return c.backtest.commission_least; }));
  out.push_back(whole(
      "backtest.commission_max_bp", "bp", 0, 10'000,
      "Most commission by the share, of the value; 0 is no bound.",
      [](auto& c) -> auto& { return c.backtest.commission_most_bp; }));
  out.push_back(truth(
      "backtest.regulatory_fees", "Charge the SEC's and FINRA's fees on sales, by date.",
      [](auto& c) -> auto& { return c.backtest.regulatory_fees; }));
  out.push_back(whole(
      "backtest.borrow_bp", "bp", 0, 100'000,
      "Yearly fee for borrowed shares; short selling is off, so nothing is borrowed.",
      [](auto& c) -> auto& { return c.backtest.borrow_bp; }));
}

}  // namespace

void add_backtest_options(std::vector<option>& out) {
  add_market_options(out);
  add_fill_options(out);
  add_cost_options(out);
}

std::string_view to_string(simulated_fill x) noexcept {
  switch (x) {
    case simulated_fill::next: return "next";
    case simulated_fill::immediate: return "immediate";
    case simulated_fill::displayed: return "displayed";
    case simulated_fill::volume_share: return "volume_share";
  }
  return "invalid";
}

std::string_view to_string(simulated_latency x) noexcept {
  switch (x) {
    case simulated_latency::fixed: return "fixed";
    case simulated_latency::uniform: return "uniform";
    case simulated_latency::measured: return "measured";
  }
  return "invalid";
}

std::string_view to_string(simulated_commission x) noexcept {
  switch (x) {
    case simulated_commission::none: return "none";
    case simulated_commission::basis_points: return "basis_points";
    case simulated_commission::per_share: return "per_share";
  }
  return "invalid";
}

}  // namespace bw
