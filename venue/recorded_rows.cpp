#include "venue/recorded_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "venue/bar_path.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw::venue {
namespace {

struct known_header {
  std::string_view text;
  recording kind;
};

constexpr known_header headers[] = {
    {"ts_ns,time_utc,open,high,low,close,volume", recording::minute_bars},
    {"ts_ns,time_utc,open,high,low,close,volume,vwap", recording::minute_bars},
    {"ts_ns,time_utc,open,high,low,close,volume,vwap,trades", recording::minute_bars},
    {"ts_ns,time_utc,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,"
     "ask_close,ask_size",
     recording::minute_quotes},
    {"ts_ns,price,size,exchange,condition_hex,suspicious", recording::trades},
    {"ts_ns,price,size,exchange,conditions,trade_id,tape", recording::trades_with_codes},
    {"ts_ns,bid_price,bid_size,bid_exchange,ask_price,ask_size,ask_exchange,condition_hex,"
     "suspicious",
     recording::quotes},
};

constexpr quantity round_lot = quantity::from_int(100);

/// Flags of numeric trade conditions: official open and close repeat a print that is there already.
constexpr std::uint64_t official_prints = 0x1000000 | 0x4000000;
/// Derivatively priced, out of sequence, average price: volume, but no price of this moment.
constexpr std::uint64_t priceless_prints = 0x200 | 0x4000 | 0x100000;
/// The same by letter: M and Q are official prints, 9 a corrected close.
constexpr std::string_view official_codes = "MQ9";
/// Average price, cash, next day, seller, price variation, prior reference, out of sequence,
/// derivatively priced, contingent, odd lot.
constexpr std::string_view priceless_codes = "BWCNRHPUZ47VI";

/// 2200-01-01: later times are mistakes, and sums with them could leave the range.
constexpr std::int64_t time_max = 7'258'118'400'000'000'000;

template <class Number>
bool read_number(std::string_view text, Number& out, int base = 10) {
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return problem == std::errc{} && stop == text.data() + text.size() && !text.empty();
}

enum class empty_field : bool { refused, zero };

result<price> price_at(const csv_reader& row, std::size_t column,
                       empty_field empty = empty_field::refused) {
  const auto text = row.fields()[column];
  if (text.empty() && empty == empty_field::zero) return price{};
  const auto out = price::parse(text);
  if (!out) return row.bad_field(column, "it must be a price such as 187.35");
  if (empty == empty_field::zero && out->is_zero()) return *out;
  if (!out->is_positive() || *out > recorded_price_max)
    return row.bad_field(column, "a price lies above 0 and not above " + recorded_price_max.text());
  return *out;
}

result<quantity> size_at(const csv_reader& row, std::size_t column,
                         empty_field empty = empty_field::refused) {
  const auto text = row.fields()[column];
  if (text.empty() && empty == empty_field::zero) return quantity{};
  const auto out = quantity::parse(text);
  if (!out) return row.bad_field(column, "it must be a number of shares");
  if (out->is_negative() || *out > recorded_size_max)
    return row.bad_field(column,
                         "a size lies between 0 and " + recorded_size_max.text() + " shares");
  return *out;
}

result<bool> flag_at(const csv_reader& row, std::size_t column) {
  const auto text = row.fields()[column];
  if (text != "0" && text != "1") return row.bad_field(column, "it must be 0 or 1");
  return text == "1";
}

struct ohlc {
  price open;
  price high;
  price low;
  price close;
};

/// Four columns open, high, low, close. All four may be empty where a side was absent.
result<ohlc> ohlc_at(const csv_reader& row, std::size_t column, empty_field empty) {
  ohlc out;
  std::size_t at = column;
  for (auto* x : {&out.open, &out.high, &out.low, &out.close}) {
    auto read = price_at(row, at++, empty);
    if (!read) return std::move(read).failure();
    *x = *read;
  }
  if (out.low > std::min(out.open, out.close))
    return row.bad_field(column + 2, "the low lies above open or close");
  if (out.high < std::max(out.open, out.close))
    return row.bad_field(column + 1, "the high lies below open or close");
  return out;
}

struct print_conditions {
  bool official = false;
  bool priceless = false;
};

result<print_conditions> flags_of(const csv_reader& row, std::size_t column) {
  std::uint64_t flags = 0;
  const auto text = row.fields()[column];
  if (!text.empty() && !read_number(text, flags, 16))
    return row.bad_field(column, "it must be a hexadecimal number");
  return print_conditions{(flags & official_prints) != 0, (flags & priceless_prints) != 0};
}

print_conditions codes_of(std::string_view codes) {
  print_conditions out;
  for (const char code : codes) {
    if (code == ' ' || code == '_') continue;
    out.official |= official_codes.find(code) != std::string_view::npos;
    out.priceless |= priceless_codes.find(code) != std::string_view::npos;
  }
  return out;
}

}  // namespace

