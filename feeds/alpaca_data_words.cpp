// What is rare in a stream: its words about itself, and articles. Everything is read unescaped.

#include <utility>

#include "feeds/alpaca_data_codec_state.ipp"

namespace bw {
namespace {

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

/// Puts one field of an article into `out`; false when nobody knows the field.
bool take_news_field(std::string_view name, ondemand::value value, news_item& out,
                     std::string_view& created, std::string_view& updated) {
  if (name == "T") return true;
  if (name == "id") {
    out.id = read_integer<std::int64_t>(bare(value.raw_json_token()));
    return true;
  }
  if (name == "symbols") {
    out.symbols = list_of(value);
    return true;
  }
  if (name == "created_at" || name == "updated_at") {
    (name == "created_at" ? created : updated) = bare(value.raw_json_token());
    return true;
  }
  for (const auto& [known, text] : {std::pair{"headline", &out.headline},
                                    {"summary", &out.summary},
                                    {"author", &out.author},
                                    {"content", &out.content},
                                    {"url", &out.url},
                                    {"source", &out.source}})
    if (name == known) {
      *text = unescaped(value);
      return true;
    }
  return false;
}

}  // namespace

/// Control messages are rare: the object is read a second time with everything unescaped.
simdjson::error_code alpaca_data_codec::state::control(ondemand::object& object,
                                                       std::string_view type,
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
      out.text = unescaped(value);
    } else if (name == "trades") {
      out.channels.trades = list_of(value);
    } else if (name == "quotes") {
      out.channels.quotes = list_of(value);
    } else if (name == "bars") {
      out.channels.bars = list_of(value);
    } else if (name == "updatedBars") {
      out.channels.updated_bars = list_of(value);
    } else if (name == "dailyBars") {
      out.channels.daily_bars = list_of(value);
    } else if (name == "statuses") {
      out.channels.statuses = list_of(value);
    } else if (name == "news") {
      out.channels.news = list_of(value);
    }
  }
  out.kind = control_of(type, out.text);
  ++counts.controls;
  handler.on_control(out);
  return simdjson::SUCCESS;
}

/// An article without its number or its time cannot be told from another one.
simdjson::error_code alpaca_data_codec::state::news(ondemand::object& object,
                                                    market_frame_handler& handler) {
  if (const auto error = object.reset().error()) return error;
  news_item out;
  std::string_view created;
  std::string_view updated;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    if (!take_news_field(name, field.value(), out, created, updated)) ++counts.unknown_keys;
  }
  const auto created_at = parse_rfc3339(created);
  if (out.id <= 0 || !created_at) {
    ++counts.refused;
    return simdjson::SUCCESS;
  }
  out.created_at = *created_at;
  out.updated_at = parse_rfc3339(updated).value_or(out.created_at);
  ++counts.news;
  handler.on_news(out);
  return simdjson::SUCCESS;
}

}  // namespace bw
