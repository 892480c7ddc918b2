#include "app/preflight.hpp"

#include <algorithm>

#include "app/output.hpp"
#include "core/json_writer.hpp"
#include "domain/session_calendar.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using grade = preflight_result;

constexpr milliseconds slow_round_trip{1'000};
constexpr milliseconds clock_warn{250};
constexpr milliseconds clock_fail{2'000};
constexpr milliseconds sync_warn{50};
constexpr milliseconds sync_fail{500};
constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t disk_fail_mib = 512;
constexpr std::uint64_t disk_warn_mib = 4'096;
/// A day far from the next session means a calendar that is not right.
constexpr std::chrono::hours next_session_max{24 * 6};
/// Of a market order that closes a position, and of a request within the budget of 150 a minute.
constexpr milliseconds fill_wait{2'000};
constexpr milliseconds request_every{400};

std::string milliseconds_text(nanoseconds x) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(x).count()) + " ms";
}

std::string bp_text(std::int64_t bp) { return format_decimal(bp * 10'000'000) + " %"; }

preflight_item item(std::string name, preflight_result result, std::string value,
                    std::string hint = "") {
  return {std::move(name), result, std::move(value), std::move(hint)};
}

}  // namespace

std::string_view to_string(preflight_result x) noexcept {
  switch (x) {
    case grade::pass: return "pass";
    case grade::warn: return "warn";
    case grade::fail: return "fail";
  }
  return "invalid";
}

bool preflight_report::passed() const { return !items.empty() && count(grade::fail) == 0; }

std::size_t preflight_report::count(preflight_result x) const {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [x](const auto& each) { return each.result == x; }));
}

std::string to_json(const preflight_report& report, std::string_view mode, utc_ns at) {
  json_writer out;
  out.begin_object().member("schema_version", 1).member("passed", report.passed());
  out.member("mode", mode).member("at", at).key("items").begin_array();
  for (const auto& each : report.items)
    out.begin_object()
        .member("name", each.name)
        .member("result", to_string(each.result))
        .member("value", each.value)
        .member("hint", each.hint)
        .end_object();
  out.end_array().end_object();
  return out.take();
}

std::string to_text(const preflight_report& report) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : report.items)
    rows.push_back({std::string{to_string(each.result)}, each.name, each.value});
  const auto table = format_table(rows);
  std::string out;
  std::size_t at = 0;
  for (const auto& each : report.items) {
    const auto end = table.find('\n', at);
    out += table.substr(at, end + 1 - at);
    at = end + 1;
    if (!each.hint.empty()) out += "      -> " + each.hint + "\n";
  }
  return out + "\n" + std::to_string(report.count(grade::pass)) + " passed, " +
         std::to_string(report.count(grade::warn)) + " warnings, " +
         std::to_string(report.count(grade::fail)) + " failed\n";
}

preflight_item judge_api(nanoseconds round_trip) {
  const bool slow = round_trip > slow_round_trip;
  return item("api_connected", slow ? grade::warn : grade::pass, milliseconds_text(round_trip),
              slow ? "the way to the broker is slow: run the node nearer to it" : "");
}

preflight_item judge_account(const account_report& account, const std::string& currency,
                             money least_buying_power) {
  const auto value = account.status + ", equity " + account.equity.text() + " " + currency +
                     ", buying power " + account.buying_power.text();
  if (account.status != "ACTIVE")
    return item("account_verified", grade::fail, value,
                "the broker must set the account to ACTIVE");
  if (account.trading_blocked)
    return item("account_verified", grade::fail, value + ", blocked",
                "the account may not trade: ask the broker, or look whether you suspended it");
  if (currency != "USD")
    return item("account_verified", grade::fail, value, "only accounts in USD are traded");
  if (!account.equity.is_positive() || account.buying_power < least_buying_power)
    return item(
        "account_verified", grade::fail, value,
        "no entry is possible below risk.min_buying_power_usd = " + least_buying_power.text());
  return item("account_verified", grade::pass, value);
}

