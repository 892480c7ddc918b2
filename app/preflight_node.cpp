#include "app/preflight_node.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "analytics/live_record.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "storage/audit_reader.hpp"

namespace bw {
namespace {

using grade = preflight_result;

constexpr int sync_looks = 5;
/// What stands in the log; more would be a log of its own.
constexpr std::size_t lines_max = 32;

preflight_item item(std::string name, bool good, std::string value, std::string hint) {
  return {std::move(name), good ? grade::pass : grade::fail, std::move(value),
          good ? std::string{} : std::move(hint)};
}

preflight_item judge_books(const node_status& status) {
  const auto differences = std::to_string(status.reconcile_differences) + " differences";
  return item("reconciliation",
              status.last_reconcile != utc_ns{} && status.reconcile_differences == 0,
              status.last_reconcile == utc_ns{} ? "not compared yet" : differences,
              "see `bellwether reconcile`");
}

preflight_item judge_connection(const node_status& status) {
  const bool up = status.order_stream.state == feed_state::synced && status.account_at != utc_ns{};
  return item("api_connected", up,
              up ? "order stream and account are there"
                 : "order stream " + std::string{to_string(status.order_stream.state)},
              "see the log for what the broker said");
}

preflight_item judge_feed(const node_status& status, const std::string& feed) {
  return item("data_entitlement", status.feed.state == feed_state::synced,
              feed + ", " + std::to_string(status.feed.symbols_subscribed) + " symbols",
              "the feed is " + std::string{to_string(status.feed.state)});
}

}  // namespace

std::vector<nanoseconds> measure_sync(const std::filesystem::path& folder, const clock& time) {
  std::vector<nanoseconds> took;
  const auto file = folder / ".bellwether-check";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (int n = 0; descriptor >= 0 && n < sync_looks; ++n) {
    const auto began = time.mono_now();
    const char record[256] = {};
    const auto written = ::write(descriptor, record, sizeof record);
    if (written != static_cast<ssize_t>(sizeof record) || ::fdatasync(descriptor) != 0) break;
    took.push_back(time.mono_now() - began);
  }
  if (descriptor < 0) return took;
  ::close(descriptor);
  ::unlink(file.c_str());
  return took;
}

std::optional<drill_evidence> last_drill_of(const node_config& config,
                                            const session_calendar& calendar) {
  // On the way to real money the drill of the paper node counts.
  const bool live = config.mode == environment::live;
  live_record past{live ? "paper" : std::string{to_string(config.mode)}, calendar};
  const auto log = open_audit_reader(audit_folder(config.live.paper_state));
  if (!log) return std::nullopt;
  const auto read = (*log)->read({}, [&](const audit_record& record) {
    past.apply(record.wall, record.event);
    return true;
  });
  if (!read) return std::nullopt;
  return past.drill();
}

preflight_report preflight_of_node(const loaded_config& loaded, const node_status& status,
                                   const std::optional<drill_evidence>& last_drill, utc_ns now) {
  const auto& config = loaded.config;
  preflight_report out;
  auto& items = out.items;
  const auto warnings = config_warnings(config);
  items.push_back({"configuration", warnings.empty() ? grade::pass : grade::warn,
                   "hash " + loaded.hash, warnings.empty() ? "" : warnings.front()});
  items.push_back(judge_connection(status));
  items.push_back(item(
      "account_verified",
      status.portfolio_value.is_positive() && !has_reason(status.trading, halt_reason::account),
      "equity " + status.portfolio_value.text() + ", buying power " + status.buying_power.text(),
      "the account is not known, or blocked"));
  items.push_back(judge_feed(status, config.feed.name));
  items.push_back(item("clock_offset", !has_reason(status.trading, halt_reason::clock),
                       "watched by the node", "set the clock: run chrony or systemd-timesyncd"));
  items.push_back(item("calendar", status.session.open != utc_ns{},
                       "session of " + format_rfc3339(status.session.open), "no session is known"));
  items.push_back(judge_risk_limits(config));
  items.push_back(judge_position_limits(config));
  drill_outcome none;
  none.why = "a running node makes none";
  items.push_back(judge_drill(none, last_drill, config.live.gate.drill_max_days, now));
  std::error_code failed;
  const auto space = std::filesystem::space(config.state_folder, failed);
  items.push_back(failed ? item("disk_space", false, failed.message(), "is the disk there?")
                         : judge_disk(space.available));
  items.push_back(judge_sync_time(measure_sync(config.state_folder, system_clock{})));
  items.push_back(item("audit_chain", !has_reason(status.trading, halt_reason::audit),
                       std::to_string(status.audit_records) + " records in this run",
                       "see `bellwether audit verify`"));
  items.push_back(judge_books(status));
  items.push_back(judge_alert_channels());
  items.push_back(judge_plugins(loaded.catalog ? plugin_records(*loaded.catalog)
                                               : std::vector<plugin_record>{}));
  return out;
}

std::string to_line(const preflight_record& record) {
  auto out = "preflight at " + record.cause + ": " + std::to_string(record.failures) + " failed, " +
             std::to_string(record.warnings) + " warnings";
  for (const auto& line : record.lines) out += "; " + line;
  return out;
}

std::string preflight_times::due(const node_status& status, mono_ns mono, utc_ns now) {
  const auto open = status.session.open;
  if (!began_) {
    if (status.lifecycle != "running" && mono - started_at_ < ready_within) return {};
    began_ = true;
    looked_for_ = open;
    return "start";
  }
  const auto before = open - now;
  if (open == looked_for_ || before > preflight_before_open) return {};
  looked_for_ = open;
  // What is open already was looked at when it came near.
  return before > nanoseconds{0} ? "open" : "";
}

preflight_record to_record(const preflight_report& report, std::string cause) {
  preflight_record out;
  out.cause = std::move(cause);
  out.passed = report.passed();
  out.warnings = static_cast<std::uint32_t>(report.count(grade::warn));
  out.failures = static_cast<std::uint32_t>(report.count(grade::fail));
  for (const auto& each : report.items)
    if (each.result != grade::pass && out.lines.size() < lines_max)
      out.lines.push_back(std::string{to_string(each.result)} + " " + each.name + ": " +
                          each.value);
  return out;
}

}  // namespace bw
