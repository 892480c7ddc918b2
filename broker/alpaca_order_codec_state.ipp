// For the .cpp files of the order codec.
#pragma once

#include "broker/alpaca_order_codec.hpp"
#include "broker/json_fields.ipp"

namespace bw {

struct alpaca_order_codec::state {
  /// `event` is what a word was taken for.
  void check_word(order_event event, std::string_view field, std::string_view word) {
    if (event == order_event::other) unknown.word(field, word);
  }

  json::body_walker walker;
  unknown_parts unknown;
};

}  // namespace bw
