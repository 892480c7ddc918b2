#pragma once

#include <string_view>

#include "domain/risk_options.hpp"

namespace bw {

/// Key of the first limit that is wider in `to` than in `from`; empty when none is. What may change
/// while the node runs are amounts, counts, shares and times that bound entries; everything
/// else has to stay what it is and is named when it does not.
std::string_view first_raised(const risk_options& from, const risk_options& to);

}  // namespace bw
