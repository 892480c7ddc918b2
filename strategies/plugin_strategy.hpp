#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/prng.hpp"
#include "strategies/plugin_calls.hpp"
#include "strategies/plugin_table.hpp"

namespace bw {

/// A strategy that lives in a plugin: turns each call into one through the C interface, watches how
/// long it takes, and turns what was wished into wishes of the node. What a plugin hands over is
/// checked like any other input.
///
/// After a fault the plugin is not called any more except to be destroyed.
class plugin_strategy final : public strategy {
 public:
  /// Lines that one call may log; the rest is dropped.
  static constexpr std::uint32_t log_lines_max = 32;
  static constexpr std::size_t log_bytes_max = 512;

  /// `table` lives in what `library` holds. ec::invalid_argument when the plugin refuses.
  static result<std::unique_ptr<strategy>> make(std::shared_ptr<const void> library,
                                                const plugin_strategy_table& table,
                                                std::shared_ptr<const plugin_watch> watch,
                                                const parameter_set& parameters);
  ~plugin_strategy() override;
  plugin_strategy(const plugin_strategy&) = delete;
  plugin_strategy& operator=(const plugin_strategy&) = delete;

  const strategy_metadata& metadata() const override { return table_.metadata; }
  std::uint32_t warm_up_bars() const override { return table_.warm_up_bars; }
  void take_place(const symbol_name& symbol, const short_name& instance) override;
  result<void> prepare(indicator_board& board) override;
  wishes on_bar(const strategy_context& context, const bar& finished) override;
  strategy_interest interest() const override;
  wishes on_quote(const strategy_context& context, const quote& x) override;
  wishes on_trade(const strategy_context& context, const trade& x) override;
  wishes on_timer(const strategy_context& context, utc_ns now) override;
  void on_fill(const fill_notice& x) override;
  void on_denied(const denial_notice& x) override;
  const strategy_fault* fault() const override { return fault_ ? &*fault_ : nullptr; }
  std::string save() override;
  bool restore(std::string_view saved) override;

 private:
  struct host_functions;

  plugin_strategy(std::shared_ptr<const void> library, const plugin_strategy_table& table,
                  std::shared_ptr<const plugin_watch> watch);
  /// Makes one call of the plugin under its budget. False when it failed.
  template <class Call>
  bool call(std::string_view what, Call body);
  template <class Call>
  wishes ask(std::string_view what, const strategy_context& context, utc_ns now, Call body);
  void fail(std::string why, bool answers_hold);
  void measure(std::string_view what, nanoseconds took);

  int32_t take_signal(const bw_signal& given);
  int32_t take_target(const bw_target& given);
  int32_t add_wish(wish what, const bw_named_value* values, std::uint64_t count);

  std::shared_ptr<const void> library_;
  const plugin_strategy_table& table_;
  std::shared_ptr<const plugin_watch> watch_;
  bw_host host_{};
  void* state_ = nullptr;
  symbol_name symbol_;
  short_name instance_;
  prng chance_;
  std::optional<strategy_fault> fault_;
  std::uint32_t overruns_ = 0;
  // Of the call that is under way.
  const strategy_context* context_ = nullptr;
  indicator_board* board_ = nullptr;
  own_position position_{};
  utc_ns now_;
  wishes wanted_;
  std::uint32_t lines_ = 0;
  bool quiet_ = false;
};

}  // namespace bw
