#include "feeds/alpaca_data_codec.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>

#include "core/assert.hpp"
#include "feeds/market_numbers.hpp"
#include "feeds/symbol_table.hpp"
#include "feeds/trade_conditions.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= alpaca_data_codec::padding);

/// The keys that mean something to us. `c` is a bar's close and a trade's list of conditions; the
/// kind of the message tells which.
enum key : std::uint8_t {
  k_type,
  k_symbol,
  k_time,
  k_price,
  k_size,
  k_id,
  k_c,
  k_tape,
  k_open,
  k_high,
  k_low,
  k_volume,
  k_count,
  k_vwap,
  k_bid,
  k_bid_size,
  k_ask,
  k_ask_size,
  k_status_code,
  k_reason_code,
  k_up,
  k_down,
  k_original_id,
  k_corrected_price,
  k_corrected_size,
  k_corrected_conditions,
  k_unused,
  k_unknown,
  key_count
};

constexpr std::uint16_t pair(char a, char b) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(a) << 8 |
                                    static_cast<unsigned char>(b));
}

key one_letter_key(char c) {
  switch (c) {
    case 'T': return k_type;
    case 'S': return k_symbol;
    case 't': return k_time;
    case 'p': return k_price;
    case 's': return k_size;
    case 'i': return k_id;
    case 'c': return k_c;
    case 'z': return k_tape;
    case 'o': return k_open;
    case 'h': return k_high;
    case 'l': return k_low;
    case 'v': return k_volume;
    case 'n': return k_count;
    case 'x':
    case 'r':
    case 'a': return k_unused;
    case 'u': return k_up;
    case 'd': return k_down;
    default: return k_unknown;
  }
}

key two_letter_key(char a, char b) {
  switch (pair(a, b)) {
    case pair('b', 'p'): return k_bid;
    case pair('b', 's'): return k_bid_size;
    case pair('a', 'p'): return k_ask;
    case pair('a', 's'): return k_ask_size;
    case pair('v', 'w'): return k_vwap;
    case pair('s', 'c'): return k_status_code;
    case pair('r', 'c'): return k_reason_code;
    case pair('a', 'x'):
    case pair('b', 'x'):
    case pair('s', 'm'):
    case pair('r', 'm'):
    case pair('o', 'p'):
    case pair('o', 's'):
    case pair('o', 'c'):
    case pair('c', 'i'): return k_unused;
    case pair('o', 'i'): return k_original_id;
    case pair('c', 'p'): return k_corrected_price;
    case pair('c', 's'): return k_corrected_size;
    case pair('c', 'c'): return k_corrected_conditions;
    default: return k_unknown;
  }
}

/// `name` points behind the opening quote of a key; the closing one is in the same buffer.
key key_of(const char* name) {
  if (name[0] == '"') return k_unknown;
  if (name[1] == '"') return one_letter_key(name[0]);
  if (name[2] == '"') return two_letter_key(name[0], name[1]);
  return k_unknown;
}

/// A scalar as it stands in the text, without quotes and blanks; empty for null.
std::string_view bare(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t'))
    token.remove_suffix(1);
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"')
    return token.substr(1, token.size() - 2);
  return token == "null" ? std::string_view{} : token;
}

/// The texts of one message by key.
struct message_text {
  std::array<std::string_view, key_count> by_key;

  std::string_view operator[](key k) const { return by_key[k]; }
};

/// Reads a number that may be missing; false when it is there and bad or negative.
template <class Decimal>
bool read_amount(std::string_view text, Decimal& out) {
  if (text.empty()) return true;
  const auto units = parse_market_decimal(text);
  if (!units || *units < 0) return false;
  out = Decimal::from_units(*units);
  return true;
}

/// Reads a number that must be there and above zero.
template <class Decimal>
bool read_positive(std::string_view text, Decimal& out) {
  return !text.empty() && read_amount(text, out) && out.is_positive();
}

