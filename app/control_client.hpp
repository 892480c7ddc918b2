#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/output.hpp"
#include "core/result.hpp"
#include "messages/status.hpp"
#include "net/http.hpp"
#include "ops/control_api.hpp"

namespace bw {

/// Where a running node listens, and the token that opens it.
struct control_endpoint {
  std::uint16_t port = 0;
  std::string token;
};

/// Writes both into the state folder, the token for its owner alone (0600). ec::io_failed names the
/// path.
result<void> publish_control_endpoint(const std::filesystem::path& state,
                                      const control_endpoint& where);
/// The node is gone.
void withdraw_control_endpoint(const std::filesystem::path& state);
/// ec::connection_failed when no node has left them there.
result<control_endpoint> read_control_endpoint(const std::filesystem::path& state);

/// Asks the node of a state folder and waits. ec::connection_failed when none answers,
/// ec::auth_refused for a token that is not the node's, ec::http_status for what it does not
/// understand.
result<control_answer> ask_node(const std::filesystem::path& state, const control_request& request);
/// The body of GET /api/v1/status.
result<std::string> ask_node_status(const std::filesystem::path& state);

/// The account that a command acts for, as the system knows it: "alice", or "uid 1000".
std::string person_at_the_terminal();

}  // namespace bw
