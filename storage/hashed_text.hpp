#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace bw {

// Small files that other programs, disks and people may damage: a line that names the form, a line
// with the SHA-256 of the rest, then the rest.

/// `first_line` ends with its line break.
std::string to_hashed_text(std::string_view first_line, std::string_view rest);
/// The rest, a part of `text`. ec::parse_failed when it has another form, ec::integrity_broken when
/// it was changed.
result<std::string_view> parse_hashed_text(std::string_view first_line, std::string_view text);

}  // namespace bw