template <class Integer>
Integer read_integer(std::string_view text) {
  Integer out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Walks the one-letter strings of a list such as ["@","I"] without taking it apart.
price_eligible eligibility(std::string_view conditions, const char* end, char tape) {
  if (conditions.empty() || conditions.front() != '[') return price_eligible::yes;
  for (const char* at = conditions.data() + 1; at + 2 < end && *at != ']'; ++at)
    if (at[0] == '"' && at[2] == '"') {
      if (condition_eligible(at[1], tape) == price_eligible::no) return price_eligible::no;
      at += 2;
    }
  return price_eligible::yes;
}

halt_state halt_of(std::string_view code, char tape) {
  if (tape == 'A' || tape == 'B') {
    if (code == "2") return halt_state::halted;
    if (code == "3") return halt_state::resumed;
    return halt_state::other;
  }
  if (code == "H" || code == "P" || code == "2") return halt_state::halted;
  if (code == "T" || code == "3") return halt_state::resumed;
  return halt_state::other;
}

std::string text_of(ondemand::value value) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

/// Symbols of one channel in an acknowledgement; what is no text is left out.
std::vector<std::string> list_of(ondemand::value value) {
  std::vector<std::string> out;
  ondemand::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) return out;
  for (auto item : list) {
    std::string_view text;
    if (item.get_string().get(text) == simdjson::SUCCESS) out.emplace_back(text);
  }
  return out;
}

control_kind control_of(std::string_view type, std::string_view text) {
  if (type == "error") return control_kind::error;
  if (type == "subscription") return control_kind::subscription;
  if (type == "success" && text == "connected") return control_kind::connected;
  if (type == "success" && text == "authenticated") return control_kind::authenticated;
  return control_kind::other;
}

}  // namespace

struct alpaca_data_codec::state {
  state(const symbol_list& list, trace_id first, std::size_t bytes)
      : symbols(list), next_trace(first) {
    BW_ASSERT(parser.allocate(bytes) == simdjson::SUCCESS, "there is memory for a frame's index");
  }

  /// Collects one message's texts. An error means that the text is broken from here on.
  simdjson::error_code collect(ondemand::object& message, message_text& out) {
    for (auto entry : message) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return error;
      const auto k = key_of(field.key().raw());
      if (k == k_unknown) ++unknown_keys_here;
      if (k < k_unused) out.by_key[k] = bare(field.value().raw_json_token());
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code message(ondemand::object& object, market_frame_handler& handler) {
    message_text text;
    unknown_keys_here = 0;
    if (const auto error = collect(object, text)) return error;
    const auto type = text[k_type];
    if (type.size() > 1) return control(object, type, handler);
    counts.unknown_keys += unknown_keys_here;
    switch (type.empty() ? '\0' : type[0]) {
      case 'q': emit_quote(text, handler); break;
      case 't': emit_trade(text, handler); break;
      case 'b': emit_bar(text, bar_origin::live, no_symbol, handler); break;
      case 'u': emit_bar(text, bar_origin::correction, no_symbol, handler); break;
      case 's': emit_status(text, handler); break;
      case 'l': emit_band(text, handler); break;
      case 'c': emit_correction(text, handler); break;
      case 'x': emit_cancellation(text, handler); break;
      case 'd':
      case 'i': ++counts.unused; break;
      default: ++counts.unknown_types;
    }
    return simdjson::SUCCESS;
  }

  /// Control messages are rare: the object is read a second time with everything unescaped.
  simdjson::error_code control(ondemand::object& object, std::string_view type,
                               market_frame_handler& handler) {
    if (type != "success" && type != "error" && type != "subscription") {
      ++counts.unknown_types;
      return simdjson::SUCCESS;
    }
    if (const auto error = object.reset().error()) return error;
    stream_control out;
    for (auto entry : object) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return error;
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      auto& value = field.value();
      if (name == "code") {
        out.code = read_integer<std::uint32_t>(bare(value.raw_json_token()));
      } else if (name == "msg") {
        out.text = text_of(value);
      } else if (name == "trades") {
        out.channels.trades = list_of(value);
      } else if (name == "quotes") {
        out.channels.quotes = list_of(value);
      } else if (name == "bars") {
        out.channels.bars = list_of(value);
      } else if (name == "updatedBars") {
        out.channels.updated_bars = list_of(value);
      } else if (name == "statuses") {
        out.channels.statuses = list_of(value);
      }
    }
    out.kind = control_of(type, out.text);
    ++counts.controls;
    handler.on_control(out);
    return simdjson::SUCCESS;
  }

  /// Stamps what every event carries; false when the message cannot be used.
  template <class Event>
  bool stamp(const message_text& text, Event& event, utc_ns& when) {
    event.symbol = symbols.find(text[k_symbol]);
    if (event.symbol == no_symbol) {
      ++counts.unknown_symbols;
      return false;
    }
    const auto instant = times.read(text[k_time]);
    if (!instant) {
      ++counts.refused;
      return false;
    }
    when = *instant;
    event.received = received;
    return true;
  }

  template <class Event>
  void hand_out(Event& event, std::uint64_t& count, market_frame_handler& handler) {
    event.trace = next_trace;
    ++next_trace.value;
    ++count;
    handler.on_event(event);
  }

