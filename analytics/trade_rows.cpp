#include "analytics/trade_rows.hpp"

#include <algorithm>
#include <map>

#include "analytics/figure.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Words of one column, numbered by their first use.
class word_list {
 public:
  std::int64_t number_of(const std::string& word) {
    const auto [found, added] = numbers_.try_emplace(word, words_.size());
    if (added) words_.push_back(word);
    return static_cast<std::int64_t>(found->second);
  }
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> words_;
};

/// Neither `</script>` nor `<!--` may stand inside a script element.
std::string inside_script(const std::string& json) {
  std::string out;
  for (const char letter : json) {
    if (letter == '<')
      out += "\\u003c";
    else
      out += letter;
  }
  return out;
}

/// Cents are enough for the eye.
std::string cents(money amount) {
  auto text = dollar_text(amount);
  std::erase_if(text, [](char letter) { return letter == '$' || letter == ','; });
  return text;
}

std::string four_places(price at) { return fixed_text(at.to_double(), 4); }

}  // namespace

std::string trade_rows_json(const std::vector<closed_trade>& trades,
                            const session_calendar& calendar, std::size_t count_max) {
  word_list strategies;
  word_list symbols;
  word_list reasons;
  json_writer out;
  out.begin_object();
  out.key("rows").begin_array();
  for (auto k = trades.size() - std::min(trades.size(), count_max); k < trades.size(); ++k) {
    const auto& trade = trades[k];
    const auto offset = std::chrono::nanoseconds{calendar.offset_at(trade.closed_at)};
    auto closed = format_rfc3339(trade.closed_at + offset).substr(0, 16);
    closed[10] = ' ';
    const auto minutes = (trade.closed_at - trade.opened_at) / std::chrono::minutes{1};
    out.begin_array();
    out.value(closed);
    out.value(std::int64_t{minutes});
    out.value(strategies.number_of(trade.strategy.str()));
    out.value(symbols.number_of(trade.symbol.str()));
    out.value(std::int64_t{trade.entry_side == side::buy ? 0 : 1});
    out.raw(trade.qty.text());
    out.raw(four_places(trade.entry_average));
    out.raw(four_places(trade.exit_average));
    out.raw(cents(trade.fees));
    out.raw(cents(trade.net()));
    out.value(reasons.number_of(trade.exit_reason.str()));
    out.end_array();
  }
  out.end_array();
  const std::vector<std::string> sides{"long", "short"};
  const std::pair<const char*, const std::vector<std::string>&> lists[] = {
      {"2", strategies.words()}, {"3", symbols.words()}, {"4", sides}, {"10", reasons.words()}};
  out.key("words").begin_object();
  for (const auto& [column, words] : lists) {
    out.key(column).begin_array();
    for (const auto& word : words) out.value(word);
    out.end_array();
  }
  out.end_object();
  out.key("numeric").begin_array();
  for (const bool numeric : {false, true, false, false, false, true, true, true, true, true, false})
    out.value(numeric);
  out.end_array();
  out.key("places").begin_array();
  for (const int places : {0, 0, 0, 0, 0, 0, 4, 4, 2, 2, 0}) out.value(places);
  out.end_array();
  out.member("result", 9);
  out.end_object();
  return inside_script(out.take());
}

std::string days_json(const std::vector<day_close>& days) {
  json_writer out;
  out.begin_array();
  for (const auto& day : days) out.value(format_date(day.date));
  out.end_array();
  return out.take();
}

}  // namespace bw
