#pragma once

#include "core/secret.hpp"
#include "net/http.hpp"

namespace bw::net {

/// What names the account in a request to Alpaca (its page "Authentication"). Holds the secret in
/// plain text: for a client's options, never for a log.
inline header_list account_headers(const std::string& key_id, const secret& secret_key) {
  return {{"APCA-API-KEY-ID", key_id}, {"APCA-API-SECRET-KEY", std::string{secret_key.reveal()}}};
}

}  // namespace bw::net