  void emit_quote(const message_text& text, market_frame_handler& handler) {
    quote q;
    if (!stamp(text, q, q.ts_event)) return;
    if (!read_amount(text[k_bid], q.bid) || !read_amount(text[k_ask], q.ask) ||
        !read_amount(text[k_bid_size], q.bid_size) || !read_amount(text[k_ask_size], q.ask_size)) {
      ++counts.refused;
      return;
    }
    // A price without a size, or the reverse, is no quote on that side.
    if (q.bid.is_zero() || q.bid_size.is_zero()) q.bid = {}, q.bid_size = {};
    if (q.ask.is_zero() || q.ask_size.is_zero()) q.ask = {}, q.ask_size = {};
    hand_out(q, counts.quotes, handler);
  }

  void emit_trade(const message_text& text, market_frame_handler& handler) {
    trade t;
    if (!stamp(text, t, t.ts_event)) return;
    if (!read_positive(text[k_price], t.last) || !read_positive(text[k_size], t.size)) {
      ++counts.refused;
      return;
    }
    t.venue_trade_id = read_integer<std::uint64_t>(text[k_id]);
    const auto tape = text[k_tape];
    t.eligible = eligibility(text[k_c], frame_end, tape.empty() ? '\0' : tape[0]);
    hand_out(t, counts.trades, handler);
  }

  void emit_bar(const message_text& text, bar_origin origin, symbol_id symbol,
                market_frame_handler& handler) {
    bar b;
    if (symbol != no_symbol) {
      const auto instant = times.read(text[k_time]);
      if (!instant) {
        ++counts.refused;
        return;
      }
      b.symbol = symbol;
      b.start = *instant;
      b.received = received;
    } else if (!stamp(text, b, b.start)) {
      return;
    }
    b.origin = origin;
    if (!read_positive(text[k_open], b.open) || !read_positive(text[k_high], b.high) ||
        !read_positive(text[k_low], b.low) || !read_positive(text[k_c], b.close) ||
        !read_amount(text[k_volume], b.volume) || !read_vwap(text[k_vwap], b.vwap) ||
        b.high < b.low) {
      ++counts.refused;
      return;
    }
    b.trades = read_integer<std::uint32_t>(text[k_count]);
    hand_out(b, counts.bars, handler);
  }

  /// A quotient, which the venue may write with more decimals than we keep: it is cut there.
  static bool read_vwap(std::string_view text, price& out) {
    const auto point = text.find('.');
    if (point != std::string_view::npos && text.find_first_of("eE") == std::string_view::npos)
      text = text.substr(0, point + 1 + decimal_places);
    return read_amount(text, out);
  }

  void emit_status(const message_text& text, market_frame_handler& handler) {
    trading_status s;
    if (!stamp(text, s, s.ts_event)) return;
    const auto tape = text[k_tape];
    s.state = halt_of(text[k_status_code], tape.empty() ? '\0' : tape[0]);
    const auto reason = text[k_reason_code];
    s.code = cut<inline_string<15>>(reason.empty() ? text[k_status_code] : reason);
    hand_out(s, counts.statuses, handler);
  }

  void emit_band(const message_text& text, market_frame_handler& handler) {
    trading_status s;
    if (!stamp(text, s, s.ts_event)) return;
    if (!read_positive(text[k_down], s.band_low) || !read_positive(text[k_up], s.band_high) ||
        s.band_high < s.band_low) {
      ++counts.refused;
      return;
    }
    s.state = halt_state::banded;
    s.code = cut<inline_string<15>>("LULD");
    hand_out(s, counts.statuses, handler);
  }

  /// It names the trade that was told before by that one's id and shows what is true instead.
  void emit_correction(const message_text& text, market_frame_handler& handler) {
    trade t;
    if (!stamp(text, t, t.ts_event)) return;
    if (!read_positive(text[k_corrected_price], t.last) ||
        !read_positive(text[k_corrected_size], t.size)) {
      ++counts.refused;
      return;
    }
    t.origin = tick_origin::correction;
    t.venue_trade_id = read_integer<std::uint64_t>(text[k_original_id]);
    const auto tape = text[k_tape];
    t.eligible =
        eligibility(text[k_corrected_conditions], frame_end, tape.empty() ? '\0' : tape[0]);
    hand_out(t, counts.corrections, handler);
  }

