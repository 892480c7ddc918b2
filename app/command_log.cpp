#include "app/command_log.hpp"

#include <pwd.h>
#include <unistd.h>

#include "app/account_comparison.hpp"
#include "config/state_folder.hpp"
#include "core/version.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw {

result<command_log> command_log::open(const loaded_config& loaded, std::string_view run_mode) {
  const auto& state = loaded.config.state_folder;
  auto lock = lock_state_folder(state);
  if (!lock) return std::move(lock).failure();
  const auto books = read_books(audit_folder(state));
  if (!books && books.code() != ec::not_found) return books.failure();
  const bool cleanly = !books || books->past.ended_cleanly();
  auto options = loaded.config.audit;
  options.folder = audit_folder(state);
  auto log = open_audit_log(options, static_cast<std::uint64_t>(system_clock{}.utc_now().value));
  if (!log) return std::move(log).failure();
  command_log out{std::move(*lock), std::move(*log), cleanly};
  const auto began = out.write({boot_record{out.boot_no(), out.log_id(), std::string{version()},
                                            std::string{run_mode}, loaded.hash, cleanly}});
  if (!began) return began.failure();
  return out;
}

result<sequence_number> command_log::write(std::vector<audit_event> events) {
  const audit_stamp stamp{time_.utc_now(), time_.mono_now(), {}, short_name{"command"}};
  std::vector<audit_log::entry> entries;
  for (const auto& event : events) entries.push_back({stamp, &event});
  return log_->append(entries, sync_mode::yes);
}

result<void> command_log::close(std::string cause) {
  const auto written = write({shutdown_record{std::move(cause), ended_cleanly_}});
  if (!written) return written.failure();
  return {};
}

std::string person_at_terminal() {
  passwd facts{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(::getuid(), &facts, buffer, sizeof buffer, &found) == 0 && found != nullptr)
    return facts.pw_name;
  return "uid " + std::to_string(::getuid());
}

}  // namespace bw
