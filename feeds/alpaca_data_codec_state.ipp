// For the .cpp files of the codec: what they share while a frame or a page is read.
#pragma once

#include <simdjson.h>

#include "core/assert.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "feeds/data_keys.hpp"
#include "feeds/symbol_table.hpp"

namespace bw {

namespace ondemand = simdjson::ondemand;
using namespace data_keys;  // For these files alone.

static_assert(simdjson::SIMDJSON_PADDING <= alpaca_data_codec::padding);

/// A string's content; empty when it is none.
inline std::string unescaped(ondemand::value value) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

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

  simdjson::error_code message(ondemand::object& object, market_frame_handler& handler);
  simdjson::error_code control(ondemand::object& object, std::string_view type,
                               market_frame_handler& handler);
  simdjson::error_code news(ondemand::object& object, market_frame_handler& handler);

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

  void emit_quote(const message_text& text, market_frame_handler& handler);
  void emit_trade(const message_text& text, market_frame_handler& handler);
  /// `symbol` is given where the message does not name it.
  void emit_bar(const message_text& text, bar_origin origin, symbol_id symbol,
                market_frame_handler& handler, bar_span span = bar_span::minute);
  void emit_status(const message_text& text, market_frame_handler& handler);
  void emit_band(const message_text& text, market_frame_handler& handler);
  void emit_correction(const message_text& text, market_frame_handler& handler);
  void emit_cancellation(const message_text& text, market_frame_handler& handler);
  static bool read_vwap(std::string_view text, price& out);

  simdjson::error_code page(std::string_view body, std::string& next_page,
                            market_frame_handler& handler);
  simdjson::error_code bars_by_symbol(ondemand::value value, market_frame_handler& handler);
  simdjson::error_code bars_of(symbol_id symbol, ondemand::value value,
                               market_frame_handler& handler);

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
  /// The text of a packed frame, with its padding.
  std::string unpacked;
  std::uint64_t unknown_keys_here = 0;
};

}  // namespace bw
