#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

/// What the actions of `audit` can be told; each takes what it needs.
struct audit_arguments {
  state_choice where;
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
  std::string type;
  std::string format = "jsonl";
  std::string output;
  std::string order;
  std::string day;
  /// Files other than the configured ones; empty: those.
  std::string anchors;
  std::string public_key;
  /// An exported file to verify instead of a log.
  std::string exported;
  std::uint64_t sequence = 0;
  std::vector<std::uint64_t> consistency;
  std::string proof;
  std::string folder;
  /// Where something is read from, when `folder` is where it goes.
  std::string source;
  /// What a redacted copy does not show.
  std::vector<std::uint64_t> hidden_records;
  std::vector<std::string> hidden_types;
  bool check = false;
  bool confirmed = false;
};

/// Where a node keeps what proves its log.
struct audit_places {
  std::filesystem::path state;
  std::filesystem::path log;
  std::filesystem::path anchors;
  std::filesystem::path key;
  std::filesystem::path public_key;
};
result<audit_places> find_audit_places(const audit_arguments& asked);
result<std::unique_ptr<audit_reader>> open_log(const audit_arguments& asked);
result<audit_filter> filter_of(const audit_arguments& asked);

/// Bytes of hexadecimal text; ec::parse_failed.
result<std::string> bytes_of_hex(std::string_view text);

using audit_action = int (*)(const common_flags&, const audit_arguments&);

/// Carries out an action with what was given on the command line.
void choose(CLI::App& command, common_flags& flags, chosen_command& chosen,
            std::shared_ptr<audit_arguments> asked, audit_action act);

// The actions that have files of their own.
int prove_audit(const common_flags& flags, const audit_arguments& asked);
int export_audit(const common_flags& flags, const audit_arguments& asked);
int verify_export(const common_flags& flags, const audit_arguments& asked);
int backup_audit(const common_flags& flags, const audit_arguments& asked);
int redact_audit(const common_flags& flags, const audit_arguments& asked);
int seal_audit(const common_flags& flags, const audit_arguments& asked);
int restore_audit(const common_flags& flags, const audit_arguments& asked);
int adopt_audit(const common_flags& flags, const audit_arguments& asked);

}  // namespace bw
