#pragma once

#include <string>

#include "config/node_config.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "domain/live_interlock.hpp"

namespace bw {

struct broker_credentials {
  std::string key_id;
  secret secret_key;
  /// "environment", "file /run/…", "systemd credential", "simulation": never the value.
  std::string origin;
};

/// The pair for the mode, each half from the first place that has it: systemd credential
/// (`alpaca_key_id`, `alpaca_secret_key` in $CREDENTIALS_DIRECTORY), files named by
/// APCA_API_KEY_ID_FILE and APCA_API_SECRET_KEY_FILE (or ALPACA_KEY_ID_FILE and
/// ALPACA_SECRET_KEY_FILE) with mode 0600 or stricter, the reference of the configuration
/// (1Password's op://vault/item/field, or the path of such a file), then the environment
/// (APCA_API_KEY_ID / APCA_API_SECRET_KEY or ALPACA_API_KEY / ALPACA_SECRET_KEY). In sim mode a
/// fixed pair that opens the embedded venue. Errors name the place, never a value.
result<broker_credentials> resolve_credentials(environment mode,
                                               const credential_references& references = {});
/// With the references of the configuration's mode, and with no other's.
result<broker_credentials> resolve_credentials(const node_config& config);

/// Whether the environment means another account than the configuration: TRADING_MODE and
/// ALPACA_BASE_URL (also APCA_API_BASE_URL) select nothing, but they must not disagree with the
/// mode. ec::halted when they do: the start is refused for safety. Sim mode looks at nothing.
result<void> check_environment(environment mode);

/// What the configuration and the environment say of the wish to trade live; the key, the account
/// and the arming are left to the caller.
live_facts live_facts_of(const node_config& config);

}  // namespace bw
