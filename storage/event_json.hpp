#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/json_writer.hpp"
#include "messages/audit.hpp"

namespace bw {

/// The event as one JSON object, members named as in the struct: enums by name, decimals as text,
/// times as RFC 3339, byte arrays as hexadecimal text.
std::string event_json(const audit_event& event);

/// The same as the next value of a text that is being written.
void write_event(json_writer& out, const audit_event& event);

/// Lower-case hexadecimal text.
std::string hex_text(std::span<const std::uint8_t> bytes);

}  // namespace bw
