#include "actors/node_children.hpp"
#include "config/engine_factory.hpp"

#include <caf/send.hpp>

namespace bw {

result<std::shared_ptr<symbol_engine>> node_world::make_engine(
    std::uint32_t symbol, const std::vector<held_position>& positions, utc_ns now) const {
  const auto now_set = live.current();
  auto as_set = config;
  for (std::size_t k = 0; k < as_set.strategies.size(); ++k) {
    as_set.strategies[k].latched = now_set.settings[k].latched;
    as_set.strategies[k].cause = now_set.settings[k].cause;
  }
  auto made =
      make_symbol_engine(as_set, *ports.strategies, *calendar, symbol_id{symbol}, symbols[symbol],
                         now, evidence_wanted::yes, now_set.for_symbol(symbol));
  if (!made) return std::move(made).failure();
  std::shared_ptr<symbol_engine> engine = std::move(*made);
  BW_ASSERT(engine != nullptr, "the symbols of a node are those that a strategy watches");
  if (ports.shadow_markets) engine->simulate_shadows(ports.shadow_markets);
  for (const auto& held_before : positions) {
    if (held_before.symbol != symbol_id{symbol}) continue;
    if (const auto restored = engine->restore(held_before); !restored) return restored.failure();
  }
  return engine;
}

std::vector<strategy_change> node_world::changes_of(std::uint32_t symbol) const {
  return live.current().for_symbol(symbol);
}

void node_world::apply(const strategies_update& update) {
  const auto first_new = static_cast<std::uint32_t>(symbols.size());
  // Room was checked by whoever planned the update; without it nothing is taken on.
  for (std::size_t k = strategies.size(); k < update.strategies.size(); ++k)
    if (!strategies.add(update.strategies[k].id)) return;
  for (const auto& symbol : update.new_symbols)
    if (!symbols.add(symbol)) return;
  live.change([&](live_strategies& all) { all.take(update); });
  // Gate, session and the others learn of the new ones before any order of theirs can come.
  const bool more = !update.new_symbols.empty() || strategies.size() > told_strategies;
  told_strategies = strategies.size();
  if (more) board.change([](directory&) {});
  const auto members = board.current();
  for (const auto& each : update.changes)
    if (each.symbol.value < first_new && each.symbol.value < members.strategies.size())
      post_to(members.strategies[each.symbol.value], each.what);
  for (auto k = first_new; k < symbols.size(); ++k) strategies_group.post(atom::restart_v, k);
  if (!update.new_symbols.empty()) ports.market_feed->add(update.new_symbols);
}

void node_world::take_out(strategy_id which, const std::string& cause) {
  live.change([&](live_strategies& all) { all.take_out(which, cause); });
  strategy_change off;
  off.strategy = which;
  off.cause = cause;
  off.scope = change_scope::take_out;
  for (const auto& each : board.current().strategies) post_to(each, off);
}

void node_world::put_back(strategy_id which, const std::string& cause) {
  live.change([&](live_strategies& all) { all.put_back(which); });
  const auto set = live.current().settings;
  if (which.value >= set.size()) return;
  const auto& is = set[which.value];
  strategy_change on;
  on.strategy = which;
  on.cause = cause;
  on.scope = change_scope::put_back;
  on.renewed = true;
  on.kind = is.kind;
  on.bars = is.bars;
  for (const auto& [name, value] : is.parameters) on.parameters.push_back({name, value});
  for (const auto& each : board.current().strategies) post_to(each, on);
}

result<void> node_world::prepare() {
  source = std::make_unique<ingress>([this] { market_data.post(atom::doorbell_v); });
  poison.begin(
      *ports.metrics,
      [this](alert_record x) {
        audit_append note;
        note.events.emplace_back(std::move(x));
        note.from = short_name{"supervisor"};
        audit.post(std::move(note));
      },
      ports.rehearsal);
  held.set(past.positions);
  began = ports.time->utc_now();
  live.set({config.strategies, {}});
  told_strategies = strategies.size();
  for (std::uint32_t k = 0; k < symbols.size(); ++k)
    if (auto engine = make_engine(k, past.positions, ports.time->utc_now()); !engine)
      return std::move(engine).failure().within(symbols[k]);
  return {};
}

broker_events node_world::broker_callbacks() {
  broker_events out;
  out.on_submit = [this](submit_result x) { broker.post(std::move(x)); };
  out.on_cancel = [this](cancel_result x) { broker.post(std::move(x)); };
  out.on_stream = [this](order_stream_status x) { broker.post(std::move(x)); };
  out.on_exchange = [this](exchange_record x) {
    audit_append note;
    note.events.emplace_back(std::move(x));
    note.from = short_name{"broker"};
    audit.post(std::move(note));
  };
  out.on_update = [this](order_update x) { router.post(std::move(x)); };
  return out;
}

void node_world::lose(const std::string& member, const std::string& why) {
  ports.mark->block_sends();
  truth_lost = true;
  latch_end(member == "audit" ? halt_reason::audit : halt_reason::supervisor,
            member + " ended and holds what cannot be guessed; the node stops: " + why);
}

/// The gate may be what is gone, so that the record does not wait for its word: whoever begins next
/// has to know why this run ended.
void node_world::latch_end(halt_reason reason, const std::string& why) {
  log_line(log_level::critical, "supervisor", "trading_halted", why);
  post_to(board.current().gate, halt_command{reason, cut<short_text>(why), trading_mode::halted});
  const auto last = ports.status->read();
  auto halted = last ? last->trading : trading_state{};
  halted.mode = trading_mode::halted;
  halted.reasons |= reason_bit(reason);
  audit_event latch{state_record{halted, reason, true, why}};
  if (reason != halt_reason::audit) {
    audit_append record;
    record.events.push_back(std::move(latch));
    record.needs = durability::before_answer;
    record.from = short_name{"supervisor"};
    return audit.post(std::move(record));
  }
  if (ports.emergency == nullptr) return;
  // The log's only writer is gone: the latch goes where the next start looks for it.
  const audit_stamp stamp{ports.time->utc_now(), ports.time->mono_now(), {}, short_name{"node"}};
  if (const auto kept = ports.emergency->keep(stamp, latch); !kept)
    log_line(log_level::critical, "supervisor", "exception", kept.failure().text());
}

bool node_world::is_flat(caf::scoped_actor& here) const {
  bool flat = true;
  for (const auto& each : board.current().strategies)
    here->request(each, std::chrono::milliseconds{500}, atom::view_v)
        .receive([&](const strategy_view& x) { flat = flat && x.positions.empty(); },
                 [&](const caf::error&) { flat = false; });
  return flat;
}

bool node_world::crash(const std::string& member) {
  const auto members = board.current();
  const auto end = [](const auto& handle) {
    if (!handle) return false;
    caf::anon_send_exit(handle, caf::exit_reason::unhandled_exception);
    return true;
  };
  if (member == "audit") return end(members.audit);
  if (member == "session") return end(members.session);
  if (member == "risk_gate") return end(members.gate);
  if (member == "router") return end(members.router);
  if (member == "broker") return end(members.broker);
  if (member == "reconciliation") return end(members.reconciliation);
  if (member == "feed") return end(members.feed);
  if (member == "market_data") return end(members.market_data);
  if (member == "performance") return end(members.performance);
  if (member == "status") return end(members.status);
  for (std::size_t k = 0; k < symbols.size() && k < members.strategies.size(); ++k)
    if (symbols[k] == member) return end(members.strategies[k]);
  return false;
}

void node_world::release() {
  board.clear();
  broker.set(broker_actor{});
  router.set(order_router_actor{});
  market_data.set(market_data_actor{});
  strategies_group.set(supervisor_actor{});
  audit.set(audit_actor{});
}

}  // namespace bw
