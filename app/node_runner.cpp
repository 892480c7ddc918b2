#include "app/node_runner.hpp"

#include <mutex>

#include "actors/node.hpp"
#include "app/control_client.hpp"
#include "app/control_desk.hpp"
#include "app/io_thread.hpp"
#include "app/lowered_limits.hpp"
#include "app/node_start.hpp"
#include "app/outside_notes.hpp"
#include "app/parity_certificate.hpp"
#include "app/preflight_node.hpp"
#include "app/replay_config.hpp"
#include "app/strategy_manager.hpp"
#include "app/venue_clock.hpp"
#include "backtest/shadow_exchange.hpp"
#include "broker/alpaca_broker.hpp"
#include "broker/order_sweep.hpp"
#include "config/limits_text.hpp"
#include "config/secrets.hpp"
#include "config/state_folder.hpp"
#include "config/strategy_records.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "feeds/alpaca_feed.hpp"
#include "feeds/day_history.hpp"
#include "net/account_headers.hpp"
#include "ops/ops_server.hpp"
#include "storage/audit_verify.hpp"
#include "storage/bar_cache.hpp"
#include "storage/event_json.hpp"
#include "storage/instance_lock.hpp"
#include "storage/proved_log.hpp"
#include "storage/trade_database.hpp"

namespace bw {

struct node_runner::state {
  explicit state(setup given) : with(std::move(given)) {}

  setup with;
  std::mutex mutex;
  exit_code fatal_code = exit_code::ok;
  std::string fatal_reason;
  bool fatal = false;

  system_clock real;
  std::unique_ptr<scaled_clock> followed;
  const clock* time = nullptr;
  std::optional<session_calendar> calendar;
  std::optional<broker_credentials> credentials;
  std::optional<instance_lock> lock;
  proved_log audit;
  std::unique_ptr<input_recording> recording;
  durable_mark mark;
  heartbeat worker_life;
  heartbeat audit_life;
  published<node_status> latest;
  strategy_registry strategies;
  std::unique_ptr<strategy_manager> manager;
  io_thread io;
  io_thread ops_io;
  std::unique_ptr<alpaca_broker> broker;
  std::unique_ptr<bar_cache> past_bars;
  std::unique_ptr<alpaca_feed> market_feed;
  std::unique_ptr<day_history> past_days;
  std::unique_ptr<control_desk> control;
  std::unique_ptr<node> tree;
  std::unique_ptr<ops_server> ops;
  std::uint16_t ops_port = 0;
  /// Of the limits in the file, and what a person has lowered since.
  std::string file_limits;
  limits_change lowered;
  digest binary{};
  /// Owner's thread.
  preflight_times looks;
  bool log_open = false;
  bool verified = false;
  std::uint64_t records = 0;
  node_status last;

  node_config& config() { return with.config.config; }

  void on_fatal(exit_code code, std::string why) {
    {
      const std::lock_guard guard{mutex};
      if (std::exchange(fatal, true)) return;
      fatal_code = code;
      fatal_reason = std::move(why);
    }
    if (with.wake) with.wake();
  }

