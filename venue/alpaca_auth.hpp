#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"
#include "net/http.hpp"

namespace bw::venue {

/// A key pair as a client presents it.
struct presented_keys {
  std::string key_id;
  secret secret_key;
};

/// Who may use the venue: a given key pair, or, without one, any pair that is not empty. Immutable.
class alpaca_auth {
 public:
  /// Without a key id every non-empty pair is good.
  alpaca_auth(std::string key_id, secret secret_key);

  bool admits(const presented_keys& keys) const;
  bool admits(const net::header_list& headers) const;

 private:
  std::string key_id_;
  secret secret_key_;
};

/// The APCA headers, otherwise HTTP Basic; nothing when a request carries neither.
std::optional<presented_keys> keys_of(const net::header_list& headers);

}  // namespace bw::venue
