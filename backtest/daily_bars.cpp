#include "backtest/daily_bars.hpp"

#include <algorithm>

#include "venue/csv_reader.hpp"

namespace bw {
namespace {

constexpr std::string_view header = "date,open,high,low,close,volume";
constexpr nanoseconds before_the_end = std::chrono::seconds{1};

struct daily_row {
  calendar_date date;
  price open;
  price high;
  price low;
  price close;
  quantity volume;
};

result<daily_row> row_of(const venue::csv_reader& reader) {
  const auto& fields = reader.fields();
  daily_row out;
  const auto date = parse_date(fields[0]);
  if (!date) return reader.bad_field(0, "it must be a date such as 2014-06-09");
  out.date = *date;
  price* const prices[] = {&out.open, &out.high, &out.low, &out.close};
  for (std::size_t k = 0; k < std::size(prices); ++k) {
    const auto read = price::parse(fields[k + 1]);
    if (!read || !read->is_positive())
      return reader.bad_field(k + 1, "it must be a price such as 187.35");
    *prices[k] = *read;
  }
  if (out.low > std::min(out.open, out.close) || out.high < std::max(out.open, out.close))
    return reader.bad_line("open or close lie outside of low and high");
  const auto volume = quantity::parse(fields[5]);
  if (!volume || volume->is_negative()) return reader.bad_field(5, "it must be a number of shares");
  out.volume = *volume;
  return out;
}

void play(const daily_row& row, const session_day& day, venue::bar_path path,
          std::vector<market_event>& out) {
  const auto third = (day.close - day.open) / 3;
  const utc_ns at[] = {day.open, day.open + third, day.open + 2 * third,
                       day.close - before_the_end};
  const auto prices = venue::path_of(row.open, row.high, row.low, row.close, path);
  for (std::size_t k = 0; k < venue::path_points; ++k) {
    out.push_back(venue::quote_around(symbol_id{0}, prices[k], at[k]));
    const auto size = venue::path_size(row.volume, k);
    if (!size.is_positive()) continue;
    out.push_back(trade{.symbol = symbol_id{0},
                        .last = prices[k],
                        .size = size,
                        .ts_event = at[k] + venue::path_trade_delay});
  }
}

}  // namespace

result<std::shared_ptr<const market_table>> load_daily_bars(const std::filesystem::path& file,
                                                            const std::string& symbol,
                                                            const session_calendar& calendar,
                                                            venue::bar_path path) {
  auto reader = venue::csv_reader::open(file);
  if (!reader) return std::move(reader).failure();
  if (reader->header() != header)
    return {ec::parse_failed, file.string() + ":1: daily bars begin with " + std::string{header}};
  auto out = std::make_shared<market_table>();
  out->symbols.push_back({.symbol = symbol, .name = symbol});
  std::optional<calendar_date> before;
  for (;;) {
    const auto more = reader->next();
    if (!more) return more.failure();
    if (!*more) break;
    const auto row = row_of(*reader);
    if (!row) return row.failure();
    if (before && row->date <= *before)
      return reader->bad_field(0, "it must lie after the date before it");
    before = row->date;
    const auto day = calendar.session_on(row->date);
    if (!day) return reader->bad_field(0, "there is no session on it");
    play(*row, *day, path, out->events);
  }
  return std::shared_ptr<const market_table>{std::move(out)};
}

}  // namespace bw
