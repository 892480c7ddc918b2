#pragma once

#include <optional>
#include <string_view>

#include "messages/orders.hpp"

namespace bw {

/// Alpaca's status word of an order as an event: "partially_filled" is partial_fill. A word we do
/// not know is order_event::other.
order_event event_of_status(std::string_view word);
/// Alpaca's word for what happened, as the order stream says it.
order_event event_of_word(std::string_view word);

std::optional<side> side_of(std::string_view word);
std::optional<order_type> order_type_of(std::string_view word);

}  // namespace bw
