#include "backtest/adjusted_market.hpp"

#include <algorithm>

#include "venue/csv_reader.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

constexpr std::string_view factors_header = "last_date,price_factor,split_factor,reference_price";
constexpr std::int64_t rows_max = 100'000;

template <class Decimal>
Decimal scaled(Decimal x, std::int64_t parts) {
  return Decimal::from_units(static_cast<std::int64_t>(
      divide_half_even(static_cast<int128>(x.units()) * parts, adjustment_unit)));
}

class adjusted_market final : public venue::market_source {
 public:
  adjusted_market(std::unique_ptr<venue::market_source> raw,
                  std::vector<price_adjustment> adjustments)
      : raw_(std::move(raw)), by_symbol_(raw_->symbols().size()) {
    for (const auto& each : adjustments) by_symbol_[each.symbol.value].push_back(each);
  }

  const std::vector<venue::listed_symbol>& symbols() const override { return raw_->symbols(); }
  utc_ns start_time() const override { return raw_->start_time(); }
  std::optional<utc_ns> next_time() const override { return raw_->next_time(); }
  std::optional<error> failure() const override { return raw_->failure(); }

  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    const auto first = out.size();
    raw_->advance(now, limit, out);
    for (auto k = first; k < out.size(); ++k) std::visit([this](auto& x) { adjust(x); }, out[k]);
  }

  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    auto out = raw_->minute_bars(symbol, from, to, now);
    for (auto& each : out) adjust(each);
    return out;
  }

 private:
  const price_adjustment* factor(symbol_id symbol, utc_ns at) const {
    const auto& rows = by_symbol_[symbol.value];
    const auto found = std::upper_bound(rows.begin(), rows.end(), at,
                                        [](utc_ns t, const auto& x) { return t < x.until; });
    return found == rows.end() ? nullptr : &*found;
  }

  void adjust(quote& x) const {
    const auto* by = factor(x.symbol, x.ts_event);
    if (by == nullptr) return;
    for (auto* at : {&x.bid, &x.ask}) *at = scaled(*at, by->price_parts);
    for (auto* size : {&x.bid_size, &x.ask_size}) *size = scaled(*size, by->share_parts);
  }
  void adjust(trade& x) const {
    const auto* by = factor(x.symbol, x.ts_event);
    if (by == nullptr) return;
    x.last = scaled(x.last, by->price_parts);
    x.size = scaled(x.size, by->share_parts);
  }
  void adjust(bar& x) const {
    const auto* by = factor(x.symbol, x.start);
    if (by == nullptr) return;
    for (auto* at : {&x.open, &x.high, &x.low, &x.close, &x.vwap})
      *at = scaled(*at, by->price_parts);
    x.volume = scaled(x.volume, by->share_parts);
  }
  void adjust(trading_status&) const {}
  void adjust(feed_status&) const {}

  std::unique_ptr<venue::market_source> raw_;
  /// By `until`.
  std::vector<std::vector<price_adjustment>> by_symbol_;
};

result<std::vector<price_adjustment>> read_factors(const std::filesystem::path& file,
                                                   symbol_id symbol,
                                                   const session_calendar& calendar) {
  auto reader = venue::csv_reader::open(file);
  if (!reader) return std::move(reader).failure();
  if (reader->header() != factors_header)
    return {ec::parse_failed,
            file.string() + ":1: the header must be " + std::string{factors_header}};
  std::vector<price_adjustment> out;
  for (;;) {
    const auto more = reader->next();
    if (!more) return more.failure();
    if (!*more) return out;
    const auto& fields = reader->fields();
    const auto date = parse_date(fields[0]);
    if (!date) return reader->bad_field(0, "it must be a date such as 2014-06-06");
    const auto prices = price::parse(fields[1]);
    const auto splits = price::parse(fields[2]);
    if (!prices || !prices->is_positive()) return reader->bad_field(1, "it must be a factor");
    if (!splits || !splits->is_positive()) return reader->bad_field(2, "it must be a factor");
    const auto next_day = civil_from_days(days_from_civil(*date) + 1);
    const auto product = static_cast<int128>(prices->units()) * splits->units();
    price_adjustment row;
    row.symbol = symbol;
    row.until = calendar.utc_from_new_york(next_day, std::chrono::minutes{0});
    row.price_parts = static_cast<std::int64_t>(product / 1'000'000);
    row.share_parts = static_cast<std::int64_t>(static_cast<int128>(adjustment_unit) *
                                                decimal_scale / splits->units());
    if (!out.empty() && row.until <= out.back().until)
      return reader->bad_field(0, "the dates must rise");
    if (out.size() == rows_max) return reader->bad_line("there are too many rows");
    out.push_back(row);
  }
}

}  // namespace

std::unique_ptr<venue::market_source> adjust_market(std::unique_ptr<venue::market_source> raw,
                                                    std::vector<price_adjustment> adjustments) {
  return std::make_unique<adjusted_market>(std::move(raw), std::move(adjustments));
}

result<std::vector<price_adjustment>> load_adjustments(
    const std::filesystem::path& folder, const std::vector<venue::listed_symbol>& symbols,
    const session_calendar& calendar) {
  std::vector<price_adjustment> out;
  std::error_code none;
  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    const auto file = folder / (symbols[k].symbol + "_factors.csv");
    if (!std::filesystem::exists(file, none)) continue;
    auto rows = read_factors(file, symbol_id{k}, calendar);
    if (!rows) return std::move(rows).failure();
    out.insert(out.end(), rows->begin(), rows->end());
  }
  if (out.empty())
    return {ec::not_found, folder.string() +
                               ": no file SYMBOL_factors.csv for any symbol; adjusted prices need "
                               "backtest.corporate_actions to be a folder with such files"};
  return out;
}

}  // namespace bw
