#include "feeds/bar_pages.hpp"

#include <simdjson.h>

#include <utility>
#include <vector>

#include "core/json_writer.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

struct row {
  std::string symbol;
  utc_ns start;
  std::string text;
};

/// An error means that the text is no page of bars.
simdjson::error_code read(std::string& body, std::vector<row>& out) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::value bars;
  if (const auto error = parser.iterate(body.data(), body.size(), body.capacity()).get(document))
    return error;
  if (const auto error = document["bars"].get(bars)) return error;
  bool nothing = false;
  if (const auto error = bars.is_null().get(nothing)) return error;
  if (nothing) return simdjson::SUCCESS;
  ondemand::object by_symbol;
  if (const auto error = bars.get_object().get(by_symbol)) return error;
  for (auto entry : by_symbol) {
    std::string_view symbol;
    ondemand::array list;
    if (const auto error = entry.unescaped_key().get(symbol)) return error;
    const std::string name{symbol};
    ondemand::value value;
    if (const auto error = entry.value().get(value)) return error;
    if (const auto error = value.get_array().get(list)) return error;
    for (auto item : list) {
      ondemand::object bar;
      std::string_view text;
      std::string_view time;
      if (const auto error = item.get_object().get(bar)) return error;
      if (const auto error = bar["t"].get_string().get(time)) return error;
      const auto start = parse_rfc3339(time);
      if (!start) return simdjson::INCORRECT_TYPE;
      if (const auto error = bar.reset().error()) return error;
      if (const auto error = bar.raw_json().get(text)) return error;
      out.push_back({name, *start, std::string{text}});
    }
  }
  return simdjson::SUCCESS;
}

}  // namespace

result<void> bar_pages::add(std::string body) {
  std::vector<row> rows;
  if (const auto error = read(body, rows))
    return {ec::parse_failed, std::string{"no page of bars: "} + simdjson::error_message(error)};
  for (const auto& each : rows) {
    auto& mine = by_day_[{each.symbol, days_(each.start)}];
    if (!mine.starts.empty() && each.start <= mine.starts.back()) {
      ++(each.start == mine.starts.back() ? duplicates_ : disordered_);
      continue;
    }
    if (!mine.starts.empty()) mine.text += ',';
    mine.text += each.text;
    mine.starts.push_back(each.start);
  }
  return {};
}

std::span<const utc_ns> bar_pages::starts(const std::string& symbol, calendar_date day) const {
  const auto found = by_day_.find({symbol, day});
  if (found == by_day_.end()) return {};
  return found->second.starts;
}

std::string bar_pages::page(const std::string& symbol, calendar_date day) const {
  const auto found = by_day_.find({symbol, day});
  json_writer out;
  out.begin_object().key("bars").begin_object().key(symbol);
  out.raw("[" + (found == by_day_.end() ? std::string{} : found->second.text) + "]");
  out.end_object().key("next_page_token").null().end_object();
  return out.take();
}

}  // namespace bw
