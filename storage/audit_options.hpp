#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "storage/audit_log.hpp"

namespace rocksdb {
class Env;
}

namespace bw {

/// What is on stable storage before an order's bytes leave (`audit.sync`).
enum class audit_sync : std::uint8_t {
  gate = 1,  // Intent, verdict and send: survive a power loss.
  process,   // They survive the end of the process, a power loss may take them.
};
std::string_view to_string(audit_sync x) noexcept;
/// "gate" or "process"; ec::parse_failed otherwise.
result<audit_sync> parse_audit_sync(std::string_view text);

struct audit_options {
  /// Folder of the log alone; made when it is missing.
  std::filesystem::path folder;
  audit_sync sync = audit_sync::gate;
  /// File of the anchors and the key that signs them, relative to the state folder.
  std::filesystem::path anchors = "anchors.log";
  std::filesystem::path anchor_key = "anchor.key";
  /// The files of the database; null: those of the machine. A test puts faults here.
  rocksdb::Env* files = nullptr;
};

/// How a group must be written. Starts and changes of the trading state are synced under either
/// policy: a latch that is forgotten lets trading go on.
sync_mode sync_needed(audit_sync policy, durability needs, const audit_event& event) noexcept;
sync_mode sync_needed(audit_sync policy, const audit_append& group) noexcept;

}  // namespace bw
