#include "app/strategy_switch.hpp"

#include "app/account_comparison.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/version.hpp"
#include "storage/instance_lock.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw {

result<void> put_strategy_back(const loaded_config& config, const std::string& strategy,
                               const std::string& why) {
  const auto& home = config.config.state_folder;
  const auto lock = lock_state_folder(home);
  if (!lock) return {ec::already_exists, lock.failure().context};
  const auto books = read_books(audit_folder(home));
  if (!books) return books.failure();
  const auto& off = books->past.strategies_off();
  if (!off.contains(cut<short_name>(strategy))) {
    std::string names;
    for (const auto& [name, cause] : off) names += (names.empty() ? "" : ", ") + name.str();
    return {ec::not_found, "nothing holds strategy '" + strategy +
                               "' off; held off: " + (names.empty() ? "none" : names)};
  }
  const system_clock time;
  auto options = config.config.audit;
  options.folder = audit_folder(home);
  auto log = open_audit_log(options, static_cast<std::uint64_t>(time.utc_now().value));
  if (!log) return std::move(log).failure();
  const auto clean = books->past.ended_cleanly();
  operator_record person;
  person.command = "strategy enable " + strategy;
  person.who = "a person at the command line";
  person.why = why;
  person.accepted = true;
  strategy_switch_record on;
  on.strategy = cut<short_name>(strategy);
  on.enabled = true;
  on.cause = why;
  const audit_event events[] = {
      boot_record{(*log)->boot_no(), (*log)->log_id(), std::string{version()}, "strategy enable",
                  config.hash, clean},
      person, on, shutdown_record{"strategy enable", clean}};
  const audit_stamp stamp{time.utc_now(), time.mono_now(), {}, short_name{"manager"}};
  std::vector<audit_log::entry> entries;
  for (const auto& event : events) entries.push_back({stamp, &event});
  const auto written = (*log)->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  return {};
}

}  // namespace bw
