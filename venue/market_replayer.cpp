#include "venue/market_replayer.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "venue/minute_aggregate.hpp"
#include "venue/recorded_tape.hpp"

namespace bw::venue {
namespace {

constexpr nanoseconds lead_before_open = std::chrono::minutes{5};

class market_replayer final : public market_source {
 public:
  market_replayer(std::vector<listed_symbol> symbols, std::vector<recorded_tape> tapes,
                  std::vector<bool> aggregated, std::size_t history_bars_max)
      : symbols_(std::move(symbols)),
        tapes_(std::move(tapes)),
        aggregated_(std::move(aggregated)),
        history_bars_max_(std::max<std::size_t>(history_bars_max, 1)),
        minutes_(symbols_.size()),
        history_(symbols_.size()) {
    for (std::size_t k = 0; k < tapes_.size(); ++k) queue(k);
  }

  const std::vector<listed_symbol>& symbols() const override { return symbols_; }
  utc_ns start_time() const override { return start_; }
  std::optional<error> failure() const override { return failure_; }

  std::optional<utc_ns> next_time() const override {
    if (failure_) return std::nullopt;
    auto out = waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->at};
    if (!ending_.empty() && (!out || ending_.begin()->first < *out)) out = ending_.begin()->first;
    return out;
  }

  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    for (std::size_t k = 0; k < limit; ++k) {
      const auto next = next_time();
      if (!next || *next > now) return;
      if (auto event = step()) out.push_back(std::move(*event));
    }
  }

  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    std::vector<bar> out;
    if (symbol.value >= history_.size()) return out;
    const auto& bars = history_[symbol.value];
    auto at = std::lower_bound(bars.begin(), bars.end(), from,
                               [](const bar& x, utc_ns t) { return x.start < t; });
    for (; at != bars.end() && at->start <= to && at->start + one_minute <= now; ++at) {
      out.push_back(*at);
      out.back().origin = bar_origin::history;
    }
    return out;
  }

  /// Reads everything before `start` into history.
  result<void> begin(utc_ns start) {
    start_ = start;
    while (next_time() && *next_time() < start) step();
    if (failure_) return *failure_;
    if (!next_time())
      return {ec::not_found, "the recordings end before " + format_rfc3339(start) +
                                 "; choose an earlier start or more files"};
    return {};
  }

 private:
  struct open_minute {
    utc_ns start;
    minute_aggregate sum;
  };

  /// A tape by its next event: minutes that end come before what happens at the same instant.
  struct waiting_tape {
    utc_ns at;
    std::uint32_t rank;
    std::size_t tape;

    auto operator<=>(const waiting_tape&) const = default;
  };

  void queue(std::size_t tape) {
    if (const auto next = tapes_[tape].next_time())
      waiting_.insert({*next, tapes_[tape].next_is_bar() ? 0U : 1U, tape});
  }

  /// The next event of all files. A bar that ends now comes before what happens now.
  std::optional<market_event> step() {
    if (!ending_.empty() && (waiting_.empty() || ending_.begin()->first <= waiting_.begin()->at))
      return end_minute(ending_.begin()->second);
    const auto tape = waiting_.begin()->tape;
    waiting_.erase(waiting_.begin());
    auto event = tapes_[tape].take();
    if (!event) {
      failure_ = std::move(event).failure();
      return std::nullopt;
    }
    queue(tape);
    if (const auto* print = std::get_if<trade>(&*event)) count(*print);
    if (const auto* whole = std::get_if<bar>(&*event))
      if (!keep(*whole, tapes_[tape].path())) return std::nullopt;
    return std::move(*event);
  }

  void count(const trade& print) {
    const auto symbol = print.symbol.value;
    if (!aggregated_[symbol]) return;
    auto& minute = minutes_[symbol];
    if (minute.sum.empty()) {
      minute.start = minute_of(print.ts_event);
      ending_.emplace(minute.start + one_minute, symbol);
    }
    minute.sum.add(print);
  }

  std::optional<market_event> end_minute(std::uint32_t symbol) {
    ending_.erase(ending_.begin());
    auto& minute = minutes_[symbol];
    const auto whole = minute.sum.take(symbol_id{symbol}, minute.start);
    if (!whole) return std::nullopt;
    keep(*whole, {});
    return *whole;
  }

  bool keep(const bar& whole, const std::filesystem::path& from) {
    auto& bars = history_[whole.symbol.value];
    if (!bars.empty() && bars.back().start >= whole.start) {
      failure_ =
          error{ec::parse_failed,
                from.string() + ": the bar of " + symbols_[whole.symbol.value].symbol + " at " +
                    format_rfc3339(whole.start) + " came from another file already; remove one"};
      return false;
    }
    bars.push_back(whole);
    if (bars.size() > history_bars_max_) bars.pop_front();
    return true;
  }

  std::vector<listed_symbol> symbols_;
  std::vector<recorded_tape> tapes_;
  /// Symbols whose bars are made here, from single trades.
  std::vector<bool> aggregated_;
  std::size_t history_bars_max_;
  utc_ns start_{};
  /// Tapes by the time of their next event.
  std::set<waiting_tape> waiting_;
  /// Symbols with an open minute, by its end.
  std::set<std::pair<utc_ns, std::uint32_t>> ending_;
  std::vector<open_minute> minutes_;
  std::vector<std::deque<bar>> history_;
  std::optional<error> failure_;
};

