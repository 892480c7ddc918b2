#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "domain/risk_desk.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "storage/audit_log.hpp"
#include "strategies/strategy_registry.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw::perf {

/// What one frame came to.
struct straight_stamps {
  mono_ns verdict{};
  mono_ns ready{};
  std::uint32_t orders = 0;
};

/// The floor: the node's own pure functions in one straight line on one thread, from the frame's
/// text to the order's bytes, without actors, queues and doorbells. With a log also its write, in
/// line. What the node takes longer is the price of its structure.
class straight_line final : market_frame_handler {
 public:
  /// `log`: null for no log at all.
  static result<std::unique_ptr<straight_line>> make(const symbol_list& symbols, const clock& time,
                                                     const session_calendar& calendar,
                                                     audit_log* log = nullptr,
                                                     sync_mode sync = sync_mode::no);

  straight_stamps process(std::string_view frame, const instant& now);

  std::uint64_t orders() const { return highest_; }
  std::uint64_t denied() const { return denied_; }
  /// Why the first of them was; empty when none was.
  std::string_view first_denial() const { return first_denial_; }
  std::uint64_t events() const;
  /// Of everything that was decided: the same ticks give the same number.
  std::uint64_t trace() const { return trace_; }
  const std::string& failure() const { return failure_; }

 private:
  straight_line(const symbol_list& symbols, const clock& time, risk_desk desk);
  void on_event(const market_event& event) override;
  void on_control(const stream_control&) override {}
  void take_outputs();
  void order(const order_request& wanted);
  void write_intent(const outgoing_order& leaving, const risk_verdict& verdict);
  void end_order(const order_report& report);

  symbol_list symbols_;
  const clock& time_;
  alpaca_data_codec codec_;
  std::vector<std::unique_ptr<symbol_engine>> engines_;
  std::vector<quote> latest_;
  risk_desk desk_;
  audit_log* log_ = nullptr;
  sync_mode sync_ = sync_mode::no;
  engine_outputs outputs_;
  engine_outputs taken_;
  instant now_{};
  straight_stamps stamps_;
  std::uint64_t highest_ = 0;
  std::uint64_t denied_ = 0;
  std::string_view first_denial_;
  std::uint64_t trace_ = 1469598103934665603ULL;
  std::string failure_;
};

}  // namespace bw::perf
