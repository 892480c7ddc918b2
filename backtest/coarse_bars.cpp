#include "backtest/coarse_bars.hpp"

#include <algorithm>
#include <charconv>

#include "strategies/bar_choice.hpp"
#include "venue/csv_reader.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

constexpr std::string_view day_header = "date,open,high,low,close,volume";
constexpr std::string_view bar_header = "ts_ns,time_utc,open,high,low,close,volume";
constexpr nanoseconds before_the_end = std::chrono::seconds{1};
constexpr nanoseconds hour = std::chrono::hours{1};
constexpr nanoseconds half_hour = std::chrono::minutes{30};
/// Rows after which a file whose rows all lie an hour apart is one of hours.
constexpr int rows_looked_at = 8;

std::optional<utc_ns> start_of(std::string_view field) {
  std::int64_t value = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), value);
  if (read.ec != std::errc{} || read.ptr != field.data() + field.size()) return std::nullopt;
  return utc_ns{value};
}

nanoseconds in_the_hour(utc_ns at) { return nanoseconds{at.value % hour.count()}; }

/// Of rows of the bar header: whether they are hours, and where in the hour they begin.
std::optional<coarse_file> hours_of(venue::csv_reader& reader) {
  coarse_file out;
  out.span = coarse_span::hour;
  std::optional<utc_ns> before;
  int rows = 0;
  for (; rows < rows_looked_at; ++rows) {
    const auto more = reader.next();
    if (!more || !*more) break;
    const auto at = start_of(reader.fields()[0]);
    if (!at) return std::nullopt;
    const auto past = in_the_hour(*at);
    if (past != nanoseconds{0} && past != half_hour) return std::nullopt;
    if (before && (*at - *before < hour || past != in_the_hour(*before))) return std::nullopt;
    out.from_the_open = past == half_hour;
    before = at;
  }
  return rows > 1 ? std::optional{out} : std::nullopt;
}

/// Prices and shares from the column `first` on.
result<coarse_bar> bar_of(const venue::csv_reader& reader, std::size_t first) {
  coarse_bar out;
  const auto& fields = reader.fields();
  price* const prices[] = {&out.open, &out.high, &out.low, &out.close};
  for (std::size_t k = 0; k < std::size(prices); ++k) {
    const auto read = price::parse(fields[first + k]);
    if (!read || !read->is_positive())
      return reader.bad_field(first + k, "it must be a price such as 187.35");
    *prices[k] = *read;
  }
  if (out.low > std::min(out.open, out.close) || out.high < std::max(out.open, out.close))
    return reader.bad_line("open or close lie outside of low and high");
  const auto volume = quantity::parse(fields[first + 4]);
  if (!volume || volume->is_negative())
    return reader.bad_field(first + 4, "it must be a number of shares");
  out.volume = *volume;
  return out;
}

/// The part of a row that lies in a session, empty for an hour outside; an error with the line for
/// a day that has none.
struct covered {
  utc_ns from;
  utc_ns to;
};
result<covered> covered_by_row(const venue::csv_reader& reader, const coarse_file& file,
                               const session_calendar& calendar) {
  const auto& field = reader.fields()[0];
  if (file.span == coarse_span::day) {
    const auto date = parse_date(field);
    if (!date) return reader.bad_field(0, "it must be a date such as 2014-06-09");
    const auto day = calendar.session_on(*date);
    if (!day) return reader.bad_field(0, "there is no session on it");
    return covered{day->open, day->close};
  }
  const auto at = start_of(field);
  if (!at) return reader.bad_field(0, "it must be nanoseconds since 1970");
  const auto day = calendar.session_on(calendar.new_york_date(*at));
  const covered out{day ? std::max(*at, day->open) : utc_ns{},
                    day ? std::min(*at + hour, day->close) : utc_ns{}};
  return out;
}

result<void> play_file(const coarse_file& file, symbol_id symbol, const session_calendar& calendar,
                       venue::bar_path path, std::vector<market_event>& out) {
  auto reader = venue::csv_reader::open(file.path);
  if (!reader) return std::move(reader).failure();
  if (file.span == coarse_span::day && reader->header() != day_header)
    return {ec::parse_failed,
            file.path.string() + ":1: daily bars begin with " + std::string{day_header}};
  const std::size_t first_price = file.span == coarse_span::day ? 1 : 2;
  utc_ns end{INT64_MIN};
  for (;;) {
    const auto more = reader->next();
    if (!more) return more.failure();
    if (!*more) return {};
    const auto when = covered_by_row(*reader, file, calendar);
    if (!when) return when.failure();
    if (when->to <= when->from) continue;
    if (when->from < end) return reader->bad_field(0, "it must lie after the one before it");
    end = when->to;
    auto bar = bar_of(*reader, first_price);
    if (!bar) return std::move(bar).failure();
    bar->symbol = symbol;
    play_coarse_bar(*bar, when->from, when->to, path, out);
  }
}

