#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/node_config.hpp"
#include "core/time.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/feed.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw::perf {

/// The day that measurements are shown as: mid-morning of a whole session.
inline constexpr calendar_date measured_day{2026, 3, 10};
/// The instant at which a measurement's clock starts: some minutes after that day's open.
utc_ns measured_start();

/// How quotes choose their symbols.
enum class symbol_weights : std::uint8_t { uniform = 1, zipf };

struct workload_options {
  std::size_t symbols = 100;
  /// Ticks of the whole run, and how many of them there are to one that causes an order; 0: none.
  std::uint64_t ticks = 0;
  std::uint64_t every = 100;
  symbol_weights weights = symbol_weights::zipf;
  std::uint64_t seed = 20260310;
};

/// The ticks of a run as Alpaca's frames, rendered before it begins: quotes, and as each
/// `every`-th tick a minute bar that completes a bar of five minutes, the event that strategies
/// decide on. One message a frame. One thread.
class workload {
 public:
  /// ec::out_of_range when a symbol would need more bars than the calendar has within its reach.
  static result<workload> make(const workload_options& options, const session_calendar& calendar);

  const symbol_list& symbols() const { return symbols_; }
  std::uint64_t ticks() const { return options_.ticks; }
  std::uint64_t triggers() const { return bars_.size(); }
  bool is_trigger(std::uint64_t tick) const {
    return options_.every > 0 && tick % options_.every == options_.every - 1;
  }
  std::uint64_t trigger_of(std::uint64_t tick) const { return tick / options_.every; }

  /// The frame of a tick, with the venue's instant written into it. Readable behind its end as far
  /// as the codec needs. Valid until the next call.
  std::string_view frame(std::uint64_t tick, utc_ns at);
  /// Mean bytes of a quote's frame.
  std::size_t quote_bytes() const { return quote_bytes_; }

 private:
  struct slot {
    std::size_t at = 0;
    std::size_t size = 0;
    std::size_t time_at = 0;
  };
  workload() = default;
  slot add(std::string_view text);
  void render_quotes();
  result<void> render_bars(const session_calendar& calendar);

  workload_options options_;
  symbol_list symbols_;
  std::string bytes_;
  std::vector<slot> quotes_;
  std::vector<slot> bars_;
  std::size_t quote_bytes_ = 0;
  std::int64_t second_ = 0;
  char second_text_[40] = {};
};

/// How a symbol of the workload stands before the first tick: the collar of the risk gate measures
/// from the last trade, of which the ticks have none, and an order may come before its symbol's
/// first quote.
quote opening_quote(std::size_t symbol, const instant& at);
trade opening_trade(std::size_t symbol, const instant& at);
/// Both as one of Alpaca's frames.
std::string opening_frame(const symbol_list& symbols, std::size_t symbol, utc_ns at);

/// Configuration of a node or a floor under load: the shipped one, with every limit so wide that
/// nothing is denied, and the probe as its only strategy.
node_config wide_config(const symbol_list& symbols);

/// Adds "probe": wants one share at every bar. What it wants is cancelled by the venue, so that it
/// is free again for the next.
result<void> add_probe(strategy_registry& registry);

}  // namespace bw::perf