preflight_item judge_clock(nanoseconds offset, nanoseconds uncertainty) {
  const auto size = offset < nanoseconds{0} ? -offset : offset;
  // What the way there and back may hide is no offset.
  const auto sure = std::max(nanoseconds{0}, size - uncertainty);
  const auto value =
      milliseconds_text(offset) + " to the broker, known to " + milliseconds_text(uncertainty);
  if (sure > clock_fail)
    return item("clock_offset", grade::fail, value,
                "set the clock: run chrony or systemd-timesyncd");
  return item("clock_offset", sure > clock_warn ? grade::warn : grade::pass, value,
              sure > clock_warn ? "the clock is off: is chrony or systemd-timesyncd running?" : "");
}

preflight_item judge_clock_sync(const result<clock_sync>& sync) {
  if (const auto wrong = complaint_of(sync); !wrong.empty())
    return item("clock_sync", grade::warn, wrong,
                "run chrony or systemd-timesyncd, and look whether it reaches its servers");
  return item("clock_sync", grade::pass,
              "kept, off by " + milliseconds_text(sync->error_max) + " at most");
}

preflight_item judge_sync_time(const std::vector<nanoseconds>& took) {
  if (took.empty())
    return item("sync_time", grade::fail, "unknown", "the state folder cannot be written to");
  const auto worst = *std::max_element(took.begin(), took.end());
  const auto value = milliseconds_text(worst) + " at worst of " + std::to_string(took.size());
  const auto result = worst > sync_fail   ? grade::fail
                      : worst > sync_warn ? grade::warn
                                          : grade::pass;
  return item("sync_time", result, value,
              result == grade::pass
                  ? ""
                  : "every order waits for this: put the state folder on a local SSD");
}

preflight_item judge_disk(std::uint64_t free_bytes) {
  const auto mib = free_bytes / mebibyte;
  const auto result = mib < disk_fail_mib   ? grade::fail
                      : mib < disk_warn_mib ? grade::warn
                                            : grade::pass;
  return item("disk_space", result, std::to_string(mib) + " MiB free",
              result == grade::pass ? "" : "free some space on the disk of the state folder");
}

preflight_item judge_data(const result<price>& seen, const std::string& feed,
                          const std::string& symbol) {
  if (seen)
    return item("data_entitlement", grade::pass, feed + ", " + symbol + " at " + seen->text());
  if (seen.code() == ec::not_found)
    return item("data_entitlement", grade::warn, feed + ": " + seen.failure().context,
                "outside of a session that may be; is the symbol right?");
  return item("data_entitlement", grade::fail, feed + ": " + seen.failure().context,
              seen.code() == ec::unsupported
                  ? "this account may not read the feed: set feed.name = \"iex\" or subscribe"
                  : "market data cannot be read: network, firewall or key");
}

preflight_item judge_calendar(utc_ns now, const std::optional<session_day>& next,
                              const std::vector<std::string>& differences) {
  if (!next)
    return item("calendar", grade::fail, "no session is known",
                "the broker's calendar is empty, and so are the built-in rules");
  auto value = (next->open <= now ? "session until " + format_rfc3339(next->close)
                                  : "next session " + format_rfc3339(next->open));
  if (next->open - now > next_session_max)
    return item("calendar", grade::fail, value, "no session for six days: is the clock right?");
  if (differences.empty()) return item("calendar", grade::pass, value);
  return item("calendar", grade::warn,
              value + "; differs from the built-in rules: " + differences.front(),
              "no entries are made on a day about which the calendars differ");
}

preflight_item judge_risk_limits(const node_config& config) {
  const auto& risk = config.risk;
  const auto value = "loss of the day " + bp_text(risk.loss_warn_bp) + " / " +
                     bp_text(risk.loss_reduce_bp) + " / " + bp_text(risk.loss_halt_bp) +
                     ", trade " + bp_text(config.risk.trade_risk_bp) + ", stop " +
                     bp_text(config.holding.stop_loss_bp);
  if (!risk.entries_need_stop)
    return item("risk_limits_set", grade::warn, value + ", entries without a stop are allowed",
                "set risk.entries_need_stop = true");
  if (!config.loss_flatten)
    return item("risk_limits_set", grade::warn, value + ", positions stay open after the halt",
                "set risk.loss.flatten = true");
  return item("risk_limits_set", grade::pass, value);
}

