#include "feeds/snapshot_codec.hpp"

#include <simdjson.h>

#include <charconv>
#include <optional>

#include "core/decimal.hpp"
#include "feeds/market_numbers.hpp"
#include "feeds/symbol_table.hpp"
#include "feeds/trade_conditions.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

/// What an object of the answer holds, as it stands in the text; members that are null or missing
/// are empty.
struct tick_text {
  std::string_view at, tape, id, trade_price, trade_size, bid, bid_size, ask, ask_size;
  price_eligible eligible = price_eligible::yes;
};

/// A scalar without quotes and blanks; empty for null.
std::string_view bare(std::string_view token) {
  const auto end = token.find_last_not_of(" \n\r\t");
  token = token.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"')
    return token.substr(1, token.size() - 2);
  return token == "null" ? std::string_view{} : token;
}

template <class Decimal>
std::optional<Decimal> amount(std::string_view text) {
  if (text.empty()) return Decimal{};
  const auto units = parse_market_decimal(text);
  if (!units || *units < 0) return std::nullopt;
  return Decimal::from_units(*units);
}

class snapshot_reader {
 public:
  snapshot_reader(const symbol_list& symbols, mono_ns received, market_frame_handler& handler)
      : symbols_(symbols), received_(received), handler_(handler) {}

  simdjson::error_code read(const simdjson::padded_string& body) {
    ondemand::document document;
    ondemand::object all;
    if (const auto error = parser_.iterate(body).get(document)) return error;
    if (const auto error = document.get_object().get(all)) return error;
    for (auto entry : all) {
      ondemand::field field;
      std::string_view ticker;
      if (const auto error = std::move(entry).get(field)) return error;
      if (const auto error = field.unescaped_key().get(ticker)) return error;
      const auto symbol = symbols_.find(ticker);
      if (symbol == no_symbol) continue;
      if (const auto error = read_symbol(symbol, field.value())) return error;
    }
    return simdjson::SUCCESS;
  }

  std::uint32_t handed_out() const { return handed_out_; }

 private:
  simdjson::error_code read_symbol(symbol_id symbol, ondemand::value value) {
    ondemand::object parts;
    if (const auto error = value.get_object().get(parts))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
    std::optional<trade> last;
    std::optional<quote> best;
    for (auto entry : parts) {
      ondemand::field field;
      std::string_view name;
      if (const auto error = std::move(entry).get(field)) return error;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (name != "latestTrade" && name != "latestQuote") continue;
      const bool is_trade = name == "latestTrade";
      tick_text text;
      if (const auto error = read_tick(field.value(), text)) return error;
      if (is_trade)
        last = trade_of(symbol, text);
      else
        best = quote_of(symbol, text);
    }
    if (last) hand_out(*last);
    if (best) hand_out(*best);
    return simdjson::SUCCESS;
  }

  /// A trade's `c` may hold a condition that sets no price; the tape that decides about it may
  /// stand behind it, so it is looked at last.
  static simdjson::error_code read_tick(ondemand::value value, tick_text& out) {
    ondemand::object members;
    if (const auto error = value.get_object().get(members))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
    std::string conditions;
    for (auto entry : members) {
      ondemand::field field;
      std::string_view name;
      if (const auto error = std::move(entry).get(field)) return error;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (name == "c") {
        conditions = letters_of(field.value());
        continue;
      }
      const auto text = bare(field.value().raw_json_token());
      if (name == "t") out.at = text;
      if (name == "z") out.tape = text;
      if (name == "i") out.id = text;
      if (name == "p") out.trade_price = text;
      if (name == "s") out.trade_size = text;
      if (name == "bp") out.bid = text;
      if (name == "bs") out.bid_size = text;
      if (name == "ap") out.ask = text;
      if (name == "as") out.ask_size = text;
    }
    const char tape = out.tape.empty() ? '\0' : out.tape[0];
    for (const char code : conditions)
      if (condition_eligible(code, tape) == price_eligible::no) out.eligible = price_eligible::no;
    return simdjson::SUCCESS;
  }

  static std::string letters_of(ondemand::value value) {
    std::string out;
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return out;
    for (auto item : list) {
      std::string_view text;
      if (item.get_string().get(text) == simdjson::SUCCESS && text.size() == 1) out += text;
    }
    return out;
  }

  template <class Event>
  std::optional<Event> stamped(symbol_id symbol, const tick_text& text) {
    const auto instant = times_.read(text.at);
    if (!instant) return std::nullopt;
    Event out;
    out.symbol = symbol;
    out.ts_event = *instant;
    out.received = received_;
    out.origin = tick_origin::snapshot;
    return out;
  }

  std::optional<trade> trade_of(symbol_id symbol, const tick_text& text) {
    auto out = stamped<trade>(symbol, text);
    const auto last = amount<price>(text.trade_price);
    const auto size = amount<quantity>(text.trade_size);
    if (!out || !last || !size || !last->is_positive() || !size->is_positive()) return std::nullopt;
    out->last = *last;
    out->size = *size;
    out->eligible = text.eligible;
    std::from_chars(text.id.data(), text.id.data() + text.id.size(), out->venue_trade_id);
    return out;
  }

  std::optional<quote> quote_of(symbol_id symbol, const tick_text& text) {
    auto out = stamped<quote>(symbol, text);
    const auto bid = amount<price>(text.bid);
    const auto ask = amount<price>(text.ask);
    const auto bid_size = amount<quantity>(text.bid_size);
    const auto ask_size = amount<quantity>(text.ask_size);
    if (!out || !bid || !ask || !bid_size || !ask_size) return std::nullopt;
    // A price without a size, or the reverse, is no quote on that side.
    if (bid->is_positive() && bid_size->is_positive()) out->bid = *bid, out->bid_size = *bid_size;
    if (ask->is_positive() && ask_size->is_positive()) out->ask = *ask, out->ask_size = *ask_size;
    return out;
  }

  void hand_out(const market_event& event) {
    ++handed_out_;
    handler_.on_event(event);
  }

  symbol_table symbols_;
  mono_ns received_;
  market_frame_handler& handler_;
  ondemand::parser parser_;
  market_time_reader times_;
  std::uint32_t handed_out_ = 0;
};

}  // namespace

result<std::uint32_t> decode_snapshots(std::string body, const symbol_list& symbols,
                                       mono_ns received, market_frame_handler& handler) {
  const simdjson::padded_string text{body};
  snapshot_reader reader{symbols, received, handler};
  if (const auto error = reader.read(text))
    return {ec::parse_failed, "an answer of " + std::to_string(body.size()) +
                                  " bytes with snapshots: " + simdjson::error_message(error)};
  return reader.handed_out();
}

}  // namespace bw