std::optional<recording> recording_of(std::string_view header) {
  for (const auto& known : headers)
    if (known.text == header) return known.kind;
  return std::nullopt;
}

std::string known_headers() {
  std::string out;
  for (const auto& known : headers) {
    if (!out.empty()) out += " | ";
    out += known.text;
  }
  return out;
}

result<void> row_player::play(const csv_reader& row, std::deque<market_event>& out) {
  switch (kind_) {
    case recording::minute_bars: return play_bar(row, out);
    case recording::minute_quotes: return play_quote_bar(row, out);
    case recording::trades:
    case recording::trades_with_codes: return play_trade(row, out);
    case recording::quotes: return play_quote(row, out);
  }
  return {};
}

result<utc_ns> row_player::time_of(const csv_reader& row) {
  std::int64_t units = 0;
  if (!read_number(row.fields()[0], units) || units < 0 || units > time_max)
    return row.bad_field(0, "it must be nanoseconds since 1970, before the year 2200");
  const utc_ns out{units};
  if (last_ && out < *last_)
    return row.bad_field(0, "the row is older than the one before; sort the file by time");
  return out;
}

result<utc_ns> row_player::minute_start_of(const csv_reader& row) {
  auto out = time_of(row);
  if (!out) return out;
  if (minute_of(*out) != *out)
    return row.bad_field(0, "it is no full minute; only bars of one minute can be replayed");
  if (last_ && *out == *last_) return row.bad_field(0, "this minute was there already; remove one");
  const auto written = parse_rfc3339(row.fields()[1]);
  if (!written || *written != *out)
    return row.bad_field(1, "it must be the time of ts_ns, " + format_rfc3339(*out));
  last_ = *out;
  return out;
}

result<void> row_player::play_bar(const csv_reader& row, std::deque<market_event>& out) {
  const auto start = minute_start_of(row);
  if (!start) return start.failure();
  const auto prices = ohlc_at(row, 2, empty_field::refused);
  if (!prices) return prices.failure();
  const auto volume = size_at(row, 6);
  if (!volume) return volume.failure();
  bar whole{.symbol = symbol_,
            .open = prices->open,
            .high = prices->high,
            .low = prices->low,
            .close = prices->close,
            .volume = *volume,
            .start = *start};
  if (row.fields().size() > 7) {
    const auto vwap = price_at(row, 7, empty_field::zero);
    if (!vwap) return vwap.failure();
    whole.vwap = *vwap;
  }
  if (row.fields().size() > 8 && !row.fields()[8].empty() &&
      !read_number(row.fields()[8], whole.trades))
    return row.bad_field(8, "it must be a number of trades");

  const auto path = path_of(whole.open, whole.high, whole.low, whole.close, options_.path);
  for (std::size_t k = 0; k < path.size(); ++k) {
    const auto at = *start + path_offsets[k];
    if (options_.quotes == made_up_quotes::yes) out.push_back(quote_around(symbol_, path[k], at));
    const auto size = path_size(*volume, k);
    // A bar without volume has no trades.
    if (size.is_positive())
      out.push_back(trade{.symbol = symbol_,
                          .last = path[k],
                          .size = size,
                          .venue_trade_id = ++last_trade_id_,
                          .ts_event = at + path_trade_delay});
  }
  out.push_back(whole);
  return {};
}

