#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bw::venue {

/// RFC 4648 section 4, with padding.
std::string encode_base64(std::string_view bytes);
/// Nothing when the text is not base64; missing padding is tolerated.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace bw::venue
