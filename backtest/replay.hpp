#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "backtest/replay_report.hpp"
#include "config/node_config.hpp"
#include "domain/session_calendar.hpp"
#include "storage/recording_frame.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

/// Hears what the strategies heard, in the order of each symbol.
class replay_observer {
 public:
  virtual ~replay_observer() = default;
  virtual void on_market(std::string_view symbol, const market_event& event, utc_ns at) = 0;
  virtual void on_session(std::string_view symbol, const session_state& session, utc_ns at) = 0;
};

struct replay_setup {
  /// Folder of the audit log, and that of the recordings.
  std::filesystem::path log;
  std::filesystem::path recordings;
  /// Only decisions of this trading day are compared. Inputs before it are fed all the same: they
  /// made the state that the day began with.
  std::optional<calendar_date> day;
  /// The configuration that the run had, from its recorded texts.
  std::function<result<node_config>(const recorded_parameters&)> config_of;
  const strategy_registry* strategies = nullptr;
  session_calendar calendar;
  replay_observer* observer = nullptr;
  /// Asked again and again: when it says no, the answer is ec::halted. Empty: nobody minds.
  std::function<bool()> goes_on;
  /// Told now and then: bytes of recordings done, and how many there are.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

/// Gives every decision maker of the recorded runs its inputs again, each to the same object that
/// decided in the node, and compares what it decides with what the audit log says: signals with
/// their fates, orders, verdicts with every rule's value and limit, changes of the trading state.
/// Single-threaded; several runs come one after the other.
///
/// A difference, a tampered segment or a gap is no error of this function: the report says it.
/// ec::integrity_broken for a log whose chain is broken, ec::not_found when there is none.
result<replay_report> replay_log(const replay_setup& setup);

}  // namespace bw