result<void> row_player::play_quote_bar(const csv_reader& row, std::deque<market_event>& out) {
  const auto start = minute_start_of(row);
  if (!start) return start.failure();
  const auto bid = ohlc_at(row, 2, empty_field::zero);
  if (!bid) return bid.failure();
  const auto ask = ohlc_at(row, 7, empty_field::zero);
  if (!ask) return ask.failure();
  const auto bid_size = size_at(row, 6, empty_field::zero);
  if (!bid_size) return bid_size.failure();
  const auto ask_size = size_at(row, 11, empty_field::zero);
  if (!ask_size) return ask_size.failure();
  // Both sides move together: the order is the bid's, or the ask's where there is no bid.
  const auto lead = bid->open.is_positive() ? *bid : *ask;
  const auto path = path_of(lead.open, lead.high, lead.low, lead.close, options_.path);
  const auto order = path[1] == lead.low ? bar_path::low_first : bar_path::high_first;
  const auto bids = path_of(bid->open, bid->high, bid->low, bid->close, order);
  const auto asks = path_of(ask->open, ask->high, ask->low, ask->close, order);
  for (std::size_t k = 0; k < bids.size(); ++k) {
    // High bid and low ask need not have met; a crossed pair would be an invention.
    if (bids[k] > asks[k] && asks[k].is_positive()) continue;
    out.push_back(quote{.symbol = symbol_,
                        .bid = bids[k],
                        .ask = asks[k],
                        .bid_size = *bid_size,
                        .ask_size = *ask_size,
                        .ts_event = *start + path_offsets[k]});
  }
  return {};
}

void row_player::add_trade(trade print, std::deque<market_event>& out) {
  if (options_.quotes == made_up_quotes::yes && print.eligible == price_eligible::yes)
    out.push_back(quote_around(symbol_, print.last, print.ts_event));
  print.symbol = symbol_;
  print.venue_trade_id = ++last_trade_id_;
  out.push_back(print);
}

result<void> row_player::play_trade(const csv_reader& row, std::deque<market_event>& out) {
  const auto at = time_of(row);
  if (!at) return at.failure();
  last_ = *at;
  const auto last = price_at(row, 1);
  if (!last) return last.failure();
  const auto size = size_at(row, 2);
  if (!size) return size.failure();
  print_conditions conditions;
  if (kind_ == recording::trades) {
    const auto flags = flags_of(row, 4);
    if (!flags) return flags.failure();
    conditions = *flags;
    const auto suspicious = flag_at(row, 5);
    if (!suspicious) return suspicious.failure();
    if (*suspicious) return {};
  } else {
    conditions = codes_of(row.fields()[4]);
  }
  if (size->is_zero() || conditions.official) return {};
  const bool counts = !conditions.priceless && *size >= round_lot;
  add_trade({.last = *last,
             .size = *size,
             .eligible = counts ? price_eligible::yes : price_eligible::no,
             .ts_event = *at},
            out);
  return {};
}

result<void> row_player::play_quote(const csv_reader& row, std::deque<market_event>& out) {
  const auto at = time_of(row);
  if (!at) return at.failure();
  last_ = *at;
  const auto bid = price_at(row, 1, empty_field::zero);
  if (!bid) return bid.failure();
  const auto bid_size = size_at(row, 2, empty_field::zero);
  if (!bid_size) return bid_size.failure();
  const auto ask = price_at(row, 4, empty_field::zero);
  if (!ask) return ask.failure();
  const auto ask_size = size_at(row, 5, empty_field::zero);
  if (!ask_size) return ask_size.failure();
  const auto suspicious = flag_at(row, 8);
  if (!suspicious) return suspicious.failure();
  if (*suspicious) return {};
  out.push_back(quote{.symbol = symbol_,
                      .bid = *bid,
                      .ask = *ask,
                      .bid_size = *bid_size,
                      .ask_size = *ask_size,
                      .ts_event = *at});
  return {};
}

}  // namespace bw::venue
