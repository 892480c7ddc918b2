#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/backtest_options.hpp"
#include "config/live_options.hpp"
#include "core/log.hpp"
#include "domain/day_schedule.hpp"
#include "domain/position_sizer.hpp"
#include "domain/risk_options.hpp"
#include "domain/session_calendar.hpp"
#include "messages/strategy_change.hpp"
#include "ops/ops_server.hpp"
#include "storage/audit_options.hpp"
#include "storage/recording_options.hpp"
#include "strategies/holding.hpp"
#include "strategies/parameters.hpp"

namespace bw {

/// Whom the node talks to. `sim` is the embedded venue on loopback.
enum class environment : std::uint8_t { sim = 1, paper, live };
std::string_view to_string(environment x) noexcept;

/// What happens to open orders when the node stops.
enum class on_shutdown : std::uint8_t { keep = 1, cancel, flatten };
std::string_view to_string(on_shutdown x) noexcept;

/// How the worker waits for its next message (performance 3.3).
enum class hot_wait : std::uint8_t { spin = 1, adaptive, block };
std::string_view to_string(hot_wait x) noexcept;

struct sim_options {
  /// Port of `bellwether venue`.
  std::uint16_t port = 8760;
};

struct feed_config {
  /// Alpaca's feed: iex or sip.
  std::string name = "iex";
  /// How the stream's messages travel: json or msgpack.
  std::string codec = "json";
  /// Calendar days of minute bars fetched for warm-up.
  std::uint32_t history_days = 5;
  /// The stream has been away for so long when the latest prices are asked for by REST, and between
  /// two such questions; 0: none are asked.
  std::chrono::seconds poll_after{30};
  std::chrono::seconds poll_every{5};
  /// More than one message of a hundred may not come later after the venue's stamp; 0: they may.
  std::chrono::milliseconds lag_max{500};
  /// Of past bars on disk; 0 keeps none.
  std::uint32_t cache_mb = 256;
};

struct hot_options {
  hot_wait wait = hot_wait::adaptive;
  std::chrono::microseconds spin{200};
};

struct plugin_options {
  /// Where libraries with strategies lie; a folder that is not there holds none.
  std::filesystem::path folder = "plugins";
  /// SHA-256 of the files that may be loaded, hexadecimal, blanks between; or any.
  std::string allow = "any";
  /// How long one call into a plugin may take.
  std::chrono::milliseconds call_budget{50};
};

/// One configured strategy.
struct strategy_config {
  std::string id;
  std::string kind;
  bool enabled = true;
  std::vector<std::string> watchlist;
  /// As text, checked by the strategy's own table.
  parameter_texts parameters;
  /// What becomes of its positions when it is switched off.
  bw::on_disable on_disable = bw::on_disable::close;
  /// Its confidence counts so much when signals compete.
  std::uint32_t weight_ppm = 1'000'000;
  /// Most that it may hold in one symbol; zero: no limit of its own.
  money symbol_budget{};
  /// Not of the file: something went wrong, and only a person puts it back. Why stands in `cause`.
  bool latched = false;
  std::string cause{};
  /// Its signals are recorded, and none becomes an order.
  bool shadow = false;
  /// What its bars are made of (config/bar_choice.hpp); empty: five minutes.
  std::string bars{};
  /// It keeps positions over night.
  bool overnight = false;
  /// Most that it may hold over all symbols; zero: no limit of its own.
  money budget{};
  /// Regimes of a symbol in which it may enter; none: all.
  regime_set regimes = 0;
};

/// Everything the node can be told. Defaults stand here and in the option structs, nowhere else.
struct node_config {
  environment mode = environment::paper;
  std::filesystem::path state_folder = "state";
  std::filesystem::path strategies_file = "strategies.toml";
  bw::on_shutdown on_shutdown = bw::on_shutdown::cancel;
  sim_options sim;
  feed_config feed;
  hot_options hot;
  log_options log;
  bw::ops_options ops;
  audit_options audit;
  recording_options recording;
  risk_options risk;
  /// Close everything when the loss of the day halts trading.
  bool loss_flatten = true;
  bw::loss_clear loss_clear = bw::loss_clear::person;
  /// Stop, target and trail of a position, and the patience with its orders.
  holding_options holding;
  /// A kill leaves orders alone that the broker's own positions show to reduce risk.
  bool kill_keeps_protective = false;
  /// Stops are placed for shares in the account that are not of our making.
  bool protect_external = false;
  /// Entries on bars that end at the same instant are gathered for so long before they take slots
  /// and money by rank; zero: they are taken as they come.
  nanoseconds entry_gather = std::chrono::milliseconds{50};
  /// Sizes are multiplied by it while the regime of their symbol is volatile; 100: they stay.
  std::uint32_t volatile_size_percent = 100;
  session_options session;
  schedule_options schedule;
  std::vector<strategy_config> strategies;
  backtest_options backtest;
  live_options live;
  plugin_options plugins;

  /// Union of the watchlists of enabled strategies, sorted: positions are symbol ids.
  std::vector<std::string> symbols() const;
  /// Strategies with a budget over all symbols, by their place in the list.
  std::vector<strategy_id> budgeted_strategies() const;
  /// Limits of the sizer. They are the gate's, so that no size is wanted that would be denied.
  position_sizer_options sizing() const;
};

}  // namespace bw
