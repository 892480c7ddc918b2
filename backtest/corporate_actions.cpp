#include "backtest/corporate_actions.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "venue/csv_reader.hpp"

namespace bw {
namespace {

constexpr std::string_view actions_header = "date,symbol,kind,value";
constexpr std::string_view factors_header = "last_date,price_factor,split_factor,reference_price";
/// Largest number of shares on either side of a split that is looked for in a factor.
constexpr std::int64_t split_terms_max = 100;

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<split_ratio> parse_split(std::string_view text) {
  const auto colon = text.find(':');
  const auto after = whole(text.substr(0, colon));
  const auto before = colon == std::string_view::npos ? std::optional<std::int64_t>{1}
                                                      : whole(text.substr(colon + 1));
  if (!after || !before || *after < 1 || *before < 1 || *after > split_ratio::ratio_max ||
      *before > split_ratio::ratio_max)
    return std::nullopt;
  return split_ratio{*after, *before};
}

result<corporate_action> action_of(const venue::csv_reader& row) {
  const auto& fields = row.fields();
  corporate_action out;
  const auto date = parse_date(fields[0]);
  if (!date) return row.bad_field(0, "it must be a date such as 2014-06-09");
  out.ex_date = *date;
  out.symbol = fields[1];
  if (fields[2] == "split") {
    const auto split = parse_split(fields[3]);
    if (!split) return row.bad_field(3, "it must be a ratio such as 7:1");
    out.what = *split;
  } else if (fields[2] == "dividend") {
    const auto amount = price::parse(fields[3]);
    if (!amount || !amount->is_positive()) return row.bad_field(3, "it must be dollars a share");
    out.what = cash_dividend{*amount};
  } else {
    return row.bad_field(2, "it must be split or dividend");
  }
  return out;
}

/// Factors and the reference price in units of 1e-9.
struct factor_row {
  calendar_date last_date;
  std::int64_t price_factor = decimal_scale;
  std::int64_t split_factor = decimal_scale;
  std::int64_t reference = 0;
};

result<factor_row> factors_of(const venue::csv_reader& row) {
  const auto& fields = row.fields();
  const auto date = parse_date(fields[0]);
  if (!date) return row.bad_field(0, "it must be a date such as 2014-06-06");
  factor_row out{*date};
  std::size_t column = 1;
  for (auto* at : {&out.price_factor, &out.split_factor, &out.reference}) {
    const auto read = price::parse(fields[column]);
    if (!read || read->is_negative()) return row.bad_field(column, "it must be a number");
    *at = read->units();
    ++column;
  }
  if (out.price_factor <= 0 || out.split_factor <= 0)
    return row.bad_field(1, "a factor is above zero");
  return out;
}

/// The ratio of small numbers that is nearest to `after_parts` over `before_parts`.
split_ratio nearest_ratio(std::int64_t after_parts, std::int64_t before_parts) {
  constexpr int128 unit = 1'000'000'000'000;
  const auto whole = static_cast<int128>(after_parts) * unit / before_parts;
  // A larger denominator has to be clearly better, or the file's rounding would choose it.
  const auto clearly = whole / 1'000;
  split_ratio best;
  auto distance = whole > unit ? whole - unit : unit - whole;
  for (std::int64_t before = 1; before <= split_terms_max; ++before) {
    const auto after = divide_half_even(static_cast<int128>(after_parts) * before, before_parts);
    if (after < 1 || after > split_ratio::ratio_max) continue;
    const auto seen = after * unit / before;
    const auto off = seen > whole ? seen - whole : whole - seen;
    if (off + clearly >= distance) continue;
    best = {static_cast<std::int64_t>(after), before};
    distance = off;
  }
  return best;
}

calendar_date session_after(const session_calendar& calendar, calendar_date date) {
  auto day = days_from_civil(date) + 1;
  const auto last = day + 14;
  while (day < last && !calendar.session_on(civil_from_days(day))) ++day;
  return civil_from_days(day);
}

void add_actions(const factor_row& row, const factor_row& next, const std::string& symbol,
                 const session_calendar& calendar, std::vector<corporate_action>& out) {
  const auto ex_date = session_after(calendar, row.last_date);
  const auto change = next.split_factor - row.split_factor;
  if ((change < 0 ? -change : change) > row.split_factor / 10'000)
    out.push_back({ex_date, symbol, nearest_ratio(next.split_factor, row.split_factor)});
  const auto lost = next.price_factor - row.price_factor;
  if (lost <= 0) return;
  const auto paid = static_cast<int128>(row.reference) * lost;
  const auto steps = divide_half_even(paid, static_cast<int128>(next.price_factor) * 100'000);
  if (steps > 0)
    out.push_back({ex_date, symbol,
                   cash_dividend{price::from_units(static_cast<std::int64_t>(steps) * 100'000)}});
}

result<void> read_factors(const std::filesystem::path& file, const std::string& symbol,
                          const session_calendar& calendar, std::vector<corporate_action>& out) {
  auto reader = venue::csv_reader::open(file);
  if (!reader) return std::move(reader).failure();
  if (reader->header() != factors_header)
    return {ec::parse_failed,
            file.string() + ":1: the header must be " + std::string{factors_header}};
  std::optional<factor_row> before;
  for (;;) {
    const auto more = reader->next();
    if (!more) return more.failure();
    if (!*more) return {};
    const auto row = factors_of(*reader);
    if (!row) return row.failure();
    if (before && row->last_date <= before->last_date)
      return reader->bad_field(0, "the dates must rise");
    if (before) add_actions(*before, *row, symbol, calendar, out);
    if (out.size() > corporate_actions_max) return reader->bad_line("there are too many actions");
    before = *row;
  }
}

result<std::vector<corporate_action>> read_plain(const std::filesystem::path& file) {
  auto reader = venue::csv_reader::open(file);
  if (!reader) return std::move(reader).failure();
  if (reader->header() != actions_header)
    return {ec::parse_failed,
            file.string() + ":1: the header must be " + std::string{actions_header}};
  std::vector<corporate_action> out;
  for (;;) {
    const auto more = reader->next();
    if (!more) return more.failure();
    if (!*more) return out;
    auto action = action_of(*reader);
    if (!action) return std::move(action).failure();
    out.push_back(std::move(*action));
    if (out.size() > corporate_actions_max) return reader->bad_line("there are too many actions");
  }
}

}  // namespace

result<std::vector<corporate_action>> load_corporate_actions(
    const std::filesystem::path& from, const std::vector<std::string>& symbols,
    const session_calendar& calendar) {
  std::vector<corporate_action> out;
  std::error_code none;
  if (std::filesystem::is_directory(from, none)) {
    for (const auto& symbol : symbols) {
      const auto file = from / (symbol + "_factors.csv");
      if (!std::filesystem::exists(file, none)) continue;
      if (auto read = read_factors(file, symbol, calendar, out); !read)
        return std::move(read).failure();
    }
  } else {
    auto read = read_plain(from);
    if (!read) return std::move(read).failure();
    out = std::move(*read);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.ex_date < b.ex_date; });
  return out;
}

}  // namespace bw