  std::optional<command_failure> lower_limits();
  std::optional<command_failure> prepare_clock();
  std::optional<command_failure> open_storage(node_recovery& past);
  std::optional<command_failure> open_recording();
  void close_recording();
  result<void> append(std::vector<segment_record> segments);
  std::optional<command_failure> connect();
  result<void> record_strategies();
  result<void> record_plugins();
  void finish_projection();
  std::optional<command_failure> start_tree(node_recovery past);
  void preflight(const node_status& now, std::string cause);
  bool is_alive() const;
  void open_control(node_recovery& past);
  std::optional<command_failure> start_ops();
};

namespace {

command_failure failure_of(const error& why, std::string hint = "") {
  return {code_for(why.code), why.context, std::move(hint)};
}

/// Without a sign of life for longer the process is not live (docs/supervision.md).
constexpr std::chrono::seconds worker_silent_max{5};
constexpr std::chrono::seconds audit_silent_max{10};

}  // namespace

/// What a person lowered holds until the limits in the file are others.
std::optional<command_failure> node_runner::state::lower_limits() {
  auto applied = apply_lowered_limits(config(), file_limits);
  if (!applied) return failure_of(applied.failure());
  lowered = std::move(*applied);
  return std::nullopt;
}

std::optional<command_failure> node_runner::state::prepare_clock() {
  auto made = session_calendar::make();
  if (!made) return failure_of(made.failure(), "install the package tzdata");
  calendar.emplace(std::move(*made));
  auto found = resolve_credentials(config());
  if (!found) return failure_of(found.failure());
  credentials.emplace(std::move(*found));
  if (with.shared_clock != nullptr) {
    time = with.shared_clock;
  } else if (config().mode == environment::sim) {
    auto venue = find_venue_clock(config().sim.port, *credentials, real);
    if (auto* failed = std::get_if<command_failure>(&venue)) return std::move(*failed);
    followed = std::make_unique<scaled_clock>(std::get<clock_anchor>(venue));
    time = followed.get();
  } else {
    time = &real;
  }
  widen_for_speed(config(), time->speed());
  return std::nullopt;
}

std::optional<command_failure> node_runner::state::open_storage(node_recovery& past) {
  auto& options = config();
  auto locked = lock_state_folder(options.state_folder);
  if (!locked)
    return failure_of(locked.failure(), "stop the other node, or use another state_folder");
  lock.emplace(std::move(*locked));
  options.log.folder = log_folder(options.state_folder);
  if (auto opened = log_start(options.log, *time, *with.metrics); !opened)
    return failure_of(opened.failure());
  log_open = true;
  const auto& home = options.state_folder;
  options.audit.folder = audit_folder(home);
  const audit_stamp stamp{time->utc_now(), time->mono_now(), {}, short_name{"node"}};
  proved_log_options how;
  how.log = options.audit;
  how.anchors.file = in_state_folder(home, options.audit.anchors);
  how.anchors.key = in_state_folder(home, options.audit.anchor_key);
  how.emergency = emergency_file_path(home);
  // The seed names a new log; wall time and process make it another one than before.
  auto opened = open_proved_log(how, static_cast<std::uint64_t>(real.utc_now().value), stamp);
  if (!opened)
    return failure_of(opened.failure(),
                      "see `bellwether audit verify --state " + home.string() + "`");
  audit = *std::move(opened);
  if (audit.merged > 0)
    log_line(log_level::warning, "node", "audit_merged",
             std::to_string(audit.merged) + " events of a dead log were merged");
  auto managed = strategy_manager::open(with.config, home, real);
  if (!managed) return failure_of(managed.failure());
  manager = std::move(*managed);
  std::vector<std::string> ids;
  for (const auto& each : options.strategies) ids.push_back(each.id);
  auto mapped = to_node_recovery(audit.keeper->books(), options.symbols(), ids);
  if (!mapped) return failure_of(mapped.failure());
  past = std::move(*mapped);
  const auto deployed = what_is_deployed(with.config);
  binary = deployed.binary;
  std::vector<audit_event> first{
      boot_record{audit.log->boot_no(), audit.log->log_id(), std::string{version()},
                  std::string{to_string(options.mode)}, with.config.hash, past.ended_cleanly},
      config_record{with.config.node_toml + "\n" + with.config.strategies_toml},
      limits_in_force(options, !lowered.settings.empty() ? "start, lowered"
                               : options.live.stage      ? "ramp"
                                                         : "start"),
      deployed};
  if (with.permit) first.emplace_back(with.permit->arming());
  auto outside = outside_notes::take(home);
  if (!outside) return failure_of(outside.failure());
  for (const auto& each : outside->records()) first.emplace_back(each);
  auto proposed = proposals_to_record(home);
  if (!proposed)
    log_line(log_level::warning, "node", "exception", proposed.failure().text());
  else
    for (const auto& each : proposed->records) first.emplace_back(each);
  std::vector<audit_log::entry> entries;
  for (const auto& event : first) entries.push_back({stamp, &event});
  const auto written = audit.keeper->append(entries, sync_mode::yes);
  if (!written) return failure_of(written.failure());
  mark.acknowledge(written->value);
  if (auto done = outside->forget(); !done) return failure_of(done.failure());
  if (proposed)
    if (auto done = proposed->forget(); !done)
      log_line(log_level::warning, "node", "exception", done.failure().text());
  if (auto recorded = record_plugins(); !recorded) return failure_of(recorded.failure());
  log_line(log_level::info, "node", "system_startup",
           "boot " + std::to_string(audit.log->boot_no()) + " in mode " +
               std::string{to_string(options.mode)});
  return std::nullopt;
}

/// Parameters first: they are the first frame of the first lane.
std::optional<command_failure> node_runner::state::open_recording() {
  const auto& options = config();
  if (!options.recording.enabled) return std::nullopt;
  recording_setup setup;
  setup.folder = recordings_folder(options.state_folder);
  setup.options = options.recording;
  setup.boot_no = audit.log->boot_no();
  setup.symbols = static_cast<std::uint32_t>(options.symbols().size() + added_symbols_max);
  setup.day_of = [days = *calendar](utc_ns at) { return days.new_york_date(at); };
  recording = std::make_unique<input_recording>(std::move(setup));
  if (auto noted = append(recording->adopt_leftovers()); !noted) return failure_of(noted.failure());
  recorded_parameters all;
  all.log_id = audit.log->log_id();
  all.boot_no = audit.log->boot_no();
  all.version = version();
  all.revision = revision();
  all.config_hash = with.config.hash;
  all.node_toml = with.config.node_toml;
  all.strategies_toml = with.config.strategies_toml;
  for (const auto& [key, value] : with.config.overrides) all.overrides.push_back({key, value});
  if (options.live.stage)
    all.overrides.push_back(
        {std::string{recorded_stage}, std::to_string(static_cast<int>(*options.live.stage))});
  for (const auto& each : lowered.settings) all.overrides.push_back({each.key, each.value});
  all.clock_speed = time->speed();
  all.symbols = static_cast<std::uint32_t>(options.symbols().size());
  all.strategies = static_cast<std::uint32_t>(options.strategies.size());
  auto& tape = recording->tape(node_lane);
  tape.note(all, {time->utc_now(), time->mono_now()});
  tape.flush();
  return std::nullopt;
}

/// Nobody decides any more and nobody else writes the log.
void node_runner::state::close_recording() {
  std::vector<segment_record> sealed;
  recording->finish({time->utc_now(), time->mono_now()}, sealed);
  if (const auto noted = append(std::move(sealed)); !noted)
    log_line(log_level::error, "node", "recording_failed", noted.failure().text());
  recording.reset();
}

result<void> node_runner::state::append(std::vector<segment_record> segments) {
  if (segments.empty()) return {};
  const audit_stamp stamp{time->utc_now(), time->mono_now(), {}, short_name{"recorder"}};
  std::vector<audit_event> events(segments.begin(), segments.end());
  std::vector<audit_log::entry> entries;
  for (const auto& event : events) entries.push_back({stamp, &event});
  const auto written = audit.keeper->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  mark.acknowledge(written->value);
  return {};
}

std::optional<command_failure> node_runner::state::connect() {
  const auto mode = to_string(config().mode);
  const auto trading = trading_endpoint_for(mode, config().sim.port);
  const auto data = data_endpoints_for(mode, config().sim.port);
  if (!trading) return failure_of(trading.failure());
  if (!data) return failure_of(data.failure());
  alpaca_broker_options orders;
  orders.trading = *trading;
  orders.key_id = credentials->key_id;
  orders.secret_key = credentials->secret_key;
  orders.to_utc = [this](calendar_date date, int minutes) {
    return calendar->utc_from_new_york(date, std::chrono::minutes{minutes});
  };
  const auto breakers = std::make_shared<breaker_board>();
  orders.breakers = breakers;
  if (followed) orders.on_clock_anchor = [this](clock_anchor anchor) { followed->follow(anchor); };
  broker =
      std::make_unique<alpaca_broker>(io.loop(), *time, *with.metrics, mark, std::move(orders));
  alpaca_feed_options market;
  market.endpoints = *data;
  market.feed_name = config().feed.name;
  market.codec = config().feed.codec == "msgpack" ? feed_codec::msgpack : feed_codec::json;
  market.lag_max = config().feed.lag_max;
  market.poll_after = config().feed.poll_after;
  if (config().feed.poll_every.count() == 0) market.poll_after = {};
  market.poll_every = config().feed.poll_every;
  market.breakers = breakers;
  market.key_id = credentials->key_id;
  market.secret_key = credentials->secret_key;
  market.symbols = config().symbols();
  market.history = std::chrono::hours{24} * config().feed.history_days;
  // A venue's past is its own: what another one told yesterday does not hold there.
  if (config().mode != environment::sim && config().feed.cache_mb > 0) {
    constexpr std::uint64_t mebibyte = 1024 * 1024;
    past_bars = std::make_unique<bar_cache>(
        bar_cache_options{bars_folder(config().state_folder), config().feed.cache_mb * mebibyte},
        *with.metrics);
    market.past = past_bars.get();
    market.days = *calendar;
  }
  if (config().mode != environment::sim)
    market.expects_data = [calendar = *calendar, options = config().session](utc_ns at) {
      const auto phase = calendar.phase(at, options).phase;
      return phase != session_phase::closed && phase != session_phase::unknown;
    };
  market_feed = std::make_unique<alpaca_feed>(io.loop(), *time, *with.metrics, std::move(market));
  past_days = std::make_unique<day_history>(
      io.loop(), *time,
      day_history_options{
          .data = data->rest,
          .credentials = net::account_headers(credentials->key_id, credentials->secret_key),
          .feed_name = config().feed.name,
          .days = *calendar,
          .store = past_bars.get()});
  io.start();
  return std::nullopt;
}

/// The last records, so that trades.db ends where the log does. At most two batches: what is more
/// comes with the next start, or with the next command that reads it.
void node_runner::state::finish_projection() {
  const auto reader = open_audit_reader(config().audit.folder);
  const auto trades =
      trade_database::open(trades_file(config().state_folder), sqlite_access::read_write);
  if (!reader || !trades) return;
  for (int batch = 0; batch < 2; ++batch)
    if (const auto done = (*trades)->follow(**reader); !done)
      return log_line(log_level::warning, "projection", "exception", done.failure().text());
}

/// Plugins with their hashes, and the strategies that the last run ended in.
result<void> node_runner::state::record_plugins() {
  const audit_stamp stamp{time->utc_now(), time->mono_now(), {}, short_name{"manager"}};
  for (const auto& event : manager->first_records()) {
    const audit_log::entry entries[] = {{stamp, &event}};
    const auto written = audit.keeper->append(entries, sync_mode::yes);
    if (!written) return written.failure();
    mark.acknowledge(written->value);
  }
  manager->take_out(audit.keeper->books().strategies_off(), config().strategies);
  return {};
}

/// Before the tree, which owns the log from then on.
result<void> node_runner::state::record_strategies() {
  const audit_stamp stamp{time->utc_now(), time->mono_now(), {}, short_name{"node"}};
  for (auto& each : strategy_records(config(), strategies)) {
    log_strategy(each);
    const audit_event event{std::move(each)};
    const audit_log::entry entries[] = {{stamp, &event}};
    const auto written = audit.keeper->append(entries, sync_mode::no);
    if (!written) return written.failure();
  }
  return {};
}

std::optional<command_failure> node_runner::state::start_tree(node_recovery past) {
  strategies = with.config.strategies();
  if (with.more_strategies)
    if (auto added = with.more_strategies(strategies); !added) return failure_of(added.failure());
  if (auto written = record_strategies(); !written) return failure_of(written.failure());
  node_ports ports;
  ports.time = time;
  ports.broker = broker.get();
  ports.market_feed = market_feed.get();
  ports.log = audit.log.get();
  ports.keeper = audit.keeper.get();
  ports.emergency = audit.emergency.get();
  ports.mark = &mark;
  ports.metrics = with.metrics;
  ports.status = &latest;
  ports.strategies = &strategies;
  ports.shadow_markets = shadow_markets_of(config().backtest);
  ports.worker_life = &worker_life;
  ports.audit_life = &audit_life;
  ports.recording = recording.get();
  ports.rehearsal = with.rehearsal;
  ports.sweep = [this](std::function<void(bool)> done) {
    sweep_options how;
    how.what = sweep_what::not_reducing;
    sweep_events tell;
    tell.on_end = [done = std::move(done)](const sweep_report& end) { done(end.clean); };
    sweep_orders(*broker, io.loop(), how, std::move(tell));
  };
  ports.past_days = [this](const std::string& symbol, calendar_date before,
                           std::function<void(result<bw::past_days>)> done) {
    past_days->ask(symbol, before, std::move(done));
  };
  if (time == &real) ports.clock_sync = read_clock_sync;
  if (recording) ports.backtest_of_day = make_day_backtest(config(), with.more_strategies);
  ports.at_open = [this] { manager->look_again("a session opens"); };
  ports.binary_hash = hex_text(binary);
  ports.audit_folder = config().audit.folder;
  ports.trades_file = trades_file(config().state_folder);
  ports.on_fatal = [this](exit_code code, std::string why) { on_fatal(code, std::move(why)); };
  tree = std::make_unique<node>(config(), with.config.hash, std::move(ports), *calendar,
                                std::move(past));
  if (auto started = tree->start(); !started) return failure_of(started.failure());
  manager->watch(strategies, *tree, with.strategies_sight);
  return std::nullopt;
}

/// One line for whoever reads the log, the whole of it for the audit.
void node_runner::state::preflight(const node_status& now, std::string cause) {
  const auto report =
      preflight_of_node(with.config, now, last_drill_of(config(), *calendar), real.utc_now());
  auto record = to_record(report, std::move(cause));
  auto text = to_line(record);
  log_line(record.passed ? log_level::info : log_level::warning, "node", "preflight", text);
  const bool alert = !record.passed && config().mode != environment::sim;
  tree->people().note(std::move(record));
  if (alert)
    tree->people().note(
        alert_record{alert_level::critical, "preflight_failed", {}, std::move(text)});
}

bool node_runner::state::is_alive() const {
  const auto now = real.mono_now();
  return !tree ||
         (worker_life.age(now) < worker_silent_max && audit_life.age(now) < audit_silent_max);
}

/// Before anything can be sent. A kill of an earlier run still holds: by its file, by the log, or
/// by both.
void node_runner::state::open_control(node_recovery& past) {
  control_parts parts;
  parts.state_folder = config().state_folder;
  parts.mark = &mark;
  parts.gateway = broker.get();
  parts.gateway_loop = &io.loop();
  parts.boot_no = audit.log->boot_no();
  if (config().kill_keeps_protective) parts.sweep.what = sweep_what::not_reducing;
  parts.alive = [this] { return is_alive(); };
  parts.keep_limits = [this](const limits_change& x) {
    return keep_lowered_limits(config().state_folder, file_limits, x);
  };
  if (has_reason(past.latched, halt_reason::kill)) mark.kill();
  control = std::make_unique<control_desk>(std::move(parts));
  if (control->began_killed()) past.latched.reasons |= reason_bit(halt_reason::kill);
}

std::optional<command_failure> node_runner::state::start_ops() {
  ops_sources sources;
  sources.status = [this] { return latest.read(); };
  sources.metrics = with.metrics;
  // Ages are about the machine: the status is stamped by the node's clock, which may be the
  // venue's.
  sources.time = time;
  sources.limits.data_age_max *= std::max<std::int64_t>(1, time->speed());
  sources.alive = [this] { return is_alive(); };
  const auto token = make_control_token();
  sources.control = {token, [this](control_request x, std::function<void(control_answer)> done) {
                       control->act(std::move(x), std::move(done));
                     }};
  ops = std::make_unique<ops_server>(ops_io.loop(), config().ops, std::move(sources));
  auto port = ops->start();
  if (!port)
    return failure_of(port.failure(), "set ops.port in node.toml to a free port, or 0 for any");
  ops_port = *port;
  if (const auto published = publish_control_endpoint(config().state_folder, {ops_port, token});
      !published)
    return failure_of(published.failure());
  ops_io.start();
  return std::nullopt;
}

node_runner::node_runner(setup with) : state_(std::make_unique<state>(std::move(with))) {}

node_runner::~node_runner() { stop(); }

std::optional<command_failure> node_runner::start() {
  auto& s = *state_;
  s.file_limits = hex_text(limits_in_force(s.config(), "").hash);
  if (s.config().mode == environment::live) {
    if (!s.with.permit)
      return command_failure{exit_code::refused_for_safety, "live trading was not let in",
                             "see `bellwether live status`"};
    const auto stage = s.with.permit->stage();
    s.config().risk = tightened(std::move(s.config().risk), stage);
    s.config().live.stage = stage;
  }
  if (auto failed = s.lower_limits()) return failed;
  node_recovery past;
  if (auto failed = s.prepare_clock()) return failed;
  if (auto failed = s.open_storage(past)) return failed;
  if (auto failed = s.open_recording()) return failed;
  if (auto failed = s.connect()) return failed;
  s.open_control(past);
  if (auto failed = s.start_ops()) return failed;
  if (auto failed = s.start_tree(std::move(past))) return failed;
  s.control->attach(&s.tree->people());
  s.looks.begin(s.real.mono_now());
  return std::nullopt;
}

void node_runner::look() {
  auto& s = *state_;
  if (!s.tree || has_failed()) return;
  const auto now = status();
  if (auto cause = s.looks.due(now, s.real.mono_now(), s.time->utc_now()); !cause.empty())
    s.preflight(now, std::move(cause));
}

void node_runner::stop() {
  auto& s = *state_;
  // The kill switch itself works to the end.
  if (s.control) s.control->attach(nullptr);
  if (s.manager) s.manager->stop_watching();
  if (s.tree) {
    s.last = s.tree->stop();
    s.tree.reset();
  }
  s.ops_io.stop();
  s.ops.reset();
  if (s.control && !has_failed()) s.control->plan_stop();
  withdraw_control_endpoint(s.config().state_folder);
  s.io.stop();
  s.control.reset();
  s.past_days.reset();
  s.market_feed.reset();
  s.broker.reset();
  if (s.recording && s.audit.log) s.close_recording();
  if (s.audit.log) {
    s.records = s.audit.log->head().value;
    const auto from = s.audit.from;
    s.audit = {};
    // What lies before was verified and anchored by earlier runs.
    const auto report = verify_audit_log(s.config().audit.folder, from);
    s.verified = report.ok() && report->ok();
    if (s.verified) s.finish_projection();
  }
  if (s.log_open) {
    log_line(log_level::info, "node", "system_shutdown",
             s.fatal ? s.fatal_reason : "stopped as asked");
    log_stop();
    s.log_open = false;
  }
  s.lock.reset();
}

exit_code node_runner::code() const {
  const std::lock_guard guard{state_->mutex};
  return state_->fatal_code;
}

std::string node_runner::fatal_text() const {
  const std::lock_guard guard{state_->mutex};
  return state_->fatal_reason;
}

bool node_runner::has_failed() const {
  const std::lock_guard guard{state_->mutex};
  return state_->fatal;
}

node_status node_runner::status() const {
  if (state_->last.at != utc_ns{}) return state_->last;
  const auto latest = state_->latest.read();
  return latest ? *latest : node_status{};
}

bool node_runner::audit_verified() const { return state_->verified; }
std::uint64_t node_runner::audit_records() const { return state_->records; }
std::uint16_t node_runner::ops_port() const { return state_->ops_port; }
void node_runner::kill(const operator_record& who) {
  if (state_->control) state_->control->kill(who);
}

const person_desk& node_runner::people() const { return state_->tree->people(); }

bool node_runner::crash(const std::string& member) {
  return state_->tree && state_->tree->crash(member);
}

}  // namespace bw
