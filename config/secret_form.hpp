#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bw {

/// True for what has the form of a broker's key: a run of 18 or more letters and digits, with both
/// among them. Errors do not show such a
/// value.
bool looks_like_secret(std::string_view text);

/// True for the name of a key under which people write a credential: "alpaca_secret_key",
/// "api_key", "ops.token", ….
bool names_secret(std::string_view key);

/// The text for an error: at most `longest` bytes, control characters replaced by '?'.
std::string printable(std::string_view text, std::size_t longest);

}  // namespace bw
