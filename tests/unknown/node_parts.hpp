#pragma once

#include <gtest/gtest.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/actor_slot.hpp"
#include "actors/audit_actor.hpp"
#include "actors/broker_actor.hpp"
#include "actors/node_recovery.hpp"
#include "actors/order_router_actor.hpp"
#include "broker/alpaca_broker.hpp"
#include "domain/exposure_book.hpp"
#include "messages/registration.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/start_point.hpp"
#include "tests/support/program.hpp"
#include "tests/unknown/faulty_link.hpp"
#include "tests/venue/steady_source.hpp"
#include "venue/venue_service.hpp"

namespace bw::tests {

/// Venue seconds in a real one: the sixty seconds that absence needs are half a second here.
inline constexpr std::int64_t venue_speed = 120;

/// The embedded exchange on a thread of its own, in the middle of a session.
class running_venue {
 public:
  running_venue() {
    venue::venue_options options;
    options.speed = venue_speed;
    options.requests_per_minute = 0;
    options.exchange.partial_fill_percent = 0;
    const auto start = venue::tests::utc("2026-11-02T15:00:00Z");
    where_.on_loop([&] {
      service_ = std::make_unique<venue::venue_service>(
          where_.loop, options, std::make_unique<venue::tests::steady_source>(start),
          venue::tests::november_sessions(), venue::tests::november_offset, time);
      port = *service_->start();
    });
  }
  ~running_venue() {
    where_.on_loop([&] { service_.reset(); });
  }

  /// How many orders of that client id its own ledger has.
  std::size_t orders_with(std::string_view client_id) {
    std::size_t out = 0;
    where_.on_loop([&] {
      for (const auto* each : service_->market().orders())
        out += each->client_order_id == client_id ? 1 : 0;
    });
    return out;
  }
  std::size_t orders() {
    std::size_t out = 0;
    where_.on_loop([&] { out = service_->market().orders().size(); });
    return out;
  }

  scaled_clock time{clock_anchor{}};
  std::uint16_t port = 0;

 private:
  loop_thread where_;
  std::unique_ptr<venue::venue_service> service_;
};

/// The log on disk, and the steps of the protocol that went into it.
class counting_log final : public audit_log {
 public:
  explicit counting_log(std::unique_ptr<audit_log> inner) : inner_(std::move(inner)) {}

  result<sequence_number> append(std::span<const entry> entries, sync_mode sync) override {
    auto out = inner_->append(entries, sync);
    const std::lock_guard lock{mutex_};
    for (const auto& each : entries)
      if (const auto* x = std::get_if<unknown_record>(each.event); out && x) ++steps_[x->step];
    return out;
  }
  result<void> sync() override { return inner_->sync(); }
  sequence_number head() const override { return inner_->head(); }
  digest head_chain() const override { return inner_->head_chain(); }
  std::uint64_t boot_no() const override { return inner_->boot_no(); }
  std::uint64_t log_id() const override { return inner_->log_id(); }
  result<void> read(sequence_number from,
                    const std::function<bool(const audit_record&)>& use) const override {
    return inner_->read(from, use);
  }
  std::map<unknown_step, int> steps() {
    const std::lock_guard lock{mutex_};
    return steps_;
  }

 private:
  std::unique_ptr<audit_log> inner_;
  std::mutex mutex_;
  std::map<unknown_step, int> steps_;
};

/// The parts of a node that an order passes after its verdict: router, log on disk, broker actor
/// and gateway, on real threads and sockets. The gate is an exposure book that listens.
class node_parts {
 public:
  node_parts(running_venue& venue, std::uint16_t port, const std::filesystem::path& folder)
      : venue_(venue) {
    log_ =
        std::make_unique<counting_log>(std::move(*open_audit_log({folder, audit_sync::gate}, 77)));
    past_ = *to_node_recovery(recover(*log_)->past, symbols_, strategies_);
    alpaca_broker_options options;
    options.trading = {"127.0.0.1", port, net::security::plain_loopback};
    options.key_id = "key";
    options.secret_key = secret{"secret"};
    options.response_timeout = std::chrono::milliseconds{150};
    options.stream.reconnect.first = std::chrono::milliseconds{5};
    options.stream.reconnect.longest = std::chrono::milliseconds{20};
    gateway_ = std::make_unique<alpaca_broker>(io_->loop, venue.time, metrics_, mark_, options);
    register_messages(config_);
    config_.set("scheduler.max-threads", 1);
    system_ = std::make_unique<caf::actor_system>(config_);
    spawn();
  }
  ~node_parts() { end(); }

  /// As a crash does: nothing is settled, only what is in the log stays.
  void end() {
    if (!system_) return;
    gateway_->stop();
    for (const auto& each : members_) caf::anon_send_exit(each, caf::exit_reason::kill);
    members_.clear();
    router_.set(order_router_actor{});
    broker_.set(broker_actor{});
    board_ = {};
    system_->await_actors_before_shutdown(false);
    system_.reset();
    gateway_.reset();
    io_.reset();
    log_.reset();
  }

  bool is_ready() {
    const std::lock_guard lock{mutex_};
    return stream_ready_;
  }

  /// An order that rests: far below the market.
  void approve(std::uint64_t tick) {
    order_request x;
    x.header.trace = trace_id{tick};
    x.header.ts_init = venue_.time.utc_now();
    x.strategy = strategy_id{0};
    x.symbol = symbol_id{0};
    x.qty = quantity::from_int(10);
    x.limit = x.reference = price::from_int(90);
    {
      const std::lock_guard lock{mutex_};
      exposure_.on_intent(x, x.limit);
    }
    post_to(router_.current(), approved_order{x, risk_verdict{true, risk_rule::state, {}}});
  }
  void say(const trading_state& x) { post_to(router_.current(), x); }
  void say(const session_state& x) { post_to(router_.current(), x); }

