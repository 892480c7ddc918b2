#include "analytics/strategy_learner.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace bw {
namespace {

template <class Row>
void keep_latest(std::deque<Row>& rows, Row x, std::size_t most) {
  if (rows.size() == most) rows.pop_front();
  rows.push_back(std::move(x));
}

/// What is looked at: everything after `since`, up to `now`.
struct tally {
  std::uint64_t generated = 0;
  std::uint64_t executed = 0;
  std::uint64_t confidence_sum = 0;
  std::uint64_t trades = 0;
  std::uint64_t wins = 0;
  money pnl;
  std::map<std::string, money> symbols;

  void add(const learner_signal& x) {
    ++generated;
    executed += x.executed ? 1 : 0;
    confidence_sum += x.confidence_ppm;
  }
  void add(const learner_trade& x) {
    ++trades;
    wins += x.pnl.is_positive() ? 1 : 0;
    pnl += x.pnl;
    symbols[x.symbol] += x.pnl;
  }
};

std::vector<std::string> notes_on(const tally& x) {
  using learner = strategy_learner;
  std::vector<std::string> out;
  if (x.generated < learner::signals_for_notes) return out;
  if (x.trades > 0 && x.wins * 100 < x.trades * learner::win_rate_pct_min)
    out.push_back("won " + std::to_string(x.wins) + " of " + std::to_string(x.trades) +
                  " trades in three days: tighten the entries");
  if (x.generated > learner::unexecuted_max && x.executed == 0)
    out.push_back("none of " + std::to_string(x.generated) +
                  " signals was executed in three days: do the limits block it?");
  if (x.pnl.is_negative())
    out.push_back("came to " + x.pnl.text() + " USD in three days: review the stops");
  return out;
}

std::vector<symbol_result> ranked(const tally& x, bool best_first) {
  std::vector<symbol_result> out;
  for (const auto& [symbol, pnl] : x.symbols) out.push_back({symbol, pnl});
  std::stable_sort(out.begin(), out.end(), [&](const symbol_result& a, const symbol_result& b) {
    return best_first ? a.pnl > b.pnl : a.pnl < b.pnl;
  });
  if (out.size() > strategy_learner::symbols_named) out.resize(strategy_learner::symbols_named);
  return out;
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "no trade" : std::to_string(part * 100 / whole) + " % won";
}

std::string named(const std::vector<symbol_result>& all) {
  std::string out;
  for (const auto& each : all)
    out += (out.empty() ? "" : ", ") + each.symbol + " " + each.pnl.text();
  return out;
}

}  // namespace

void strategy_learner::add(learner_signal x) { keep_latest(signals_, std::move(x), signals_max); }
void strategy_learner::add(learner_trade x) { keep_latest(trades_, std::move(x), trades_max); }

std::vector<strategy_lesson> strategy_learner::lessons(utc_ns now) const {
  std::map<std::string, tally> week;
  std::map<std::string, tally> lately;
  const auto look = [&](const auto& row, utc_ns at) {
    if (at > now || at <= now - figures_of) return;
    week[row.strategy].add(row);
    if (at > now - notes_of) lately[row.strategy].add(row);
  };
  for (const auto& each : signals_) look(each, each.at);
  for (const auto& each : trades_) look(each, each.closed_at);
  std::vector<strategy_lesson> out;
  for (const auto& [strategy, all] : week) {
    strategy_lesson x;
    x.strategy = strategy;
    x.generated = all.generated;
    x.executed = all.executed;
    x.trades = all.trades;
    x.wins = all.wins;
    x.pnl = all.pnl;
    if (all.generated > 0)
      x.confidence_ppm = static_cast<std::uint32_t>(all.confidence_sum / all.generated);
    x.best = ranked(all, true);
    x.worst = ranked(all, false);
    x.notes = notes_on(lately[strategy]);
    out.push_back(std::move(x));
  }
  return out;
}

std::vector<std::string> figure_lines(const std::vector<strategy_lesson>& lessons) {
  std::vector<std::string> out;
  for (const auto& x : lessons) {
    out.push_back(x.strategy + ": " + std::to_string(x.generated) + " signals, " +
                  std::to_string(x.executed) + " executed, " + std::to_string(x.trades) +
                  " trades, " + percent_of(x.wins, x.trades) + ", " + x.pnl.text() +
                  " USD, mean confidence " + std::to_string(x.confidence_ppm / 10'000) + " %");
    if (x.best.empty()) continue;
    out.push_back(x.strategy + ": best " + named(x.best) + "; worst " + named(x.worst));
  }
  return out;
}

std::vector<std::string> note_lines(const std::vector<strategy_lesson>& lessons) {
  std::vector<std::string> out;
  for (const auto& x : lessons)
    for (const auto& note : x.notes) out.push_back(x.strategy + " " + note);
  return out;
}

}  // namespace bw
