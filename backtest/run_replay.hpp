#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backtest/replay.hpp"
#include "domain/risk_desk.hpp"
#include "storage/audit_log.hpp"
#include "strategies/symbol_engine.hpp"

namespace bw {

/// A decision as the log has it.
template <class Record>
struct logged {
  sequence_number sequence;
  utc_ns wall;
  Record record;
};

/// What the audit log says of one run of the node.
struct logged_run {
  std::uint64_t boot_no = 0;
  std::string config_hash;
  /// When its last record was written.
  utc_ns last_wall;
  /// It said that it stops, and when.
  std::optional<utc_ns> shutdown;
  /// In the order of each symbol.
  std::map<symbol_name, std::deque<logged<signal_record>>> signals;
  /// By the canonical bytes of the request as the gate got it.
  std::map<std::string, std::deque<logged<verdict_record>>> verdicts;
  std::deque<logged<state_record>> states;

  void take(const audit_record& record);
  std::uint64_t decisions() const;
};

/// One run of the node a second time: a lane's frames go to the object that decided on them, and
/// what it decides is compared with the log. Made for one run, used by one thread.
class run_replay {
 public:
  run_replay(const replay_setup& setup, logged_run run, replay_report& report);

  /// The next frame of its lane. An error when the run cannot be replayed at all.
  result<void> take(const recorded_frame& frame);
  /// After the last frame: what the log has and nobody decided again.
  void finish();

 private:
  struct lane_state {
    std::uint64_t next = 0;
    /// Inputs are missing: nothing can be said until its decision maker begins anew.
    bool broken = true;
    bool ended = false;
    utc_ns last;
  };
  struct engine_lane {
    symbol_name symbol;
    std::unique_ptr<symbol_engine> engine;
    engine_outputs outputs;
    /// Orders and cancels that the engine wanted again; the recording says the same next.
    std::deque<engine_output> wanted;
    instant at;
  };
  struct surplus_verdict {
    std::string request;
    replay_difference what;
  };

  result<void> begin(const recorded_parameters& x);
  result<void> begin_engine(const recorded_frame& frame, const engine_birth& x);
  void begin_gate(const recorded_frame& frame, const gate_birth& x);

  template <class Input>
  void feed_engine(engine_lane& lane, const Input& x, const instant& at);
  void change(engine_lane& lane, const strategy_change& x);
  template <class Input>
  void observe(const engine_lane& lane, const Input& x, const instant& at);
  void take_outputs(engine_lane& lane);
  void compare_signal(const engine_lane& lane, const signal_record& x);
  void compare_wanted(engine_lane& lane, const engine_output& recorded);
  void drop_unwanted(engine_lane& lane);

  template <class Input>
  void feed_gate(const Input& x, const instant& at);
  void check_order(const order_request& x, const instant& at);
  void compare_states(const instant& at);

  void take_new_members(const new_members& x);
  /// Both have a place in the tables of the run.
  bool fits(symbol_id symbol, strategy_id strategy) const;
  bool in_day(utc_ns at) const;
  /// One comparison; `found` when it failed.
  void count(decision_kind kind, utc_ns at, std::optional<replay_difference> found);
  /// The log, or the recording, has nothing of what was decided again.
  void surplus(replay_difference what);
  template <class Record>
  void missing(const logged<Record>& x, const lane_state& lane, decision_kind kind,
               std::string who);
  lane_state& lane(std::uint32_t number);
  std::string name_of(strategy_id strategy, const symbol_name& symbol) const;

  const replay_setup& setup_;
  logged_run run_;
  replay_report& report_;
  std::optional<node_config> config_;
  /// The same with the limits that a person lowered in this run; engines know nothing of them.
  std::optional<node_config> lowered_;
  std::vector<std::string> strategies_;
  std::vector<std::string> symbols_;
  /// What the node's tables have room for.
  std::size_t symbols_room_ = 0;
  std::size_t strategies_room_ = 0;
  std::int64_t clock_speed_ = 1;
  std::vector<lane_state> lanes_;
  std::map<std::uint32_t, engine_lane> engines_;
  std::optional<risk_desk> desk_;
  std::vector<surplus_verdict> without_record_;
  std::map<std::string, std::uint32_t> not_sent_;
};

/// Canonical bytes of a request, without the number that the router gives it.
std::string request_bytes(order_request request);

}  // namespace bw
