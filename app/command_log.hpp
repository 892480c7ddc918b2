#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config_loader.hpp"
#include "core/clock.hpp"
#include "storage/audit_log.hpp"
#include "storage/instance_lock.hpp"

namespace bw {

/// The audit log of a state folder in the hands of a command, while no node has it: a run of its
/// own between a start and an end. The folder is locked for as long as it lives.
class command_log {
 public:
  /// `run_mode` stands in the boot record: what the run was for. ec::already_exists while a node or
  /// another command holds the folder; what open_audit_log says otherwise.
  static result<command_log> open(const loaded_config& loaded, std::string_view run_mode);

  /// On stable storage before it returns; answers the sequence of the last one.
  result<sequence_number> write(std::vector<audit_event> events);
  /// The last record. Without it the log says that the command died.
  result<void> close(std::string cause);

  std::uint64_t log_id() const { return log_->log_id(); }
  std::uint64_t boot_no() const { return log_->boot_no(); }

 private:
  command_log(instance_lock lock, std::unique_ptr<audit_log> log, bool ended_cleanly)
      : lock_(std::move(lock)), log_(std::move(log)), ended_cleanly_(ended_cleanly) {}

  instance_lock lock_;
  std::unique_ptr<audit_log> log_;
  /// Of the node's run before this one: the command must not hide a crash.
  bool ended_cleanly_;
  system_clock time_;
};

/// Who sits at the terminal, as far as the system knows: the login name.
std::string person_at_terminal();

}  // namespace bw
