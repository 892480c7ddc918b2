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

}  // namespace bw