  void emit_cancellation(const message_text& text, market_frame_handler& handler) {
    trade t;
    if (!stamp(text, t, t.ts_event)) return;
    if (!read_amount(text[k_price], t.last) || !read_amount(text[k_size], t.size)) {
      ++counts.refused;
      return;
    }
    t.origin = tick_origin::cancellation;
    t.venue_trade_id = read_integer<std::uint64_t>(text[k_id]);
    hand_out(t, counts.corrections, handler);
  }

  simdjson::error_code page(std::string_view body, std::string& next_page,
                            market_frame_handler& handler) {
    ondemand::document document;
    ondemand::object fields;
    frame_end = body.data() + body.size();
    if (const auto error =
            parser.iterate(body.data(), body.size(), body.size() + padding).get(document))
      return error;
    if (const auto error = document.get_object().get(fields)) return error;
    bool has_bars = false;
    for (auto entry : fields) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return error;
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (name == "next_page_token") {
        next_page = text_of(field.value());
      } else if (name == "bars") {
        has_bars = true;
        if (const auto error = bars_by_symbol(field.value(), handler)) return error;
      }
    }
    return has_bars ? simdjson::SUCCESS : simdjson::NO_SUCH_FIELD;
  }

  simdjson::error_code bars_by_symbol(ondemand::value value, market_frame_handler& handler) {
    ondemand::object by_symbol;
    if (const auto error = value.get_object().get(by_symbol))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;  // null when empty.
    for (auto entry : by_symbol) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return error;
      std::string_view ticker;
      if (const auto error = field.unescaped_key().get(ticker)) return error;
      const auto symbol = symbols.find(ticker);
      if (symbol == no_symbol) {
        ++counts.unknown_symbols;
      } else if (const auto error = bars_of(symbol, field.value(), handler)) {
        return error;
      }
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code bars_of(symbol_id symbol, ondemand::value value,
                               market_frame_handler& handler) {
    ondemand::array bars;
    if (const auto error = value.get_array().get(bars))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
    for (auto item : bars) {
      ondemand::object object;
      if (const auto error = item.get_object().get(object)) return error;
      message_text text;
      if (const auto error = collect(object, text)) return error;
      emit_bar(text, bar_origin::history, symbol, handler);
    }
    return simdjson::SUCCESS;
  }

  result<void> broken(std::string_view what, std::string_view text, simdjson::error_code error) {
    ++counts.bad_frames;
    constexpr std::size_t shown_max = 80;
    return {ec::parse_failed, std::string{what} + " of " + std::to_string(text.size()) +
                                  " bytes: " + simdjson::error_message(error) +
                                  "; it begins with " + std::string{text.substr(0, shown_max)}};
  }

  symbol_table symbols;
  ondemand::parser parser;
  market_time_reader times;
  trace_id next_trace;
  codec_counts counts;
  mono_ns received;
  const char* frame_end = nullptr;
  std::uint64_t unknown_keys_here = 0;
};

alpaca_data_codec::alpaca_data_codec(const symbol_list& symbols, trace_id first_trace,
                                     std::size_t frame_bytes_expected)
    : state_(std::make_unique<state>(symbols, first_trace, frame_bytes_expected)) {}
alpaca_data_codec::~alpaca_data_codec() = default;
alpaca_data_codec::alpaca_data_codec(alpaca_data_codec&&) noexcept = default;
alpaca_data_codec& alpaca_data_codec::operator=(alpaca_data_codec&&) noexcept = default;

void alpaca_data_codec::use(const symbol_list& symbols) { state_->symbols = symbol_table{symbols}; }

const codec_counts& alpaca_data_codec::counts() const { return state_->counts; }

result<void> alpaca_data_codec::decode(std::string_view frame, mono_ns received,
                                       market_frame_handler& handler) {
  auto& s = *state_;
  s.received = received;
  s.frame_end = frame.data() + frame.size();
  ondemand::document document;
  ondemand::array messages;
  auto error = s.parser.iterate(frame.data(), frame.size(), frame.size() + padding).get(document);
  if (!error) error = document.get_array().get(messages);
  if (error) return s.broken("a frame", frame, error);
  for (auto item : messages) {
    ondemand::object object;
    error = item.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      ++s.counts.refused;
      continue;
    }
    if (!error) error = s.message(object, handler);
    if (error) return s.broken("a frame", frame, error);
  }
  return {};
}

result<std::string> alpaca_data_codec::decode_bars(std::string body, mono_ns received,
                                                   market_frame_handler& handler) {
  auto& s = *state_;
  body.reserve(body.size() + padding);
  s.received = received;
  std::string next_page;
  if (const auto error = s.page(body, next_page, handler))
    return s.broken("a page of bars", body, error).failure();
  return next_page;
}

}  // namespace bw
