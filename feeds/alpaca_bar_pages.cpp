// Pages of past bars.

#include "feeds/alpaca_data_codec_state.ipp"

namespace bw {

simdjson::error_code alpaca_data_codec::state::page(std::string_view body, std::string& next_page,
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
      next_page = unescaped(field.value());
    } else if (name == "bars") {
      has_bars = true;
      if (const auto error = bars_by_symbol(field.value(), handler)) return error;
    }
  }
  return has_bars ? simdjson::SUCCESS : simdjson::NO_SUCH_FIELD;
}

simdjson::error_code alpaca_data_codec::state::bars_by_symbol(ondemand::value value,
                                                              market_frame_handler& handler) {
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

simdjson::error_code alpaca_data_codec::state::bars_of(symbol_id symbol, ondemand::value value,
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
