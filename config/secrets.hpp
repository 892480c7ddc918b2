#pragma once

#include <string>

#include "config/node_config.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace bw {

struct broker_credentials {
  std::string key_id;
  secret secret_key;
  /// "environment", "file /run/…", "systemd credential", "simulation": never the value.
  std::string origin;
};

/// The pair for the mode, from the first place that has it: systemd credential (`alpaca_key_id`,
/// `alpaca_secret_key` in $CREDENTIALS_DIRECTORY), files named by APCA_API_KEY_ID_FILE and
/// APCA_API_SECRET_KEY_FILE (or ALPACA_KEY_ID_FILE and ALPACA_SECRET_KEY_FILE) with mode 0600 or
/// stricter, then the environment (APCA_API_KEY_ID / APCA_API_SECRET_KEY or ALPACA_API_KEY /
/// ALPACA_SECRET_KEY). In sim mode a fixed pair that opens the embedded venue.
/// Errors name the variable, never a value.
result<broker_credentials> resolve_credentials(environment mode);

/// Whether the environment means another account than the configuration: TRADING_MODE and
/// ALPACA_BASE_URL (also APCA_API_BASE_URL) select nothing, but they must not disagree with the
/// mode. ec::halted when they do: the start is refused for safety. Sim mode looks at nothing.
result<void> check_environment(environment mode);

}  // namespace bw
