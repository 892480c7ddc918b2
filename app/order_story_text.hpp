#pragma once

#include <string>

#include "domain/session_calendar.hpp"
#include "storage/order_story.hpp"

namespace bw {

/// The story from the tick to the profit, a section each, times of New York. A section that the log
/// has nothing for says so.
std::string order_story_text(const order_story& story, const session_calendar& calendar);

/// The same as one JSON object: the records themselves, and what was reckoned from them.
std::string order_story_json(const order_story& story);

/// How well it was executed and what was changed about it: two sections of the story.
std::string order_quality_text(const order_story& story, const session_calendar& calendar);
/// {"quote_slippage":…,"acknowledgement_ns":…,"first_fill_ns":…,"fill_ratio":…,"chain":[…],
/// "changes":[…]}: figures that do not exist are null.
std::string order_quality_json(const order_story& story);

}  // namespace bw
