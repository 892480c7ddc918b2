#include "messages/order_words.hpp"

namespace bw {

std::string_view to_string(order_class x) noexcept {
  switch (x) {
    case order_class::simple: return "simple";
    case order_class::bracket: return "bracket";
    case order_class::oco: return "oco";
    case order_class::oto: return "oto";
  }
  return "invalid";
}

std::string_view to_string(position_intent x) noexcept {
  switch (x) {
    case position_intent::buy_to_open: return "buy_to_open";
    case position_intent::buy_to_close: return "buy_to_close";
    case position_intent::sell_to_open: return "sell_to_open";
    case position_intent::sell_to_close: return "sell_to_close";
  }
  return "invalid";
}

}  // namespace bw