preflight_item judge_position_limits(const node_config& config) {
  const auto& risk = config.risk;
  const auto value = std::to_string(risk.max_positions) + " positions, " +
                     bp_text(risk.position_max_equity_bp) + " each, " +
                     bp_text(risk.gross_max_equity_bp) + " together, " +
                     std::to_string(risk.max_entries_per_day) + " entries a day";
  // All positions at their limit must fit under the limit of the whole, or the last are never made.
  const bool fits = risk.position_max_equity_bp * static_cast<std::int64_t>(risk.max_positions) <=
                    risk.gross_max_equity_bp;
  return item("position_limits_set", fits ? grade::pass : grade::warn, value,
              fits ? "" : "risk.gross.max_equity_bp binds before risk.max_positions does");
}

preflight_item judge_drill(const drill_outcome& drill, const std::optional<drill_evidence>& last,
                           std::uint32_t days_max, utc_ns now) {
  const std::string name = "emergency_stop_working";
  if (drill.done) {
    const auto& x = drill.record;
    const auto value = x.text + "; acknowledged after " +
                       milliseconds_text(nanoseconds{x.acknowledged_ns}) + ", cancelled after " +
                       milliseconds_text(nanoseconds{x.cancelled_ns});
    if (x.passed)
      return item(name, grade::pass,
                  value + ", flat after " + milliseconds_text(nanoseconds{x.flat_ns}));
    const bool cancelled = x.open_orders_after == 0 && x.cancelled_ns > 0;
    return item(name, cancelled ? grade::warn : grade::fail, value,
                cancelled ? "orders are cancelled in time; drill again without positions"
                          : "do not trade before all orders can be cancelled");
  }
  if (!last)
    return item(name, grade::fail, "never drilled: " + drill.why,
                "run `bellwether check` while no node runs");
  const auto age = now - last->at;
  const auto value = std::string{last->passed ? "passed " : "failed "} + format_rfc3339(last->at) +
                     " (" + drill.why + ")";
  const bool fresh = age >= nanoseconds{0} && age <= std::chrono::hours{24} * days_max;
  if (last->passed && fresh) return item(name, grade::pass, value);
  return item(name, grade::fail, value, "run `bellwether check` while no node runs");
}

preflight_item judge_alert_channels() {
  return item("alert_channels", grade::warn, "not configured: this version sends no alerts",
              "watch /readyz and /metrics from outside, and the records of type alert");
}

preflight_item judge_plugins(const std::vector<plugin_record>& plugins) {
  constexpr std::size_t digits = 12;
  std::string loaded;
  std::string refused;
  for (const auto& each : plugins) {
    auto& text = each.step == plugin_step::loaded ? loaded : refused;
    text += text.empty() ? "" : ", ";
    text += each.step == plugin_step::loaded
                ? each.name + " " + each.version + " " + hex_text(each.content).substr(0, digits)
                : each.file + ": " + each.reason;
  }
  if (!refused.empty())
    return item("plugin_hashes", grade::fail, "refused: " + refused,
                "mend the file or take it out of the plugin folder; its hash must be in "
                "plugins.allow");
  return item("plugin_hashes", grade::pass, loaded.empty() ? "no plugin is there" : loaded);
}

preflight_item judge_time_to_flat(std::size_t positions, nanoseconds round_trip) {
  const auto each = std::max<nanoseconds>(round_trip, request_every);
  const auto all = each * static_cast<std::int64_t>(positions + 1) +
                   (positions == 0 ? nanoseconds{0} : nanoseconds{fill_wait});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(all).count();
  const bool good = all <= time_to_flat_max;
  return item(
      "time_to_flat_seconds", good ? grade::pass : grade::fail,
      std::to_string(seconds) + " s estimated for " + std::to_string(positions) + " positions",
      good ? "" : "hold fewer positions, or run nearer to the broker");
}

}  // namespace bw
