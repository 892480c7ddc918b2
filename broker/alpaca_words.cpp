#include "broker/alpaca_words.hpp"

#include <algorithm>
#include <iterator>

namespace bw {
namespace {

template <class Value>
struct word {
  std::string_view text;
  Value value;
};

template <class Value, std::size_t N>
std::optional<Value> look_up(const word<Value> (&table)[N], std::string_view text) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& row) { return row.text == text; });
  if (found == std::end(table)) return std::nullopt;
  return found->value;
}

/// Words that mean the same as a status and as an event.
constexpr word<order_event> common_words[] = {
    {"pending_new", order_event::pending_new},
    {"accepted", order_event::accepted},
    {"new", order_event::new_order},
    {"canceled", order_event::canceled},
    {"expired", order_event::expired},
    {"rejected", order_event::rejected},
    {"replaced", order_event::replaced},
    {"done_for_day", order_event::done_for_day},
    {"pending_cancel", order_event::pending_cancel},
    {"pending_replace", order_event::pending_replace},
    {"stopped", order_event::stopped},
    {"suspended", order_event::suspended},
    {"calculated", order_event::calculated},
    {"held", order_event::held},
    {"restated", order_event::restated},
    {"trade_bust", order_event::trade_bust},
    {"trade_correct", order_event::trade_correct},
    {"pending_review", order_event::pending_review},
};

constexpr word<order_event> status_words[] = {
    {"accepted_for_bidding", order_event::accepted},
    {"partially_filled", order_event::partial_fill},
    {"filled", order_event::fill},
};

constexpr word<order_event> event_words[] = {
    {"partial_fill", order_event::partial_fill},
    {"fill", order_event::fill},
    {"order_cancel_rejected", order_event::cancel_rejected},
    {"order_replace_rejected", order_event::replace_rejected},
};

constexpr word<side> side_words[] = {
    {"buy", side::buy}, {"sell", side::sell}, {"sell_short", side::sell}};

constexpr word<order_type> type_words[] = {
    {"market", order_type::market},
    {"limit", order_type::limit},
    {"stop", order_type::stop},
    {"stop_limit", order_type::stop_limit},
    {"trailing_stop", order_type::trailing_stop},
};

}  // namespace

order_event event_of_status(std::string_view text) {
  if (const auto found = look_up(common_words, text)) return *found;
  return look_up(status_words, text).value_or(order_event::other);
}

order_event event_of_word(std::string_view text) {
  if (const auto found = look_up(common_words, text)) return *found;
  return look_up(event_words, text).value_or(order_event::other);
}

std::optional<side> side_of(std::string_view text) { return look_up(side_words, text); }
std::optional<order_type> order_type_of(std::string_view text) { return look_up(type_words, text); }

}  // namespace bw
