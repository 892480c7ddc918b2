#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/live_evidence.hpp"
#include "domain/live_stage.hpp"

namespace bw {

/// Where the two halves of a key pair are kept, by reference and never by value:
/// "op://vault/item/field" or the path of a file that only its owner may read. "off": elsewhere.
struct credential_references {
  std::string key_id = "off";
  std::string secret_key = "off";
};

/// What belongs to one of the broker's accounts alone: the sections [paper] and [live].
struct live_options {
  credential_references paper_keys;
  credential_references live_keys;
  /// The node's folder in mode live: another one than that of paper.
  std::filesystem::path state_folder = "state-live";
  /// Accounts that may be traded, by number.
  std::vector<std::string> accounts;
  /// Private key that signs arming records. The node itself needs its public half only.
  std::filesystem::path arming_key = "arming.key";
  evidence_limits gate;

  // What follows is no option: it is known once the configuration was read, or granted.

  /// State folder of the paper node, whose log is the evidence.
  std::filesystem::path paper_state;
  /// Of a node that was let into live trading; its limits are in force already.
  std::optional<live_stage> stage;
};

}  // namespace bw
