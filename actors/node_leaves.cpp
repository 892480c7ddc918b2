// The members that begin anew from what others know.
#include "actors/checkin_files.hpp"
#include "actors/feed_actor.hpp"
#include "actors/market_data_actor.hpp"
#include "actors/node_starts.hpp"
#include "actors/performance_actor.hpp"
#include "actors/projection_actor.hpp"
#include "actors/recorder_actor.hpp"
#include "actors/status_actor.hpp"
#include "actors/strategy_actor.hpp"
#include "config/engine_factory.hpp"
#include "storage/strategy_states.hpp"

namespace bw {

caf::actor start_market_data(node_world& w) {
  const market_data_args args{
      w.source.get(), static_cast<std::uint32_t>(w.symbols.capacity()), w.ports.time, &w.poison,
      std::make_shared<data_meter>(*w.ports.metrics, w.symbols, *w.calendar)};
  const auto handle = w.system->spawn(market_data, args);
  w.market_data.set(handle);
  return announced(w, &directory::market_data, handle);
}

caf::actor start_feed(node_world& w) {
  const feed_args args{w.ports.market_feed, w.source.get()};
  return announced(w, &directory::feed, w.system->spawn(feed_owner, args));
}

caf::actor start_performance(node_world& w) {
  performance_args args;
  args.type = w.config.mode == environment::live    ? trade_type::live
              : w.config.mode == environment::paper ? trade_type::paper
                                                    : trade_type::simulated;
  args.calendar = *w.calendar;
  args.trades = w.past.trades;
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.journal = &w.counted;
  args.began = w.began;
  args.positions = w.past.positions;
  args.day_open = w.past.day_open;
  args.realized_today = w.past.realized_today;
  args.trades_today = w.past.trades_today;
  args.day_close = w.past.day_close;
  args.day_fills = w.past.day_fills;
  args.reconciled_day = w.past.reconciled_day;
  return announced(w, &directory::performance, w.system->spawn(performance, std::move(args)));
}

caf::actor start_status(node_world& w) {
  status_args args;
  args.mode = to_string(w.config.mode);
  args.audit_sync = to_string(w.config.audit.sync);
  args.config_hash = w.config_hash;
  if (w.config.mode != environment::sim)
    args.live_stage = to_string(w.config.live.stage.value_or(live_stage::s0));
  args.binary_hash = w.ports.binary_hash;
  args.symbols = w.symbols;
  args.strategies = w.strategies;
  args.kind_of = [&w](std::size_t k) {
    const auto all = w.live.current().settings;
    const auto* kind = k < all.size() ? w.ports.strategies->find(all[k].kind) : nullptr;
    return std::pair{k < all.size() ? all[k].kind : std::string{},
                     kind == nullptr ? std::string{} : kind->version};
  };
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.published_status = w.ports.status;
  args.file = w.config.state_folder / "status.json";
  args.calendar = *w.calendar;
  args.limits = limits_of(w.config);
  args.backtest = w.ports.backtest_of_day;
  args.note = [&w](audit_event x) {
    audit_append note;
    note.events.emplace_back(std::move(x));
    note.from = short_name{status_state::name};
    w.audit.post(std::move(note));
  };
  return announced(w, &directory::status,
                   w.system->spawn<caf::detached>(status_keeper, std::move(args)));
}

namespace {

engine_birth birth_of(const node_world& w, std::uint32_t symbol,
                      const std::vector<held_position>& held, utc_ns now) {
  engine_birth out;
  out.symbol = symbol_id{symbol};
  out.symbol_text = cut<symbol_name>(w.symbols[symbol]);
  for (const auto& each : held)
    if (each.symbol == out.symbol) out.positions.push_back(each);
  for (const auto& day : sessions_of_engine(*w.calendar, now))
    out.sessions.push_back({day.open, day.close});
  out.changes = w.changes_of(symbol);
  return out;
}

}  // namespace

caf::actor start_recorder(node_world& w) {
  recorder_args args;
  args.recording = w.ports.recording;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  args.note = [&w](segment_record x) {
    audit_append note;
    note.events.emplace_back(std::move(x));
    note.from = short_name{recorder_state::name};
    w.audit.post(std::move(note));
  };
  return caf::actor_cast<caf::actor>(w.system->spawn<caf::detached>(recorder, std::move(args)));
}

caf::actor start_projection(node_world& w) {
  projection_args args{w.ports.audit_folder, w.ports.trades_file, w.ports.metrics};
  return caf::actor_cast<caf::actor>(w.system->spawn<caf::detached>(projection, std::move(args)));
}

namespace {

/// What the strategies of the symbol saved, in the run before or before a crash; those that take
/// it up. A file that does not fit costs a line in the log and nothing else.
std::vector<kept_strategy> take_up_states(const node_world& w, std::uint32_t symbol,
                                          symbol_engine& engine) {
  const auto file = strategy_states_file(w.config.state_folder, w.symbols[symbol]);
  const auto ignored = [](const std::string& why) {
    log_line(log_level::warning, "strategy", "state_ignored", why);
  };
  auto all = read_strategy_states(file);
  if (!all) {
    ignored(all.failure().context);
    return {};
  }
  std::erase_if(*all, [&](const kept_strategy& x) {
    const bool taken = engine.restore(x);
    if (!taken)
      ignored(file.string() + ": " + x.strategy.str() + " begins anew: the state is not of it");
    return !taken;
  });
  return std::move(*all);
}

}  // namespace

caf::actor start_strategy(node_world& w, std::uint32_t symbol) {
  strategy_args args;
  // After a restart the positions are those of now, not those of the process's start.
  const auto held = w.held.current();
  args.born = {w.ports.time->utc_now(), w.ports.time->mono_now()};
  args.engine = *w.make_engine(symbol, held, args.born.utc);
  args.tape = w.tape(strategy_lane(symbol_id{symbol}));
  args.birth = birth_of(w, symbol, held, args.born.utc);
  args.birth.kept = take_up_states(w, symbol, *args.engine);
  args.state_folder = w.config.state_folder;
  args.make_changed = [known = w.ports.strategies](const strategy_change& x) {
    return make_changed(*known, x);
  };
  args.on_fault = [&w](strategy_id which, const std::string& cause) {
    w.live.change([&](live_strategies& all) { all.take_out(which, cause); });
  };
  args.symbol = w.symbols[symbol];
  args.poison = &w.poison;
  args.strategies = w.strategies;
  args.time = w.ports.time;
  args.metrics = w.ports.metrics;
  const auto handle = w.system->spawn(strategy_of_symbol, std::move(args));
  bool is_first = true;
  const auto enter = [&](directory& members) {
    if (members.strategies.size() <= symbol) members.strategies.resize(symbol + 1);
    is_first = members.strategies[symbol] == nullptr;
    members.strategies[symbol] = handle;
  };
  w.board.put(enter);
  // Told of each of a thousand that start one after the other, each of a thousand would be told a
  // thousand times; the last one's turn is everybody's.
  const bool others_follow = is_first && symbol + 1 < w.symbols.size();
  if (!others_follow) w.board.change([](directory&) {});
  return caf::actor_cast<caf::actor>(handle);
}

}  // namespace bw
