#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "messages/audit.hpp"

namespace bw {

/// Appends the canonical bytes of the event, without its type (see binary_codec.hpp).
/// ec::out_of_range when a text or list is longer than the format carries.
result<void> encode_event(const audit_event& event, std::string& out);

/// The event whose variant index is `index`. ec::unsupported for an index that this version does
/// not know, ec::parse_failed for bytes that are not exactly one event of that type.
result<audit_event> decode_event(std::size_t index, std::string_view bytes);

/// The order that the event is about; empty for events about no order or one that got no id.
client_order_id client_id_of(const audit_event& event);

}  // namespace bw
