#include "venue/fault_script.hpp"

#include <algorithm>
#include <array>

namespace bw::venue {
namespace {

// Words stand in the order of their enumerators, which begin at one.
constexpr std::array<std::string_view, 6> point_words{"request",      "connect", "trade_message",
                                                      "data_message", "tick",    "time"};
constexpr std::array<std::string_view, 20> action_words{
    "drop",        "delay",       "delay_request", "duplicate", "reorder", "close",   "hang",
    "status",      "lose_answer", "rate_limit",    "garbage",   "huge",    "rewrite", "refuse",
    "stand_still", "clock_step",  "act",           "flip",      "correct", "cancel"};
constexpr std::array<std::string_view, 3> stream_words{"all", "trade", "data"};
constexpr std::array<std::string_view, 6> garbage_words{"bytes", "truncated", "deep",
                                                        "types", "html",      "not_utf8"};
constexpr std::array<std::string_view, 2> clock_words{"machine", "market"};
constexpr std::array<std::string_view, 2> begin_words{"first_client", "first_order"};

template <class Enum, std::size_t N>
std::optional<Enum> find_word(std::string_view word, const std::array<std::string_view, N>& words) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return std::nullopt;
  return static_cast<Enum>(at - words.begin() + 1);
}

}  // namespace

std::string_view to_string(fault_point x) noexcept {
  return point_words[static_cast<std::size_t>(x) - 1];
}
std::string_view to_string(fault_action x) noexcept {
  return action_words[static_cast<std::size_t>(x) - 1];
}

std::optional<fault_point> parse_fault_point(std::string_view word) {
  return find_word<fault_point>(word, point_words);
}
std::optional<fault_action> parse_fault_action(std::string_view word) {
  return find_word<fault_action>(word, action_words);
}
std::optional<fault_streams> parse_fault_streams(std::string_view word) {
  return find_word<fault_streams>(word, stream_words);
}
std::optional<garbage_kind> parse_garbage_kind(std::string_view word) {
  return find_word<garbage_kind>(word, garbage_words);
}
std::optional<fault_clock> parse_fault_clock(std::string_view word) {
  return find_word<fault_clock>(word, clock_words);
}
std::optional<fault_begin> parse_fault_begin(std::string_view word) {
  return find_word<fault_begin>(word, begin_words);
}

bool fault_fits(fault_point where, fault_action what) {
  using a = fault_action;
  switch (where) {
    case fault_point::request:
      return what == a::drop || what == a::delay || what == a::delay_request || what == a::hang ||
             what == a::status || what == a::lose_answer || what == a::rate_limit ||
             what == a::garbage || what == a::rewrite;
    case fault_point::connect: return what == a::drop || what == a::status;
    case fault_point::trade_message:
    case fault_point::data_message:
      return what == a::drop || what == a::delay || what == a::duplicate || what == a::reorder ||
             what == a::close || what == a::garbage || what == a::huge || what == a::flip ||
             what == a::rewrite;
    case fault_point::tick:
      return what == a::drop || what == a::duplicate || what == a::reorder || what == a::correct ||
             what == a::cancel;
    case fault_point::time:
      return what == a::close || what == a::refuse || what == a::stand_still ||
             what == a::clock_step || what == a::act;
  }
  return false;
}

std::string fault_actions_of(fault_point where) {
  std::string out;
  for (std::size_t k = 1; k <= action_words.size(); ++k)
    if (fault_fits(where, static_cast<fault_action>(k)))
      out += (out.empty() ? "" : ", ") + std::string{action_words[k - 1]};
  return out;
}

}  // namespace bw::venue
