#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

/// One thing about an order that became another: "stop_price", "98.1", "98.4".
struct changed_field {
  std::string_view field;
  std::string before;
  std::string after;

  friend bool operator==(const changed_field&, const changed_field&) = default;
};

/// What an order that takes the place of another one does differently. A price that an order does
/// not have is empty.
std::vector<changed_field> changes_between(const order_request& before, const order_request& after);

/// Why the one took the place of the other, in a few words: what it is for, and the reason of its
/// strategy.
std::string cause_of_replacement(const order_request& after);

}  // namespace bw
