#include "backtest/market_table.hpp"

#include <algorithm>
#include <limits>

#include "venue/market_replayer.hpp"
#include "venue/minute_aggregate.hpp"
#include "venue/recorded_tape.hpp"

namespace bw {
namespace {

using venue::path_points;

/// Each point of a minute has a step for its quotes and one for its trades; the bars come last.
constexpr std::size_t steps = 2 * path_points;
constexpr std::size_t events_at_once = 4'096;
constexpr std::size_t passed = SIZE_MAX / 2;

/// Minute after minute, step after step, row after row.
class minute_player final : public venue::market_source {
 public:
  minute_player(std::shared_ptr<const market_table> table, const table_play& options)
      : table_(std::move(table)), options_(options) {
    const auto& rows = table_->minutes;
    const auto first = std::lower_bound(rows.begin(), rows.end(), options.start,
                                        [](const bar& x, utc_ns t) { return x.start < t; });
    begin_ = static_cast<std::size_t>(first - rows.begin());
    open_group();
  }

  const std::vector<venue::listed_symbol>& symbols() const override { return table_->symbols; }
  utc_ns start_time() const override { return options_.start; }

  std::optional<utc_ns> next_time() const override {
    if (begin_ == end_) return std::nullopt;
    return time_of_step();
  }

  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    for (std::size_t k = 0; k < limit && begin_ != end_ && time_of_step() <= now; ++k) {
      emit(out);
      move_on();
    }
  }

  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    std::vector<bar> out;
    const auto& rows = table_->minutes;
    auto at = std::lower_bound(rows.begin(), rows.end(), from,
                               [](const bar& x, utc_ns t) { return x.start < t; });
    for (; at != rows.end() && at->start <= to && at->start + venue::one_minute <= now; ++at) {
      if (at->symbol != symbol) continue;
      out.push_back(*at);
      out.back().origin = bar_origin::history;
    }
    return out;
  }

  minute_ahead whole_minute() const override {
    if (taken_ != 0 && taken_ != end_ - begin_) return {};
    return {{table_->minutes.data() + begin_, end_ - begin_}, taken_ != 0};
  }
  venue::bar_path path() const override { return options_.path; }
  void skip_inside() override {
    taken_ = passed;
    step_ = steps;
    row_ = begin_;
  }
  void skip_minute() override {
    begin_ = end_;
    open_group();
  }

 private:
  utc_ns time_of_step() const {
    const auto start = table_->minutes[begin_].start;
    if (step_ == steps) return start + venue::one_minute;
    const auto at = start + venue::path_offsets[step_ / 2];
    return step_ % 2 == 0 ? at : at + venue::path_trade_delay;
  }

  void emit(std::vector<market_event>& out) {
    ++taken_;
    const auto& row = table_->minutes[row_];
    if (step_ == steps) {
      out.emplace_back(row);
      return;
    }
    const auto point = step_ / 2;
    const auto at = venue::path_of(row.open, row.high, row.low, row.close, options_.path)[point];
    if (step_ % 2 == 0) {
      out.emplace_back(venue::quote_around(row.symbol, at, time_of_step()));
    } else {
      out.emplace_back(trade{.symbol = row.symbol,
                             .last = at,
                             .size = venue::path_size(row.volume, point),
                             .venue_trade_id = ++trades_,
                             .ts_event = time_of_step()});
    }
  }

  bool is_empty() const {
    return step_ < steps && step_ % 2 == 1 &&
           !venue::path_size(table_->minutes[row_].volume, step_ / 2).is_positive();
  }

  void move_on() {
    do {
      if (++row_ < end_) continue;
      row_ = begin_;
      if (++step_ <= steps) continue;
      begin_ = end_;
      open_group();
    } while (begin_ != end_ && is_empty());
  }

  void open_group() {
    const auto& rows = table_->minutes;
    end_ = begin_;
    while (end_ < rows.size() && rows[end_].start == rows[begin_].start) ++end_;
    row_ = begin_;
    step_ = 0;
    taken_ = 0;
  }

