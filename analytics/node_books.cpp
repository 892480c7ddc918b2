#include "analytics/node_books.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "domain/fee_share.hpp"

namespace bw {
namespace {

trade_type type_of(const std::string& mode) {
  if (mode == "live") return trade_type::live;
  return mode == "paper" ? trade_type::paper : trade_type::simulated;
}

/// From the point on at which it reached the account, a flow is taken out of the curve. That is the
/// last step of cash, up to the first report after the flow was known, that is as large as it to
/// one percent: the broker tells a flow's day and not its minute. False when there is none.
bool take_out(std::vector<equity_point>& curve, utc_ns known_at, money amount) {
  if (curve.size() < 2) return false;
  auto k = std::size_t{1};
  while (k + 1 < curve.size() && curve[k].at < known_at) ++k;
  for (; k > 0; --k) {
    const auto off = abs(curve[k].cash - curve[k - 1].cash - amount);
    if (off.units() > abs(amount).units() / 100) continue;
    for (; k < curve.size(); ++k) {
      curve[k].equity -= amount;
      curve[k].cash -= amount;
    }
    return true;
  }
  return false;
}

std::string hex_of(const digest& of) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const auto byte : of) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

books_period period_of_days(std::string mode, calendar_date first, calendar_date last,
                            const session_calendar& calendar) {
  const auto midnight = [&](calendar_date day) {
    return calendar.utc_from_new_york(day, std::chrono::minutes{0});
  };
  return {std::move(mode), midnight(first), midnight(civil_from_days(days_from_civil(last) + 1))};
}

node_books::node_books(books_period period) : period_(std::move(period)) {
  run_.type = type_of(period_.mode);
}

void node_books::apply(utc_ns wall, const audit_event& event) {
  // What comes later says nothing of the period but what it was charged.
  if (wall >= period_.to && !std::holds_alternative<fee_record>(event)) return;
  std::visit([&](const auto& x) { on(wall, x); }, event);
}

void node_books::on(utc_ns wall, const boot_record& x) {
  counts_ = x.mode == period_.mode;
  if (counts_) plugins_.clear();
  if (!counts_ || !is_in(wall)) return;
  run_.version = x.version;
  run_.config_hash = x.config_hash;
  if (!x.previous_run_ended_cleanly && x.boot_no > 1) ++crashes_;
}

void node_books::on(utc_ns wall, const account_record& x) {
  if (!counts_ || !is_in(wall)) return;
  if (x.account.account_number != account_) {
    account_ = x.account.account_number;
    ++accounts_;
  }
  add_equity(wall, x.account.equity, x.account.cash);
}

void node_books::on(utc_ns wall, const snapshot_record& x) {
  // Before the first account the node's own books are empty.
  if (counts_ && is_in(wall) && accounts_ > 0 && x.equity.is_positive())
    add_equity(wall, x.equity, x.cash);
}

void node_books::add_equity(utc_ns wall, money equity, money cash) {
  auto& curve = run_.equity;
  if (curve.empty()) run_.starting_equity = equity;
  const equity_point point{wall, equity, cash, abs(equity - cash)};
  // The last report of each step stands for it: the end of the period is always exact.
  if (curve.size() > 1 && wall - curve[curve.size() - 2].at < equity_every)
    curve.back() = point;
  else
    curve.push_back(point);
}

void node_books::on(utc_ns wall, const trade_event_record& x) {
  if (!counts_ || wall >= period_.to) return;
  run_fill fill;
  fill.at = x.ts;
  fill.strategy = x.strategy;
  fill.symbol = x.symbol;
  fill.side = x.side;
  fill.purpose = x.event == trade_event_kind::close ? order_purpose::exit : order_purpose::entry;
  fill.qty = x.qty;
  fill.at_price = x.fill_price;
  fill.decision_price = x.decision_price;
  fill.fees = x.fees;
  fill.reason = cut<short_name>(to_string(x.reason));
  if (const auto known = regimes_.find(x.symbol); known != regimes_.end())
    fill.regime = known->second.trend.regime;
  if (!is_in(wall)) {
    // One that cannot be part of a trade was told of in its own period.
    (void)trades_.apply(fill);
    return;
  }
  run_.fills.push_back(std::move(fill));
}

void node_books::on(utc_ns, const fee_record& x) {
  const auto day = days_from_civil(utc_date(x.at));
  const bool is_of_it = day >= days_from_civil(utc_date(period_.from)) &&
                        day <= days_from_civil(utc_date(period_.to - nanoseconds{1}));
  if (counts_ && is_of_it) fees_.emplace(x.id, x);
}

std::vector<run_fill> node_books::charged_fills(money& left_over) const {
  auto out = run_.fills;
  std::vector<charged_execution> all;
  for (const auto& each : out)
    all.push_back({each.symbol, each.side,
                   notional_half_even(each.at_price, each.qty).value_or(money{}), each.at});
  for (const auto& [id, fee] : fees_) {
    auto rest = fee.amount;
    const auto shares = share_fee(fee, all);
    for (std::size_t k = 0; k < shares.size(); ++k) {
      out[k].fees += shares[k];
      rest -= shares[k];
    }
    left_over += rest;
  }
  return out;
}

void node_books::on(utc_ns wall, const verdict_record& x) {
  if (counts_ && is_in(wall) && !x.verdict.approved) ++run_.orders.denied;
}

void node_books::on(utc_ns wall, const sending_record&) {
  if (counts_ && is_in(wall)) ++run_.orders.submitted;
}

void node_books::on(utc_ns wall, const submit_record& x) {
  if (counts_ && is_in(wall) && x.result.outcome == submit_outcome::rejected)
    ++run_.orders.rejected;
}

void node_books::on(utc_ns wall, const update_record& x) {
  if (!counts_ || !is_in(wall) || x.before == x.after) return;
  switch (x.after) {
    case order_state::filled: ++run_.orders.filled; break;
    case order_state::canceled: ++run_.orders.canceled; break;
    case order_state::expired: ++run_.orders.expired; break;
    case order_state::rejected: ++run_.orders.rejected; break;
    default: break;
  }
}

void node_books::on(utc_ns wall, const reconcile_record& x) {
  if (counts_ && is_in(wall)) differences_ += x.differences.size();
}

void node_books::on(utc_ns wall, const cash_flow_record& x) {
  if (counts_ && is_in(wall)) flows_.push_back({wall, x.amount});
}

void node_books::on(utc_ns, const plugin_record& x) {
  if (!counts_ || x.step != plugin_step::loaded) return;
  plugins_.push_back({std::filesystem::path{x.file}.filename().string(),
                      x.name,
                      x.version,
                      {},
                      hex_of(x.content)});
}

void node_books::on(utc_ns wall, const trend_record& x) {
  if (counts_ && wall < period_.to) regimes_[x.symbol] = x;
}

result<run_result> node_books::result_of(std::string name) const {
  if (run_.equity.empty())
    return {ec::not_found, "the log has no account of a " + period_.mode +
                               " run in that time; choose other days or another mode"};
  auto out = run_;
  money left_over;
  std::uint64_t unusable = 0;
  auto trades = trades_;
  out.fills.clear();
  for (auto& fill : charged_fills(left_over)) {
    auto ended = trades.apply(fill);
    if (!ended) {
      ++unusable;
      continue;
    }
    ++out.orders.fills;
    const auto strategy = fill.strategy.str();
    if (std::find(out.strategies.begin(), out.strategies.end(), strategy) == out.strategies.end())
      out.strategies.push_back(strategy);
    out.fills.push_back(std::move(fill));
    if (*ended) out.trades.push_back(std::move(**ended));
  }
  out.name = std::move(name);
  out.start = out.equity.front().at;
  out.end = out.equity.back().at;
  out.open_trades = trades.open_trades();
  out.plugins = plugins_;
  std::string last_day;
  for (const auto& [symbol, trend] : regimes_) last_day = std::max(last_day, trend.day);
  for (const auto& [symbol, trend] : regimes_)
    if (trend.day == last_day) out.regimes.push_back(trend);
  out.models = {{"fills", "as the broker executed them"},
                {"fees", "as the broker's book of activities has them"}};
  money moved;
  std::uint64_t not_seen = 0;
  for (const auto& flow : flows_) {
    if (take_out(out.equity, flow.known_at, flow.amount))
      moved += flow.amount;
    else
      ++not_seen;
  }
  out.assumptions = {
      {"equity", moved.is_zero() ? "The broker's own figure."
                                 : "The broker's own figure, less what came in and plus what went "
                                   "out since the begin: " +
                                       moved.text() + " USD in all."},
      {"exposure", "The account's equity less its cash."},
  };
  if (crashes_ > 0)
    out.warnings.push_back(counted(crashes_, "run", "runs") +
                           " of the node did not end in an orderly way.");
  if (differences_ > 0)
    out.warnings.push_back(counted(differences_, "difference", "differences") +
                           " to the broker's books were found; `bellwether reconcile` shows what "
                           "stands now.");
  if (accounts_ > 1)
    out.warnings.push_back("The period has " + std::to_string(accounts_) +
                           " accounts: its equity is not one curve.");
  if (not_seen > 0)
    out.warnings.push_back(counted(not_seen, "deposit or withdrawal", "deposits or withdrawals") +
                           " cannot be found in the account's cash: what came before the first "
                           "report changes nothing, anything else stands as profit or loss.");
  if (!left_over.is_zero())
    out.warnings.push_back("Fees of " + left_over.text() +
                           " USD are of no execution of the period and stand in the equity alone.");
  if (unusable > 0)
    out.warnings.push_back(counted(unusable, "execution", "executions") +
                           " cannot be part of a trade and are left out.");
  return out;
}

}  // namespace bw