/// What the files together say about one symbol.
struct symbol_files {
  std::uint32_t id = 0;
  bool quotes = false;
  bool single_trades = false;
  bool minute_bars = false;
};

result<utc_ns> start_of(const replay_options& options, const std::vector<recorded_tape>& tapes) {
  std::optional<utc_ns> first;
  for (const auto& tape : tapes)
    if (const auto next = tape.next_time(); next && (!first || *next < *first)) first = next;
  if (!first) return {ec::not_found, "the recordings hold no market events"};
  if (options.start) return *options.start;
  for (const auto& session : options.sessions)
    if (session.close > *first) return session.open - lead_before_open;
  return *first;
}

}  // namespace

result<std::unique_ptr<market_source>> open_replay(replay_options options) {
  if (options.files.empty())
    return {ec::invalid_argument, "a replay needs at least one recorded file"};
  if (options.files.size() > replay_files_max)
    return {ec::out_of_range, "a replay takes at most " + std::to_string(replay_files_max) +
                                  " files; join some of them"};
  std::vector<recorded_file> files;
  std::vector<listed_symbol> symbols;
  std::map<std::string, symbol_files> known;
  for (const auto& path : options.files) {
    auto file = identify(path);
    if (!file) return std::move(file).failure();
    const auto [at, added] = known.try_emplace(file->symbol);
    if (added) {
      at->second.id = static_cast<std::uint32_t>(symbols.size());
      symbols.push_back({.symbol = file->symbol, .name = file->symbol});
    }
    at->second.quotes |= has_quotes(file->kind);
    at->second.single_trades |= has_single_trades(file->kind);
    at->second.minute_bars |= file->kind == recording::minute_bars;
    files.push_back(std::move(*file));
  }

  std::vector<bool> aggregated(symbols.size());
  for (const auto& [symbol, of] : known) {
    if (of.single_trades && of.minute_bars)
      return {ec::unsupported, symbol +
                                   " comes both as single trades and as minute bars, which "
                                   "would count its volume twice; give one of the two"};
    aggregated[of.id] = of.single_trades;
  }

  std::vector<recorded_tape> tapes;
  tapes.reserve(files.size());
  for (const auto& file : files) {
    const auto& of = known.at(file.symbol);
    const auto quotes = of.quotes ? made_up_quotes::no : made_up_quotes::yes;
    auto tape = recorded_tape::open(file, symbol_id{of.id}, {quotes, options.path});
    if (!tape) return std::move(tape).failure();
    tapes.push_back(std::move(*tape));
  }

  const auto start = start_of(options, tapes);
  if (!start) return start.failure();
  auto out = std::make_unique<market_replayer>(std::move(symbols), std::move(tapes),
                                               std::move(aggregated), options.history_bars_max);
  auto begun = out->begin(*start);
  if (!begun) return std::move(begun).failure();
  return std::unique_ptr<market_source>{std::move(out)};
}

}  // namespace bw::venue