  std::shared_ptr<const market_table> table_;
  table_play options_;
  /// Rows of the minute that is played.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t row_ = 0;
  std::size_t step_ = 0;
  /// Events of it that were given out; `passed` where it was gone past without them.
  std::size_t taken_ = 0;
  std::uint64_t trades_ = 0;
};

class event_player final : public venue::market_source {
 public:
  event_player(std::shared_ptr<const market_table> table, utc_ns start)
      : table_(std::move(table)), start_(start) {
    const auto& all = table_->events;
    next_ = static_cast<std::size_t>(
        std::partition_point(all.begin(), all.end(),
                             [&](const auto& x) { return venue::emission_time(x) < start; }) -
        all.begin());
  }

  const std::vector<venue::listed_symbol>& symbols() const override { return table_->symbols; }
  utc_ns start_time() const override { return start_; }
  std::optional<utc_ns> next_time() const override {
    if (next_ == table_->events.size()) return std::nullopt;
    return venue::emission_time(table_->events[next_]);
  }
  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    const auto& all = table_->events;
    for (std::size_t k = 0; k < limit && next_ < all.size(); ++k, ++next_) {
      if (venue::emission_time(all[next_]) > now) return;
      out.push_back(all[next_]);
    }
  }
  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    std::vector<bar> out;
    for (const auto& event : table_->events) {
      if (venue::emission_time(event) > now) break;
      const auto* x = std::get_if<bar>(&event);
      if (x == nullptr || x->symbol != symbol || x->start < from || x->start > to) continue;
      out.push_back(*x);
      out.back().origin = bar_origin::history;
    }
    return out;
  }

 private:
  std::shared_ptr<const market_table> table_;
  utc_ns start_;
  std::size_t next_ = 0;
};

}  // namespace

result<std::shared_ptr<const market_table>> load_market_table(
    std::vector<std::filesystem::path> files) {
  bool minutes_alone = true;
  for (const auto& file : files) {
    const auto known = venue::identify(file);
    if (!known) return known.failure();
    minutes_alone = minutes_alone && known->kind == venue::recording::minute_bars;
  }
  venue::replay_options options;
  options.files = std::move(files);
  options.start = utc_ns{};
  options.history_bars_max = 1;
  const auto source = venue::open_replay(std::move(options));
  if (!source) return source.failure();
  auto out = std::make_shared<market_table>();
  out->symbols = (*source)->symbols();
  std::vector<market_event> read;
  while ((*source)->next_time()) {
    read.clear();
    (*source)->advance(utc_ns{INT64_MAX}, events_at_once, read);
    for (auto& event : read) {
      if (!minutes_alone)
        out->events.push_back(event);
      else if (const auto* whole = std::get_if<bar>(&event))
        out->minutes.push_back(*whole);
    }
  }
  if (const auto failed = (*source)->failure()) return *failed;
  return std::shared_ptr<const market_table>{std::move(out)};
}

result<void> load_events(std::vector<std::filesystem::path> files, venue::bar_path path,
                         market_table& into) {
  venue::replay_options options;
  options.files = std::move(files);
  options.start = utc_ns{};
  options.history_bars_max = 1;
  options.path = path;
  const auto source = venue::open_replay(std::move(options));
  if (!source) return source.failure();
  into.symbols = (*source)->symbols();
  while ((*source)->next_time()) (*source)->advance(utc_ns{INT64_MAX}, events_at_once, into.events);
  if (const auto failed = (*source)->failure()) return *failed;
  return {};
}

std::unique_ptr<venue::market_source> play_table(std::shared_ptr<const market_table> table,
                                                 const table_play& options) {
  if (table->events.empty()) return std::make_unique<minute_player>(std::move(table), options);
  return std::make_unique<event_player>(std::move(table), options.start);
}

}  // namespace bw
