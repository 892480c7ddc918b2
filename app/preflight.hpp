#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/stop_drill.hpp"
#include "core/clock_sync.hpp"
#include "domain/live_evidence.hpp"
#include "domain/live_interlock.hpp"
#include "messages/account.hpp"
#include "messages/operations.hpp"

namespace bw {

enum class preflight_result : std::uint8_t { pass = 1, warn, fail };
std::string_view to_string(preflight_result x) noexcept;

/// One line of the preflight.
struct preflight_item {
  /// Stable name: "api_connected".
  std::string name;
  preflight_result result = preflight_result::fail;
  std::string value;
  /// How to mend it; empty when it passed.
  std::string hint;
};

struct preflight_report {
  std::vector<preflight_item> items;
  bool passed() const;
  std::size_t count(preflight_result x) const;
};

/// {"schema_version":1,"passed":…,"mode":…,"at":…,"items":[…]}.
std::string to_json(const preflight_report& report, std::string_view mode, utc_ns at);
/// A table with one line an item and its hint below it.
std::string to_text(const preflight_report& report);

// The judgements, each a pure function of what was found.

preflight_item judge_api(nanoseconds round_trip);
preflight_item judge_account(const account_report& account, const std::string& currency,
                             money least_buying_power);
/// `uncertainty` is half of the way there and back.
preflight_item judge_clock(nanoseconds offset, nanoseconds uncertainty);
/// Warns at most: a clock that is right although the kernel knows of nobody who keeps it is found
/// by its offset.
preflight_item judge_clock_sync(const result<clock_sync>& sync);
/// How long one small write took to be on the disk, several times.
preflight_item judge_sync_time(const std::vector<nanoseconds>& took);
preflight_item judge_disk(std::uint64_t free_bytes);
preflight_item judge_data(const result<price>& seen, const std::string& feed,
                          const std::string& symbol);
preflight_item judge_calendar(utc_ns now, const std::optional<session_day>& next,
                              const std::vector<std::string>& differences);
preflight_item judge_risk_limits(const node_config& config);
preflight_item judge_position_limits(const node_config& config);
/// A drill that was made, or in its place the last one that the log knows.
preflight_item judge_drill(const drill_outcome& drill, const std::optional<drill_evidence>& last,
                           std::uint32_t days_max, utc_ns now);
/// There is none to configure: a warning, whatever the mode.
preflight_item judge_alert_channels();
/// Every file of the plugin folder by its hash; one that was refused fails.
preflight_item judge_plugins(const std::vector<plugin_record>& plugins);
/// One request cancels everything, each position takes one more and some time to fill.
preflight_item judge_time_to_flat(std::size_t positions, nanoseconds round_trip);
inline constexpr std::chrono::seconds time_to_flat_max{300};

}  // namespace bw
