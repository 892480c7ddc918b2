#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/poison_shelf.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/name_table.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/input_tape.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw {

struct strategy_args {
  /// Moved in: an engine is made for one life of one actor.
  std::shared_ptr<symbol_engine> engine;
  std::string symbol;
  name_table strategies;  // By strategy_id.
  const clock* time = nullptr;
  metrics_registry* metrics = nullptr;
  /// Where inputs are noted before they are decided on; null: nowhere.
  input_tape* tape = nullptr;
  /// Makes the instance that a change asks for.
  std::function<result<std::unique_ptr<strategy>>(const strategy_change&)> make_changed;
  /// Told of a strategy that is not to be asked any more, so that a restart leaves it out too.
  std::function<void(strategy_id, const std::string& cause)> on_fault;
  /// Keeps away what ended a predecessor; null in tests.
  poison_shelf* poison = nullptr;
  /// What the engine was made of, and when.
  engine_birth birth;
  instant born;
  /// What the strategies save is kept there; empty: nowhere.
  std::filesystem::path state_folder;
};

/// One symbol with all its strategies: hands each message to its symbol_engine and carries out what
/// that wants. Scheduled, hot. Restarted in place: its engine starts with the positions the router
/// knows and warms up from the bars that the MARKET DATA actor kept.
struct strategy_actor_state {
  static constexpr const char* name = "strategy";
  /// It hears a beat so often, of the MARKET DATA actor.
  static constexpr nanoseconds beat_every = std::chrono::milliseconds{100};
  /// Shares without a stop at the broker for longer are somebody's business. Machine's time.
  static constexpr nanoseconds uncovered_max = std::chrono::seconds{2};

  /// What a strategy saves is put into its file so often, of the machine's time.
  static constexpr nanoseconds keep_every = std::chrono::seconds{60};

  explicit strategy_actor_state(strategy_actor::pointer owner) : self(owner) {}
  ~strategy_actor_state();
  strategy_actor_state(const strategy_actor_state&) = delete;
  strategy_actor_state& operator=(const strategy_actor_state&) = delete;
  void init(strategy_args args);

  template <class Message>
  void feed_engine(void (symbol_engine::*handler)(const Message&, engine_time, engine_outputs&),
                   const Message& message);
  template <class Message>
  void handle(void (symbol_engine::*handler)(const Message&, engine_time, engine_outputs&),
              const Message& message);
  void beat();
  component_status status() const;
  strategy_view view() const;
  /// Notes when a position ceased to be covered by stops at the broker, and when it is again.
  void watch_cover();

  /// What the engine is about to be told.
  template <class Message>
  engine_time note(const Message& x) {
    const auto at = now();
    if (args.tape != nullptr) args.tape->note(x, {at.utc, at.mono});
    return at;
  }
  engine_time now() const { return {args.time->utc_now(), args.time->mono_now()}; }
  void carry_out(engine_time at);
  /// What the strategies save, when it is not what was kept last.
  std::optional<std::string> states_to_keep();
  void change(const strategy_change& x);
  /// A strategy of ours is not to be asked any more: the others of its name must not be either.
  void note_fault(const strategy_switch_record& x, engine_time at);
  void note_signal(const signal_record& x);
  void tell_shadow(const shadow_fill& x) const;
  /// Kept until `send_notes`, together with what else belongs to the same cause.
  void note(audit_event event, trace_id trace);
  void send_notes();
  counter& signals_of(const signal_record& x);

  strategy_actor::pointer self;
  strategy_args args;
  directory members;
  engine_outputs outputs;
  /// Since when shares have not been covered; empty while all are.
  std::optional<mono_ns> uncovered_since;
  bool uncovered_told = false;
  std::vector<kept_strategy> kept;
  std::uint32_t beats = 0;
  nanoseconds uncovered_total{};
  gauge* uncovered_now = nullptr;
  counter* uncovered_sum = nullptr;
  audit_append notes;
  /// Series of this symbol's signals; as many as strategies and sides.
  struct signal_series {
    short_name strategy;
    bw::side side;
    counter* count;
  };
  std::vector<signal_series> series;
};

strategy_actor::behavior_type strategy_of_symbol(
    strategy_actor::stateful_pointer<strategy_actor_state> self, strategy_args args);

}  // namespace bw
