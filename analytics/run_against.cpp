#include "analytics/run_against.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "analytics/figure_json.hpp"
#include "analytics/run_statistics.hpp"

namespace bw {
namespace {

using trades_by_lane = std::map<std::pair<symbol_name, side>, std::vector<closed_trade>>;

trades_by_lane lanes_of(const std::vector<closed_trade>& trades) {
  trades_by_lane out;
  for (const auto& each : trades) out[{each.symbol, each.entry_side}].push_back(each);
  for (auto& [name, all] : out)
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.opened_at < b.opened_at; });
  return out;
}

bool is_same(const closed_trade& a, const closed_trade& b) {
  const auto apart = std::max(a.opened_at, b.opened_at) - std::min(a.opened_at, b.opened_at);
  const bool both_open = a.opened_at <= b.closed_at && b.opened_at <= a.closed_at;
  return both_open || apart <= same_trade_within;
}

void pair_lane(const std::vector<closed_trade>& own, const std::vector<closed_trade>& other,
               std::vector<trade_pair>& out) {
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < own.size() || b < other.size()) {
    const bool has_both = a < own.size() && b < other.size();
    if (has_both && is_same(own[a], other[b]))
      out.push_back({own[a++], other[b++]});
    else if (b == other.size() || (has_both && own[a].opened_at < other[b].opened_at))
      out.push_back({own[a++], std::nullopt});
    else
      out.push_back({std::nullopt, other[b++]});
  }
}

utc_ns begin_of(const trade_pair& x) { return x.own ? x.own->opened_at : x.other->opened_at; }

std::vector<closed_trade> of_strategy(const std::vector<closed_trade>& trades,
                                      std::string_view strategy) {
  std::vector<closed_trade> out;
  for (const auto& each : trades)
    if (each.strategy.view() == strategy) out.push_back(each);
  return out;
}

figure_list figures_of(const std::vector<closed_trade>& trades, const session_calendar& calendar) {
  trade_groups groups;
  for (const auto& each : trades) groups.add(each, calendar);
  return make_figures(groups);
}

void write_side(json_writer& out, std::string_view key, const std::optional<closed_trade>& trade) {
  out.key(key);
  if (!trade) return void(out.null());
  write_json(out, *trade);
}

}  // namespace

std::vector<trade_pair> pair_trades(const std::vector<closed_trade>& own,
                                    const std::vector<closed_trade>& other) {
  std::vector<trade_pair> out;
  auto theirs = lanes_of(other);
  for (const auto& [name, all] : lanes_of(own)) {
    pair_lane(all, theirs[name], out);
    theirs.erase(name);
  }
  for (const auto& [name, all] : theirs) pair_lane({}, all, out);
  std::stable_sort(out.begin(), out.end(), [](const trade_pair& a, const trade_pair& b) {
    return begin_of(a) < begin_of(b);
  });
  return out;
}

std::vector<strategy_pair> pair_strategies(const std::vector<closed_trade>& own,
                                           const std::vector<closed_trade>& other,
                                           const session_calendar& calendar) {
  std::map<std::string, strategy_pair> out;
  for (const auto* trades : {&own, &other})
    for (const auto& each : *trades) out[each.strategy.str()].strategy = each.strategy.str();
  std::vector<strategy_pair> all;
  for (auto& [name, pair] : out) {
    const auto ours = of_strategy(own, name);
    const auto theirs = of_strategy(other, name);
    pair.own = figures_of(ours, calendar);
    pair.other = figures_of(theirs, calendar);
    pair.trades = pair_trades(ours, theirs);
    all.push_back(std::move(pair));
  }
  return all;
}

double difference_of(const figure& own, const figure& other) {
  if (own.amount && other.amount) return (*own.amount - *other.amount).to_double();
  return own.value - other.value;
}

std::string difference_text(const figure& own, const figure& other) {
  auto out = own;
  out.value = difference_of(own, other);
  out.amount.reset();
  if (own.amount && other.amount) out.amount = *own.amount - *other.amount;
  return figure_text(out);
}

money difference_of(const trade_pair& x) {
  return (x.own ? x.own->net() : money{}) - (x.other ? x.other->net() : money{});
}

void write_pairs(json_writer& out, const std::vector<strategy_pair>& strategies) {
  out.key("strategies").begin_array();
  for (const auto& each : strategies) {
    out.begin_object();
    out.member("strategy", each.strategy);
    out.key("own");
    write_json(out, each.own);
    out.key("other");
    write_json(out, each.other);
    out.key("difference").begin_object();
    for (const auto& figure : each.own) {
      const auto* other = find_figure(each.other, figure.id);
      if (other == nullptr) continue;
      out.key(figure.id);
      if (figure.amount && other->amount)
        out.value(*figure.amount - *other->amount);
      else
        write_number(out, difference_of(figure, *other));
    }
    out.end_object();
    out.key("trades").begin_array();
    for (std::size_t k = 0; k < std::min(each.trades.size(), trade_pairs_max); ++k) {
      const auto& pair = each.trades[k];
      out.begin_object();
      write_side(out, "own", pair.own);
      write_side(out, "other", pair.other);
      out.member("net_difference", difference_of(pair));
      out.end_object();
    }
    out.end_array();
    out.member("trade_pairs", std::uint64_t{each.trades.size()});
    out.end_object();
  }
  out.end_array();
}

void write_json(json_writer& out, const run_against& x) {
  out.begin_object();
  out.member("other", x.other);
  out.member("certificate", x.certificate);
  out.member("verdict", x.verdict);
  out.member("diverged", x.diverged);
  write_pairs(out, x.strategies);
  out.end_object();
}

std::string against_text(const run_against& x) {
  return "Against " + x.other + ": " + x.verdict + "\n" + pairs_text(x.strategies);
}

std::string pairs_text(const std::vector<strategy_pair>& strategies) {
  std::string out;
  for (const auto& each : strategies) {
    std::size_t both = 0;
    for (const auto& pair : each.trades) both += pair.own && pair.other ? 1 : 0;
    out += "  " + each.strategy + ": " + std::to_string(both) + " of " +
           std::to_string(each.trades.size()) + " trades in both";
    const auto* own = find_figure(each.own, "net_trades");
    const auto* other = find_figure(each.other, "net_trades");
    if (own != nullptr && other != nullptr)
      out += ", net " + figure_text(*own) + " against " + figure_text(*other) + ", difference " +
             difference_text(*own, *other);
    out += "\n";
  }
  return out;
}

}  // namespace bw
