#include "feeds/kept_history.hpp"

#include <algorithm>
#include <utility>

#include "core/log.hpp"
#include "domain/data_quality.hpp"
#include "feeds/bar_pages.hpp"

namespace bw {
namespace {

/// What alpaca_history asks for.
constexpr const char* timeframe = "1Min";
constexpr const char* adjustment = "split";

}  // namespace

struct kept_history::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, data_requests& requests, metrics_registry& metrics, kept_history_options o)
      : loop(l),
        options(std::move(o)),
        host(l, requests, options.fetch),
        wanted(options.fetch.symbols),
        pages([this](utc_ns at) { return options.days->new_york_date(at); }),
        duplicates(metrics.add_counter("bellwether_data_duplicate_bars_total",
                                       "Bars that came twice or out of order and were left out.",
                                       {{"from", "history"}})),
        gap_days(metrics.add_counter("bellwether_data_history_gaps_total",
                                     "Former days of a symbol that came with a gap of more than "
                                     "five minutes, or without a bar.")) {}

  void reset() {
    ++generation;
    host.cancel();
    read = {};
    done = {};
    known.clear();
    missing.clear();
    pages = bar_pages{[this](utc_ns at) { return options.days->new_york_date(at); }};
  }

  template <class Call>
  auto guarded(Call call) {
    return [weak = weak_from_this(), asked = generation, call](auto&&... xs) {
      const auto self = weak.lock();
      if (self && self->generation == asked) call(*self, std::forward<decltype(xs)>(xs)...);
    };
  }

  bool keeps() const { return options.store != nullptr && options.days; }
  bar_series series_of(const std::string& symbol) const {
    return {symbol, options.fetch.feed_name, timeframe, adjustment};
  }
  template <class Use>
  void each_day(Use use) const {
    for (auto day = days_from_civil(first); day < days_from_civil(today); ++day)
      use(civil_from_days(day));
  }

  /// One symbol a turn, so that a long list holds up nothing else on the loop.
  void look_up() {
    if (next == wanted.size()) return fetch_missing();
    const auto& symbol = wanted[next++];
    std::vector<std::string> found;
    bool whole = true;
    each_day([&](calendar_date day) {
      if (!whole) return;
      auto page = options.store->load(series_of(symbol), day, today);
      whole = page.has_value();
      if (page) found.push_back(std::move(*page));
    });
    // Copied, because what it does with the bars may end the fetch.
    const auto use = read;
    const auto asked = generation;
    for (auto& page : found) {
      if (!whole) break;
      whole = use(std::move(page)).ok();
      if (generation != asked) return;
    }
    (whole ? known : missing).push_back(symbol);
    loop.post(guarded([](state& s) { s.look_up(); }));
  }

  void fetch_missing() {
    if (missing.empty()) return fetch_today();
    host.use(missing);
    const auto use = read;
    host.fetch(
        from, to,
        [this, use](std::string body) -> result<std::string> {
          const auto asked = generation;
          auto copy = body;
          auto token = use(std::move(body));
          // What the reader of bars refuses is fetched again, and must not be kept.
          if (generation == asked && token)
            if (const auto added = pages.add(std::move(copy)); !added) return added.failure();
          return token;
        },
        guarded([](state& s, result<void> how) {
          if (!how) return s.end(std::move(how));
          s.keep();
          s.fetch_today();
        }));
  }

  void keep() {
    std::uint64_t bars = 0;
    for (const auto& symbol : missing)
      each_day([&](calendar_date day) {
        bars += pages.bars(symbol, day);
        options.store->store(series_of(symbol), day, today, pages.page(symbol, day));
      });
    const auto left_out = pages.duplicates() + pages.disordered();
    duplicates.add(left_out);
    log_line(left_out > 0 ? log_level::warning : log_level::info, "feed", "history_kept",
             std::to_string(bars) + " past bars of " + std::to_string(missing.size()) +
                 " symbols fetched and kept, " + std::to_string(left_out) +
                 " left out because they came twice or out of order");
    look_for_gaps();
  }

  /// A feed that sees a part of all trades has them every day: told, and nothing else.
  void look_for_gaps() {
    const data_quality_limits limits;
    std::uint64_t found = 0;
    bar_gaps worst;
    std::string where;
    for (const auto& symbol : missing)
      each_day([&](calendar_date day) {
        const auto session = options.days->session_on(day);
        if (!session) return;
        const auto gaps = missing_in(*session, pages.starts(symbol, day), session->close);
        if (gaps.longest <= limits.gap_minutes_max) return;
        ++found;
        if (gaps.longest <= worst.longest) return;
        worst = gaps;
        where = symbol + " on " + format_date(day);
      });
    if (found == 0) return;
    gap_days.add(found);
    log_line(log_level::warning, "feed", "history_gaps",
             std::to_string(found) + " past days of symbols have gaps of more than " +
                 std::to_string(limits.gap_minutes_max) + " minutes; the longest is " + where +
                 ": " + std::to_string(worst.longest) + " minutes, " + std::to_string(worst.all) +
                 " of that day are missing");
  }

  /// Of the symbols whose former days were known only today is left.
  void fetch_today() {
    if (known.empty()) return end({});
    const auto use = read;
    host.use(known);
    host.fetch(options.days->utc_from_new_york(today, std::chrono::minutes{0}), to, use,
               guarded([](state& s, result<void> how) { s.end(std::move(how)); }));
  }

  void end(result<void> how) {
    ++generation;
    read = {};
    if (const auto call = std::exchange(done, {})) call(std::move(how));
  }

  net::io_loop& loop;
  kept_history_options options;
  alpaca_history host;
  symbol_list wanted;
  /// Symbols whose former days the store had, and the others.
  symbol_list known;
  symbol_list missing;
  bar_pages pages;
  page_reader read;
  std::function<void(result<void>)> done;
  utc_ns from;
  utc_ns to;
  calendar_date first;
  calendar_date today;
  std::size_t next = 0;
  /// Grows when a fetch ends: what comes later belongs to nobody.
  std::uint64_t generation = 0;
  counter& duplicates;
  counter& gap_days;
};

kept_history::kept_history(net::io_loop& loop, data_requests& requests, metrics_registry& metrics,
                           kept_history_options options)
    : state_(std::make_shared<state>(loop, requests, metrics, std::move(options))) {}

kept_history::~kept_history() { cancel(); }

void kept_history::cancel() { state_->reset(); }

void kept_history::use(symbol_list symbols) {
  cancel();
  state_->wanted = std::move(symbols);
  state_->host.use(state_->wanted);
}

void kept_history::fetch(utc_ns from, utc_ns to, page_reader read,
                         std::function<void(result<void>)> done) {
  cancel();
  auto& s = *state_;
  if (s.keeps()) {
    s.first = s.options.days->new_york_date(from);
    s.today = s.options.days->new_york_date(to);
  }
  if (!s.keeps() || to < from || s.first >= s.today) {
    s.host.use(s.wanted);
    return s.host.fetch(from, to, std::move(read), std::move(done));
  }
  s.from = s.options.days->utc_from_new_york(s.first, std::chrono::minutes{0});
  s.to = to;
  s.read = std::move(read);
  s.done = std::move(done);
  s.next = 0;
  s.loop.post(s.guarded([](state& self) { self.look_up(); }));
}

}  // namespace bw
