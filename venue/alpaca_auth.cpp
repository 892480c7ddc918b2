#include "venue/alpaca_auth.hpp"

#include "venue/base64.hpp"

namespace bw::venue {

alpaca_auth::alpaca_auth(std::string key_id, secret secret_key)
    : key_id_(std::move(key_id)), secret_key_(std::move(secret_key)) {}

bool alpaca_auth::admits(const presented_keys& keys) const {
  if (keys.key_id.empty() || keys.secret_key.empty()) return false;
  if (key_id_.empty()) return true;
  return keys.key_id == key_id_ && keys.secret_key.reveal() == secret_key_.reveal();
}

bool alpaca_auth::admits(const net::header_list& headers) const {
  const auto keys = keys_of(headers);
  return keys && admits(*keys);
}

std::optional<presented_keys> keys_of(const net::header_list& headers) {
  const auto key_id = net::find_header(headers, "APCA-API-KEY-ID");
  const auto secret_key = net::find_header(headers, "APCA-API-SECRET-KEY");
  if (!key_id.empty() || !secret_key.empty())
    return presented_keys{std::string{key_id}, secret{std::string{secret_key}}};

  constexpr std::string_view scheme = "Basic ";
  const auto basic = net::find_header(headers, "Authorization");
  if (basic.substr(0, scheme.size()) != scheme) return std::nullopt;
  const auto pair = decode_base64(basic.substr(scheme.size()));
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return presented_keys{pair->substr(0, colon), secret{pair->substr(colon + 1)}};
}

}  // namespace bw::venue
