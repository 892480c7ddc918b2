#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "venue/fault_script.hpp"

namespace bw::venue {

/// What a rule makes of a message or an answer's body (pure): garbage, a huge frame, other words.
/// Any other action leaves it as it is. `dice` decides what is random about it.
std::string spoil(const fault_rule& rule, std::string_view text, std::uint64_t dice);

/// The body that somebody else sends for the n-th time: every "{n}" becomes the number.
std::string fill_in(std::string_view text, std::uint32_t n);

}  // namespace bw::venue