symbol_id id_of(const std::string& symbol, std::vector<venue::listed_symbol>& symbols) {
  for (std::uint32_t k = 0; k < symbols.size(); ++k)
    if (symbols[k].symbol == symbol) return symbol_id{k};
  symbols.push_back({.symbol = symbol, .name = symbol});
  return symbol_id{static_cast<std::uint32_t>(symbols.size() - 1)};
}

/// Why the bars of a strategy cannot be made of the file's; empty when they can.
std::string why_not(const strategy_config& strategy, const coarse_file& file) {
  const auto choice = parse_bar_choice(strategy.bars);
  const auto rows = "bars of one " + std::string{to_string(file.span)};
  if (!choice || !*choice)
    return "decides on bars of five minutes, which " + rows + " do not hold: give minute bars";
  if ((*choice)->rule != bar_rule::time)
    return "makes its bars of single trades, which " + rows + " do not hold: give minute bars";
  const bool fits = file.span == coarse_span::hour && file.from_the_open &&
                    (*choice)->length % hour == nanoseconds{0};
  if (fits) return {};
  return "has bars \"" + strategy.bars + "\", counted from the open, and " + rows +
         (file.span == coarse_span::hour
              ? " of the clock reach over their borders: give minute bars, or hours that begin at "
                "half past with bars = \"time:3600\""
              : " are longer: give minute bars, or hours that begin at half past");
}

}  // namespace

std::string_view to_string(coarse_span x) noexcept {
  switch (x) {
    case coarse_span::hour: return "hour";
    case coarse_span::day: return "day";
  }
  return "invalid";
}

std::optional<coarse_file> identify_coarse(const std::filesystem::path& path) {
  auto reader = venue::csv_reader::open(path);
  if (!reader) return std::nullopt;
  std::optional<coarse_file> out;
  if (reader->header() == day_header)
    out.emplace();
  else if (reader->header() == bar_header)
    out = hours_of(*reader);
  if (!out) return out;
  const auto name = path.filename().string();
  out->path = path;
  out->symbol = name.substr(0, name.find_first_of("_."));
  return out;
}

void play_coarse_bar(const coarse_bar& x, utc_ns from, utc_ns to, venue::bar_path path,
                     std::vector<market_event>& out) {
  const auto third = (to - from) / 3;
  const utc_ns at[] = {from, from + third, from + 2 * third, to - before_the_end};
  const auto prices = venue::path_of(x.open, x.high, x.low, x.close, path);
  for (std::size_t k = 0; k < venue::path_points; ++k) {
    out.push_back(venue::quote_around(x.symbol, prices[k], at[k]));
    const auto size = venue::path_size(x.volume, k);
    if (!size.is_positive()) continue;
    out.push_back(trade{.symbol = x.symbol,
                        .last = prices[k],
                        .size = size,
                        .ts_event = at[k] + venue::path_trade_delay});
  }
}

result<void> check_grain(const node_config& config, const std::vector<coarse_file>& files) {
  for (const auto& strategy : config.strategies) {
    if (!strategy.enabled) continue;
    for (const auto& file : files) {
      const auto& watched = strategy.watchlist;
      if (std::find(watched.begin(), watched.end(), file.symbol) == watched.end()) continue;
      if (const auto why = why_not(strategy, file); !why.empty())
        return {ec::invalid_argument,
                file.path.string() + ": strategy '" + strategy.id + "' " + why};
    }
  }
  return {};
}

result<std::shared_ptr<const market_table>> load_coarse_table(
    std::vector<std::filesystem::path> fine, const std::vector<coarse_file>& coarse,
    const session_calendar& calendar, venue::bar_path path) {
  auto out = std::make_shared<market_table>();
  if (!fine.empty())
    if (auto read = load_events(std::move(fine), path, *out); !read)
      return std::move(read).failure();
  const auto fine_symbols = out->symbols.size();
  for (const auto& file : coarse) {
    const auto id = id_of(file.symbol, out->symbols);
    if (id.value < fine_symbols)
      return {ec::invalid_argument, file.path.string() + ": " + file.symbol +
                                        " has finer recordings as well; give one kind"};
    if (auto played = play_file(file, id, calendar, path, out->events); !played)
      return std::move(played).failure();
  }
  std::stable_sort(out->events.begin(), out->events.end(), [](const auto& a, const auto& b) {
    return venue::emission_time(a) < venue::emission_time(b);
  });
  return std::shared_ptr<const market_table>{std::move(out)};
}

}  // namespace bw
