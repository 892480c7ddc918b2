#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace bw {

// MessagePack to and from JSON text, so that there is one decoder of market data and it reads text.

/// Deeper nesting than this is refused; the deepest message of the stream has three levels.
inline constexpr std::size_t msgpack_depth_max = 16;

/// Appends one packed value, which has to end where `packed` ends, as JSON. Integers keep all their
/// digits. A 64-bit float is written as the decimal of nine places that is nearest to it, half to
/// even: for a price below four million dollars that is the decimal which the sender had, because
/// doubles lie less than 1e-9 apart there. A 32-bit float counts as the shortest decimal that names
/// it. What is no finite number becomes a text that no reader of numbers takes. The timestamp
/// extension becomes RFC 3339; binary and other extensions become null. Keys have to be texts.
/// ec::parse_failed with the place; `out` then holds the beginning.
result<void> msgpack_to_json(std::string_view packed, std::string& out);

/// Our own words to the server: objects and arrays of texts. Asserts that the text is JSON.
std::string json_to_msgpack(std::string_view json);

}  // namespace bw
