#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backtest/replay.hpp"
#include "config/config_loader.hpp"
#include "config/engine_factory.hpp"
#include "core/prng.hpp"
#include "domain/risk_desk.hpp"
#include "storage/input_recording.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::tests {

/// Wants something at every other bar, and nothing but the bar says what.
class restless_strategy final : public strategy {
 public:
  const strategy_metadata& metadata() const override {
    static const strategy_metadata out{.id = "restless", .name = "Restless", .version = "1"};
    return out;
  }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context& context, const bar& finished) override {
    wishes out;
    const auto cents = finished.close.units() / 10'000'000;
    if (cents % 2 == 0) return out;
    wish x;
    const bool sells = context.position.qty.is_positive();
    x.side = sells ? side::sell : side::buy;
    x.purpose = sells ? order_purpose::exit : order_purpose::entry;
    x.confidence_ppm = static_cast<std::uint32_t>(500'000 + cents % 400'000);
    x.reference = finished.close;
    x.inputs.push({inline_string<15>{"close"}, finished.close.units()});
    out.push(x);
    return out;
  }
};

inline strategy_registry restless_registry() {
  strategy_registry out;
  const auto added =
      out.add({restless_strategy{}.metadata(), [](const parameter_set&) {
                 return result<std::unique_ptr<strategy>>{std::make_unique<restless_strategy>()};
               }});
  EXPECT_TRUE(added.ok());
  return out;
}

/// Engines and gate in a world of chance, recorded as the node records them: real log, real files.
/// The broker answers when it likes, the account and the day change, strategies begin anew.
class recorded_world {
 public:
  recorded_world(std::filesystem::path state, std::uint64_t seed)
      : state_(std::move(state)), chance_(seed), registry_(restless_registry()) {
    const audit_options options{state_ / "audit", audit_sync::process};
    log_ = std::move(*open_audit_log(options, 1));
    loaded_ = *parse_config(node_toml(), "node.toml", strategies_toml(), "s.toml", {}, registry_);
    recording_ = std::make_unique<input_recording>(
        recording_setup{.folder = state_ / "recordings",
                        .boot_no = log_->boot_no(),
                        .symbols = 2,
                        .day_of = [this](utc_ns at) { return calendar_.new_york_date(at); }});
    for (const auto& each : recording_->adopt_leftovers()) note(each);
    note(boot_record{log_->boot_no(), log_->log_id(), "test", "sim", loaded_.hash, false});
    begin();
  }

  static std::string node_toml() {
    return "mode = \"sim\"\n[risk]\nmin_entry_interval_ms = 0\nmax_entries_per_day = 20\n";
  }
  static std::string strategies_toml() {
    return "[[strategy]]\nid = \"one\"\nkind = \"restless\"\nwatchlist = [\"AAA\", \"BBB\"]\n"
           "regimes = [\"trending\", \"volatile\"]\n"
           "[[strategy]]\nid = \"two\"\nkind = \"restless\"\nwatchlist = [\"BBB\"]\n";
  }

  void run(int steps) {
    for (int k = 0; k < steps; ++k) step();
  }
  /// The node's orderly stop.
  void stop() {
    note(shutdown_record{"asked for", true});
    std::vector<segment_record> sealed;
    recording_->finish(at(), sealed);
    for (const auto& each : sealed) note(each);
    recording_.reset();
    log_.reset();
  }
  /// What a SIGKILL leaves: tapes that were not flushed are gone.
  void crash() {
    recording_.reset();
    log_.reset();
  }

  input_recording& recording() { return *recording_; }
  std::uint64_t signals = 0;
  std::uint64_t verdicts = 0;
  std::uint64_t approved = 0;
  std::uint64_t changes = 0;
  std::uint64_t denied_by_regime = 0;
  utc_ns now{1'793'629'800'000'000'000};  // 2026-11-02, 15:10 UTC.

 private:
  struct open_order {
    order_request request;
    quantity filled;
  };

  instant at() const { return {now, mono_ns{now.value}}; }
  engine_time engine_at() const { return {now, mono_ns{now.value}}; }
  input_tape& gate_tape() { return recording_->tape(gate_lane); }
  input_tape& tape_of(std::uint32_t symbol) {
    return recording_->tape(strategy_lane(symbol_id{symbol}));
  }

