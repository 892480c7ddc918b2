// From the keys [backtest] to the models of exchange and order desk, and to words about them.

#include <algorithm>

#include "backtest/run.hpp"
#include "venue/us_fees.hpp"

namespace bw {
namespace {

std::string percent(std::int64_t x) { return std::to_string(x) + " %"; }
std::string basis_points(std::int64_t x) { return std::to_string(x) + " bp"; }
std::string milliseconds_of(nanoseconds x) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(x).count()) + " ms";
}

std::string fill_text(const backtest_options& options) {
  switch (options.fill) {
    case simulated_fill::next: return "at the far side of the quote on arrival, any quantity";
    case simulated_fill::immediate: return "at the far side of the quote that the decision saw";
    case simulated_fill::displayed: return "at the far side, no more than the quote shows";
    case simulated_fill::volume_share:
      return "at the far side, no more than " + percent(options.volume_percent) +
             " of what trades meanwhile";
  }
  return "";
}

std::string slippage_text(const backtest_options& options) {
  switch (options.slippage) {
    case venue::slippage_model::none: return "none";
    case venue::slippage_model::fixed: return basis_points(options.slippage_bp);
    case venue::slippage_model::spread_share:
      return percent(options.slippage_spread_percent) + " of the spread";
    case venue::slippage_model::volume_share:
      return basis_points(options.slippage_bp) + " times the squared share of the minute's volume";
    case venue::slippage_model::impact:
      return basis_points(options.slippage_bp) +
             " times the root of the share of the minute's volume";
  }
  return "";
}

std::string latency_text(const backtest_options& options) {
  if (options.fill == simulated_fill::immediate) return "none";
  switch (options.latency) {
    case simulated_latency::fixed: return milliseconds_of(options.latency_least);
    case simulated_latency::uniform:
      return milliseconds_of(options.latency_least) + " and up to " +
             milliseconds_of(options.latency_spread) + " more";
    case simulated_latency::measured: return "drawn from the acknowledgements of a node";
  }
  return "";
}

std::string commission_text(const backtest_options& options) {
  switch (options.commission) {
    case simulated_commission::none: return "none";
    case simulated_commission::basis_points: return basis_points(options.commission_bp);
    case simulated_commission::per_share: {
      auto out = options.commission_per_share.text() + " USD a share, at least " +
                 options.commission_least.text() + " USD";
      if (options.commission_most_bp > 0)
        out += ", at most " + basis_points(options.commission_most_bp) + " of the value";
      return out;
    }
  }
  return "";
}

std::string path_text(venue::bar_path path) {
  switch (path) {
    case venue::bar_path::nearest_first: return "open, nearer extreme, other extreme, close";
    case venue::bar_path::high_first: return "open, high, low, close";
    case venue::bar_path::low_first: return "open, low, high, close";
  }
  return "";
}

}  // namespace

venue::exchange_options exchange_of(const backtest_options& options) {
  venue::exchange_options out;
  out.seed = options.seed;
  out.start_cash = options.cash;
  out.partial_fill_percent = options.partial_percent;
  out.queue_ahead_ticks = options.queue_ahead_ticks;
  out.slippage = venue::slippage_options{options.slippage, options.slippage_bp,
                                         options.slippage_spread_percent};
  if (options.fill == simulated_fill::immediate) out.acknowledge_delay = nanoseconds{0};
  if (options.fill == simulated_fill::displayed) out.liquidity.rule = venue::fill_rule::displayed;
  if (options.fill == simulated_fill::volume_share)
    out.liquidity.rule = venue::fill_rule::volume_share;
  out.liquidity.volume_percent = options.volume_percent;
  if (options.queue == simulated_queue::estimate) out.liquidity.queue = venue::queue_rule::estimate;
  if (options.commission == simulated_commission::basis_points)
    out.fees.commission_basis_points = options.commission_bp;
  if (options.commission == simulated_commission::per_share)
    out.fees.by_share = {options.commission_per_share, options.commission_least,
                         options.commission_most_bp};
  if (options.regulatory_fees) out.fees.sales = venue::us_sale_fees();
  return out;
}

std::vector<named_text> models_of(const backtest_options& options) {
  std::vector<named_text> out{
      {"fills", fill_text(options)},
      {"inside of a minute bar", path_text(options.bar_path)},
      {"slippage", slippage_text(options)},
      {"partial fills", percent(options.partial_percent)},
      {"queue", options.queue == simulated_queue::estimate
                    ? "behind the size quoted when the order came"
                    : std::to_string(options.queue_ahead_ticks) + " ticks beyond the limit"},
      {"latency", latency_text(options)},
      {"commission", commission_text(options)},
      {"fees on sales", options.regulatory_fees
                            ? "SEC section 31 and FINRA TAF by date, each rounded up to the cent"
                            : "none"},
      {"borrowing", "not applicable: nothing is sold short"},
      {"prices", options.prices == price_basis::raw ? "raw" : "adjusted by their factors"}};
  if (options.reject_percent > 0)
    out.push_back({"random rejects", percent(options.reject_percent)});
  return out;
}

}  // namespace bw
