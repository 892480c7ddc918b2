#pragma once

#include <span>
#include <vector>

#include "messages/operations.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Whether activities of this type are what the broker charges: commission, regulatory fees.
bool is_fee(std::string_view activity_type);

/// An execution that may have caused a fee.
struct charged_execution {
  symbol_name symbol;
  bw::side side = bw::side::buy;
  money value;
  utc_ns at;
};

/// What each execution bears of a fee. A broker that charges each execution dates the fee like it:
/// then those of that very instant bear it. One that charges a day's sales together dates it with
/// the day: then the sales of that UTC date do, those of its symbol where it names one. Shared by
/// value, each part rounded down, the last one bears the rest; all zero when nobody bears it. Pure.
std::vector<money> share_fee(const fee_record& fee, std::span<const charged_execution> all);

}  // namespace bw