  /// Reports of the order so far, oldest first.
  std::vector<order_state> life() {
    const std::lock_guard lock{mutex_};
    std::vector<order_state> out;
    for (const auto& each : reports_) out.push_back(each.state);
    return out;
  }
  order_state state() {
    const auto all = life();
    return all.empty() ? order_state{} : all.back();
  }
  bool has_been(order_state x) {
    const auto all = life();
    return std::find(all.begin(), all.end(), x) != all.end();
  }
  std::string client_id() {
    const std::lock_guard lock{mutex_};
    return reports_.empty() ? "" : reports_.back().client_id.str();
  }
  money reserved() {
    const std::lock_guard lock{mutex_};
    return exposure_.reserved_cash();
  }
  /// Every time the order was reported as unknown: what was reserved then at least.
  money reserved_least_while_unknown() {
    const std::lock_guard lock{mutex_};
    return least_;
  }
  bool is_stopped(symbol_stop_reason reason) {
    const std::lock_guard lock{mutex_};
    return stops_[reason];
  }
  bool was_halted(halt_reason reason) {
    const std::lock_guard lock{mutex_};
    return halts_.count(reason) > 0;
  }
  /// The steps of the protocol as they stand in the log.
  std::map<unknown_step, int> steps() { return log_->steps(); }
  const node_recovery& past() const { return past_; }
  std::uint64_t boot_no() const { return log_->boot_no(); }

 private:
  void spawn();
  caf::actor gate();

  running_venue& venue_;
  std::vector<std::string> symbols_{"AAPL"};
  std::vector<std::string> strategies_{"momentum"};
  std::unique_ptr<counting_log> log_;
  node_recovery past_;
  metrics_registry metrics_;
  durable_mark mark_;
  std::unique_ptr<loop_thread> io_ = std::make_unique<loop_thread>();
  std::unique_ptr<alpaca_broker> gateway_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<caf::actor> members_;
  actor_slot<order_router_actor> router_;
  actor_slot<broker_actor> broker_;
  directory board_;

  std::mutex mutex_;
  bool stream_ready_ = false;
  exposure_book exposure_{1};
  money least_ = money::max();
  std::vector<order_report> reports_;
  std::map<symbol_stop_reason, bool> stops_;
  std::map<halt_reason, int> halts_;
};

inline caf::actor node_parts::gate() {
  caf::behavior listens{[this](const order_report& x) {
                          const std::lock_guard lock{mutex_};
                          exposure_.on_report(x);
                          reports_.push_back(x);
                          if (x.state == order_state::unknown)
                            least_ = std::min(least_, exposure_.reserved_cash());
                        },
                        [this](const symbol_stop& x) {
                          const std::lock_guard lock{mutex_};
                          stops_[x.reason] = x.stopped;
                        },
                        [this](const halt_command& x) {
                          const std::lock_guard lock{mutex_};
                          ++halts_[x.reason];
                        },
                        [this](const clear_command&) {},
                        [this](const order_stream_status& x) {
                          const std::lock_guard lock{mutex_};
                          stream_ready_ = x.state == feed_state::synced;
                        }};
  return system_->spawn([](caf::event_based_actor*, caf::behavior x) { return x; },
                        std::move(listens));
}

inline void node_parts::spawn() {
  audit_args logging;
  logging.log = log_.get();
  logging.time = &venue_.time;
  logging.mark = &mark_;
  logging.metrics = &metrics_;
  board_.audit = system_->spawn<caf::detached>(audit, logging);

  order_router_args routing;
  routing.symbols = symbols_;
  routing.strategies = strategies_;
  routing.time = &venue_.time;
  routing.metrics = &metrics_;
  routing.log_id = log_->log_id();
  routing.boot_no = log_->boot_no();
  routing.highest_order = past_.highest_order;
  routing.recovered = past_.orders;
  routing.watched = past_.watched;
  routing.stops = past_.stops;
  routing.options.intent_age_max = std::chrono::hours{1};
  routing.options.answer_within = std::chrono::minutes{2};
  board_.router = system_->spawn(order_router, routing);
  router_.set(board_.router);

  broker_args sending;
  sending.gateway = gateway_.get();
  sending.time = &venue_.time;
  sending.metrics = &metrics_;
  sending.callbacks.on_submit = [this](submit_result x) { broker_.post(std::move(x)); };
  sending.callbacks.on_cancel = [this](cancel_result x) { broker_.post(std::move(x)); };
  sending.callbacks.on_stream = [this](order_stream_status x) { broker_.post(std::move(x)); };
  sending.callbacks.on_update = [this](order_update x) { router_.post(std::move(x)); };
  board_.broker = system_->spawn(broker, sending);
  broker_.set(board_.broker);

  const auto listener = gate();
  board_.gate = caf::actor_cast<risk_gate_actor>(listener);
  const auto nobody =
      system_->spawn([](caf::event_based_actor*, caf::behavior x) { return x; },
                     caf::behavior{[](const order_stream_status&) {}, [](const order_report&) {}});
  board_.reconciliation = caf::actor_cast<reconciliation_actor>(nobody);
  for (const auto& each :
       {caf::actor_cast<caf::actor>(board_.broker), caf::actor_cast<caf::actor>(board_.router),
        listener, nobody, caf::actor_cast<caf::actor>(board_.audit)})
    members_.push_back(each);
  post_to(board_.router, board_);
  post_to(board_.audit, board_);
  post_to(board_.broker, board_);
  say(trading_state{trading_mode::active, 0});
}

}  // namespace bw::tests
