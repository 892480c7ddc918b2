#pragma once

#include <string_view>

#include "domain/position_sizer.hpp"
#include "messages/evidence.hpp"

namespace bw {

/// One condition on indicators, judged in floating point as the strategy judges it and kept with
/// both numbers in units of 1e-9. The name is cut to what a record carries.
rule_condition judge(std::string_view name, double value, comparison how, double threshold);

/// Fills in what sizing was told, what each step allowed in dollars and shares, and which step
/// bound the size.
void describe_size(const position_sizer_options& options, const sizing_input& input,
                   const position_size& size, decision_record& out);

}  // namespace bw
