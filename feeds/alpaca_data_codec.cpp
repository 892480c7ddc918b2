// The ticks of a frame. What the stream says of itself and the news are read in
// alpaca_data_words.cpp, pages of past bars in alpaca_bar_pages.cpp.

#include "feeds/alpaca_data_codec.hpp"

#include "feeds/alpaca_data_codec_state.ipp"
#include "feeds/msgpack_text.hpp"
#include "feeds/trade_conditions.hpp"

namespace bw {
namespace {

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

}  // namespace

simdjson::error_code alpaca_data_codec::state::message(ondemand::object& object,
                                                       market_frame_handler& handler) {
  message_text text;
  unknown_keys_here = 0;
  if (const auto error = collect(object, text)) return error;
  const auto type = text[k_type];
  if (type.size() > 1) return control(object, type, handler);
  if (type == "n") return news(object, handler);
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
    case 'd': emit_bar(text, bar_origin::live, no_symbol, handler, bar_span::day); break;
    case 'i': ++counts.unused; break;
    default: ++counts.unknown_types;
  }
  return simdjson::SUCCESS;
}

void alpaca_data_codec::state::emit_quote(const message_text& text, market_frame_handler& handler) {
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

void alpaca_data_codec::state::emit_trade(const message_text& text, market_frame_handler& handler) {
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

void alpaca_data_codec::state::emit_bar(const message_text& text, bar_origin origin,
                                        symbol_id symbol, market_frame_handler& handler,
                                        bar_span span) {
  bar b;
  b.span = span;
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
bool alpaca_data_codec::state::read_vwap(std::string_view text, price& out) {
  const auto point = text.find('.');
  if (point != std::string_view::npos && text.find_first_of("eE") == std::string_view::npos)
    text = text.substr(0, point + 1 + decimal_places);
  return read_amount(text, out);
}

void alpaca_data_codec::state::emit_status(const message_text& text,
                                           market_frame_handler& handler) {
  trading_status s;
  if (!stamp(text, s, s.ts_event)) return;
  const auto tape = text[k_tape];
  s.state = halt_of(text[k_status_code], tape.empty() ? '\0' : tape[0]);
  const auto reason = text[k_reason_code];
  s.code = cut<inline_string<15>>(reason.empty() ? text[k_status_code] : reason);
  hand_out(s, counts.statuses, handler);
}

void alpaca_data_codec::state::emit_band(const message_text& text, market_frame_handler& handler) {
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
void alpaca_data_codec::state::emit_correction(const message_text& text,
                                               market_frame_handler& handler) {
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
  t.eligible = eligibility(text[k_corrected_conditions], frame_end, tape.empty() ? '\0' : tape[0]);
  hand_out(t, counts.corrections, handler);
}

void alpaca_data_codec::state::emit_cancellation(const message_text& text,
                                                 market_frame_handler& handler) {
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

alpaca_data_codec::alpaca_data_codec(const symbol_list& symbols, trace_id first_trace,
                                     std::size_t frame_bytes_expected)
    : state_(std::make_unique<state>(symbols, first_trace, frame_bytes_expected)) {}
alpaca_data_codec::~alpaca_data_codec() = default;
alpaca_data_codec::alpaca_data_codec(alpaca_data_codec&&) noexcept = default;
alpaca_data_codec& alpaca_data_codec::operator=(alpaca_data_codec&&) noexcept = default;

void alpaca_data_codec::use(const symbol_list& symbols) { state_->symbols = symbol_table{symbols}; }

const codec_counts& alpaca_data_codec::counts() const { return state_->counts; }

result<void> alpaca_data_codec::decode_packed(std::string_view frame, mono_ns received,
                                              market_frame_handler& handler) {
  auto& s = *state_;
  s.unpacked.clear();
  if (auto read = msgpack_to_json(frame, s.unpacked); !read) {
    ++s.counts.bad_frames;
    return read;
  }
  const auto size = s.unpacked.size();
  s.unpacked.append(padding, ' ');
  return decode(std::string_view{s.unpacked}.substr(0, size), received, handler);
}

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

}  // namespace bw