  void note(const audit_event& event, const char* from = "node") {
    const audit_log::entry entries[] = {{{now, mono_ns{now.value}, {}, short_name{from}}, &event}};
    EXPECT_TRUE(log_->append(entries, sync_mode::no).ok());
  }

  void begin() {
    recorded_parameters all;
    all.boot_no = log_->boot_no();
    all.config_hash = loaded_.hash;
    all.node_toml = loaded_.node_toml;
    all.strategies_toml = loaded_.strategies_toml;
    all.symbols = all.strategies = 2;
    recording_->tape(node_lane).note(all, at());
    recording_->tape(node_lane).flush();
    gate_tape().note(gate_birth{}, at());
    std::vector<symbol_facts> facts(2);
    for (auto& each : facts) each.allowed = true;
    risk_desk_options options;
    options.limits = loaded_.config.risk;
    options.loss_flatten = loaded_.config.loss_flatten;
    options.budgeted = loaded_.config.budgeted_strategies();
    desk_.emplace(options, facts, 2);
    desk_->begin_disconnected({}, at());
    engines_.resize(2);
    held_.resize(2);
    for (std::uint32_t k = 0; k < 2; ++k) begin_engine(k);
    tell_gate(clear_command{halt_reason::boot, {}});
    tell_gate(clear_command{halt_reason::reconciling, {}});
    for (std::uint32_t k = 0; k < 2; ++k)
      tell_gate(recorded_asset{symbol_id{k}, {symbol_name{k == 0 ? "AAA" : "BBB"}, true, true}});
    feed_status feed;
    feed.state = feed_state::synced;
    tell_gate(feed);
    order_stream_status stream;
    stream.state = feed_state::synced;
    tell_gate(stream);
    account();
    // What was fetched at the start.
    for (std::uint32_t k = 0; k < 2; ++k)
      for (int ago = 10; ago > 0; --ago) {
        bar past;
        past.symbol = symbol_id{k};
        past.origin = bar_origin::history;
        past.volume = quantity::from_int(10'000);
        past.start = now - std::chrono::minutes{ago};
        tell_gate(past);
      }
    session(session_phase::entries);
    for (std::uint32_t k = 0; k < 2; ++k) trend(k, market_regime::trending);
    for (int k = 0; k < 15; ++k) {
      now = now + std::chrono::seconds{1};
      tell_gate(timer_input{});
    }
  }

  void begin_engine(std::uint32_t k) {
    engine_birth birth;
    birth.symbol = symbol_id{k};
    birth.symbol_text = symbol_name{k == 0 ? "AAA" : "BBB"};
    birth.positions = engines_[k] ? engines_[k]->view().positions : std::vector<held_position>{};
    for (const auto& day : sessions_of_engine(calendar_, now))
      birth.sessions.push_back({day.open, day.close});
    tape_of(k).note(birth, at());
    engines_[k] = std::move(*make_symbol_engine(loaded_.config, registry_, calendar_, birth.symbol,
                                                birth.symbol_text.view(), now));
    for (const auto& held : birth.positions) EXPECT_TRUE(engines_[k]->restore(held).ok());
    held_[k].clear();
    tell(k, session_, [&](auto& e, auto&) { e.on_session(session_); });
    share_account();
  }

  template <class Input, class Call>
  void tell(std::uint32_t k, const Input& x, Call call) {
    tape_of(k).note(x, at());
    engine_outputs out;
    call(*engines_[k], out);
    for (const auto& each : out) {
      if (const auto* order = std::get_if<order_request>(&each)) {
        tape_of(k).note(wanted_order{*order}, at());
        asked_.push_back({k, *order});  // A message: it is looked at later.
      } else if (const auto* cancel = std::get_if<cancel_request>(&each)) {
        tape_of(k).note(wanted_cancel{*cancel}, at());
      } else if (const auto* signal = std::get_if<signal_record>(&each)) {
        ++signals;
        note(*signal, "strategy");
      }
    }
  }

  template <class Input>
  void tell_gate(const Input& x) {
    gate_tape().note(x, at());
    if constexpr (std::is_same_v<Input, clear_command>)
      desk_->clear_by_rule(x.reason, x.text.view());
    if constexpr (std::is_same_v<Input, halt_command>) desk_->narrow(x.reason, x.text.view());
    if constexpr (std::is_same_v<Input, recorded_asset>) desk_->on_asset(x.symbol, x.asset, now);
    if constexpr (std::is_same_v<Input, feed_status>)
      desk_->on_feed(x.state == feed_state::synced, at());
    if constexpr (std::is_same_v<Input, order_stream_status>)
      desk_->on_order_stream(x.state == feed_state::synced, at());
    if constexpr (std::is_same_v<Input, account_report>) desk_->on_account(x);
    if constexpr (std::is_same_v<Input, session_state>) desk_->on_session(x);
    if constexpr (std::is_same_v<Input, symbol_trend>) desk_->on_trend(x);
    if constexpr (std::is_same_v<Input, timer_input>) desk_->watch(at());
    if constexpr (std::is_same_v<Input, quote>) desk_->on_quote(x);
    if constexpr (std::is_same_v<Input, trade>) desk_->on_trade(x);
    if constexpr (std::is_same_v<Input, bar>) desk_->on_bar(x);
    if constexpr (std::is_same_v<Input, input_measured>) desk_->on_measured(x, at().mono);
    if constexpr (std::is_same_v<Input, order_report>) desk_->on_report(x, at());
    for (auto& change : desk_->take_changes()) {
      ++changes;
      note(state_record{change.after, change.reason, change.added, change.why}, "risk_gate");
    }
  }

  void ask_gate(std::uint32_t k, const order_request& x) {
    gate_tape().note(x, at());
    const auto verdict = desk_->check(x, at());
    ++verdicts;
    if (!verdict.approved && verdict.reason == risk_rule::regime) ++denied_by_regime;
    auto record = verdict_record{{}, {}, {}, x, verdict};
    if (!verdict.approved) {
      note(record, "risk_gate");
      // The answer comes as a message of its own.
      denied_.push_back({k, order_denied{x, verdict}});
      return;
    }
    ++approved;
    record.request.order = order_id{++orders_};
    record.client_id = client_order_id{"bw-test-" + std::to_string(orders_)};
    note(record, "router");
    held_[k].push_back({record.request, {}});
    report(k, held_[k].size() - 1, order_state::intent, {});
  }

  void report(std::uint32_t k, std::size_t which, order_state state, quantity fill) {
    auto& order = held_[k][which];
    order.filled += fill;
    order_report x;
    x.request = order.request;
    x.state = state;
    x.filled_total = order.filled;
    x.last_qty = fill;
    x.last_price = prices_[k];
    x.filled_average = prices_[k];
    x.at = now;
    if (is_terminal(state)) held_[k].erase(held_[k].begin() + static_cast<std::ptrdiff_t>(which));
    tell_gate(x);
    tell(k, x, [&](auto& e, auto& out) { e.on_report(x, engine_at(), out); });
  }

  void account() {
    account_report x;
    x.status = "ACTIVE";
    x.cash = x.equity = x.last_equity = money::from_int(100'000 + chance_.between(0, 500));
    x.buying_power = x.cash;
    x.at = now;
    x.received = mono_ns{now.value};
    tell_gate(x);
    tell_gate(input_measured{measured_input::clock, chance_.between(-9'000'000, 9'000'000)});
    tell_gate(input_measured{measured_input::books, 0});
    share_account();
  }
  void share_account() {
    const auto view = desk_->view(at());
    for (std::uint32_t k = 0; k < 2; ++k)
      if (engines_[k]) tell(k, view, [&](auto& e, auto&) { e.on_account(view); });
  }
  void session(session_phase phase) {
    const auto day = *calendar_.session_on(calendar_.new_york_date(now));
    session_ = {phase, day.open, day.close};
    tell_gate(session_);
    for (std::uint32_t k = 0; k < 2; ++k)
      tell(k, session_, [&](auto& e, auto&) { e.on_session(session_); });
  }

  void trend(std::uint32_t k, market_regime now_in) {
    symbol_trend x{symbol_id{k}, {}};
    x.trend.regime = now_in;
    tell_gate(x);
    tell(k, x, [&](auto& e, auto&) { e.on_trend(x); });
  }

  void market(std::uint32_t k) {
    prices_[k] += price::from_units(chance_.between(-20, 20) * 10'000'000);
    quote q;
    q.symbol = symbol_id{k};
    q.bid = prices_[k];
    q.ask = q.bid + price::from_units(10'000'000);
    q.bid_size = q.ask_size = quantity::from_int(100);
    q.ts_event = now;
    q.received = mono_ns{now.value};
    q.trace = trace_id{++traces_};
    q.passed_on = q.received + nanoseconds{chance_.between(0, 9'000'000)};
    tell(k, q, [&](auto& e, auto& out) { e.on_quote(q, engine_at(), out); });
    tell_gate(q);
    trade last;
    last.symbol = q.symbol;
    last.last = q.ask;
    last.size = q.ask_size;
    last.ts_event = now;
    last.received = q.received;
    last.trace = trace_id{++traces_};
    tell(k, last, [&](auto& e, auto& out) { e.on_trade(last, engine_at(), out); });
    tell_gate(last);
  }

  void minute(std::uint32_t k) {
    constexpr auto span = std::chrono::minutes{1};
    bar x;
    x.symbol = symbol_id{k};
    x.open = x.high = x.low = x.close = prices_[k];
    x.volume = quantity::from_int(10'000);
    x.start = utc_ns{now.value / nanoseconds{span}.count() * nanoseconds{span}.count()} - span;
    x.received = mono_ns{now.value};
    x.trace = trace_id{++traces_};
    tell(k, x, [&](auto& e, auto& out) { e.on_bar(x, engine_at(), out); });
    tell_gate(x);
  }

  void news() {
    for (std::uint32_t k = 0; k < 2; ++k)
      for (std::size_t which = 0; which < held_[k].size(); ++which) {
        const auto left = held_[k][which].request.qty - held_[k][which].filled;
        if (chance_.chance(1, 2)) continue;
        if (chance_.chance(1, 10)) return report(k, which, order_state::rejected, {});
        if (chance_.chance(1, 3) && left > quantity::from_int(1))
          return report(k, which, order_state::partial, quantity::from_int(1));
        return report(k, which, order_state::filled, left);
      }
  }

  void settle() {
    while (!asked_.empty()) {
      const auto next = asked_.front();
      asked_.erase(asked_.begin());
      ask_gate(next.first, next.second);
    }
  }

  void step() {
    now = now + std::chrono::milliseconds{chance_.between(1, 20'000)};
    for (std::uint32_t k = 0; k < 2; ++k) market(k);
    while (!denied_.empty()) {
      const auto next = denied_.front();
      denied_.erase(denied_.begin());
      tell(next.first, next.second,
           [&](auto& e, auto& out) { e.on_denied(next.second, engine_at(), out); });
    }
    news();
    settle();
    if (now.value / 60'000'000'000 != minute_) {
      minute_ = now.value / 60'000'000'000;
      for (std::uint32_t k = 0; k < 2; ++k) minute(k);
    }
    for (std::uint32_t k = 0; k < 2; ++k)
      tell(k, timer_input{}, [&](auto& e, auto& out) { e.on_timer(engine_at(), out); });
    settle();
    tell_gate(timer_input{});
    if (chance_.chance(1, 5)) account();
    if (chance_.chance(1, 40)) {
      const auto which = static_cast<std::uint32_t>(chance_.below(2));
      trend(which, static_cast<market_regime>(chance_.between(1, market_regime_count)));
    }
    if (chance_.chance(1, 400)) tell_gate(halt_command{halt_reason::rejects, {}});
    if (chance_.chance(1, 100)) begin_engine(static_cast<std::uint32_t>(chance_.below(2)));
    if (!chance_.chance(1, 10)) return;
    for (std::uint32_t lane = 0; lane < 4; ++lane) recording_->tape(lane).flush();
    std::vector<segment_record> sealed;
    recording_->drain(now, sealed);
    for (const auto& each : sealed) note(each);
  }

  std::filesystem::path state_;
  prng chance_;
  strategy_registry registry_;
  session_calendar calendar_ = *session_calendar::make();
  loaded_config loaded_;
  std::unique_ptr<audit_log> log_;
  std::unique_ptr<input_recording> recording_;
  std::vector<std::unique_ptr<symbol_engine>> engines_;
  std::optional<risk_desk> desk_;
  session_state session_;
  std::vector<price> prices_{price::from_int(100), price::from_int(50)};
  std::vector<std::vector<open_order>> held_;
  std::vector<std::pair<std::uint32_t, order_request>> asked_;
  std::vector<std::pair<std::uint32_t, order_denied>> denied_;
  std::uint64_t orders_ = 0;
  std::uint64_t traces_ = 0;
  std::int64_t minute_ = 0;
};

}  // namespace bw::tests
