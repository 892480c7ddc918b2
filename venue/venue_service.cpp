#include "venue/venue_service.hpp"

#include <algorithm>
#include <utility>

#include "core/log.hpp"
#include "net/http_server.hpp"
#include "venue/alpaca_server.hpp"
#include "venue/api_request.hpp"
#include "venue/data_stream.hpp"
#include "venue/fees.hpp"
#include "venue/last_closes.hpp"
#include "venue/market_pump.hpp"
#include "venue/trade_stream.hpp"

namespace bw::venue {
namespace {

constexpr std::string_view trade_stream_path = "/stream";

/// A script may let a client wait for longer than the server itself would.
constexpr std::chrono::milliseconds request_timeout_under_faults{120'000};

std::vector<std::string> tickers_of(const std::vector<listed_symbol>& symbols) {
  std::vector<std::string> out;
  for (const auto& each : symbols) out.push_back(each.symbol);
  return out;
}

net::http_server_options server_options(const venue_options& options, std::uint16_t port) {
  net::http_server_options out;
  out.port = port;
  if (options.faults) out.request_timeout = request_timeout_under_faults;
  return out;
}

data_stream_options stream_options(const venue_options& options) {
  data_stream_options out;
  out.auth_timeout = options.auth_timeout;
  out.connections_per_endpoint = options.data_connections_per_endpoint;
  out.iex_symbols_max = options.iex_symbols_max;
  out.sip_entitled = options.sip_entitled;
  return out;
}

struct venue_metrics {
  explicit venue_metrics(metrics_registry& registry)
      : requests(registry.add_counter("bellwether_venue_requests_total",
                                      "REST requests the embedded venue answered.")),
        orders(registry.add_counter("bellwether_venue_orders_total",
                                    "Orders the embedded venue accepted.")),
        fills(registry.add_counter("bellwether_venue_fills_total",
                                   "Executions on the embedded venue.")),
        stream_messages(registry.add_counter("bellwether_venue_stream_messages_total",
                                             "Messages the embedded venue sent on streams.")) {}

  counter& requests;
  counter& orders;
  counter& fills;
  counter& stream_messages;
};

std::optional<net::http_response> refuse_upgrade(const net::http_request& request) {
  const auto path = net::parse_target(request.target).path;
  if (path == trade_stream_path || data_stream::serves(path)) return std::nullopt;
  return no_such_endpoint();
}

}  // namespace

struct venue_service::state : std::enable_shared_from_this<venue_service::state> {
  state(net::io_loop& on, venue_options wanted, std::unique_ptr<market_source> from,
        std::vector<session_day> sessions, offset_minutes_at offset, scaled_clock& clock,
        metrics_registry* registry);

  void connect();
  void prepare_faults(fault_script script);
  std::unique_ptr<net::http_server> make_server(std::uint16_t on_port);
  void close_port_for(nanoseconds lasting);
  void open_port_again();
  net::http_response answer_now(const net::http_request& request);
  void start_clock();
  void release_clock();
  void run_clock(std::int64_t speed) { time.follow({machine.mono_now(), pump.now(), speed}); }
  void stop();

  void serve(const net::http_request& request, const net::responder& answer);
  net::ws_session_events accept(const net::http_request& request,
                                std::shared_ptr<net::ws_session> session);
  void turn();
  void tell_market();
  void tell_trades();
  void charge_day();
  void plan_next_turn();

  net::io_loop& loop;
  const venue_options options;
  const std::unique_ptr<market_source> source;
  const trading_days days;
  const new_york_time new_york;
  scaled_clock& time;
  /// The venue sets its own clock by the machine's monotonic one.
  const system_clock machine;
  metrics_registry own_registry;
  venue_metrics metrics;
  venue_outlet outlet;
  const alpaca_auth auth;
  exchange market;
  market_pump pump;
  activity_book activities;
  tick_history ticks;
  const news_maker news;
  venue_world world;
  alpaca_server rest;

  std::shared_ptr<trade_stream> trades;
  std::shared_ptr<data_stream> data;
  std::shared_ptr<fault_stage> faults;
  std::unique_ptr<net::http_server> server;
  std::uint16_t port = 0;
  std::shared_ptr<net::io_loop::timer> timer;
  std::shared_ptr<net::io_loop::timer> closed_port;

  std::vector<market_event> market_events;
  std::vector<venue_event> venue_events;
  std::uint64_t last_serial = 0;
  std::uint32_t fills_to_lose = 0;
  money fees_due;
  bool was_open = false;
  bool holding = false;
  bool behind = false;
  bool stopped = false;
};

venue_service::state::state(net::io_loop& on, venue_options wanted,
                            std::unique_ptr<market_source> from, std::vector<session_day> sessions,
                            offset_minutes_at offset, scaled_clock& clock,
                            metrics_registry* registry)
    : loop(on),
      options(std::move(wanted)),
      source(std::move(from)),
      days(std::move(sessions)),
      new_york(std::move(offset)),
      time(clock),
      metrics(registry != nullptr ? *registry : own_registry),
      outlet(metrics.requests, metrics.stream_messages),
      auth(options.key_id, options.secret_key),
      market(options.exchange, source->symbols()),
      pump(*source, market, days, options.start_time.value_or(source->start_time())),
      ticks(source->symbols().size()),
      news(options.exchange.seed, tickers_of(source->symbols())),
      world{market, *source, days, new_york, time, pump.now(), &activities},
      rest({options.requests_per_minute, options.exchange.seed}, auth, world) {}

void venue_service::state::connect() {
  world.ticks = &ticks;
  world.news = &news;
  const auto self = weak_from_this();
  const auto authorized = [self] {
    const auto alive = self.lock();
    if (!alive) return;
    alive->release_clock();
    if (alive->faults) alive->faults->begin(fault_begin::first_client);
  };
  trades = std::make_shared<trade_stream>(
      trade_stream_options{options.trade_frames, options.auth_timeout}, loop, auth, outlet,
      authorized);
  data =
      std::make_shared<data_stream>(stream_options(options), loop, auth, world, outlet, authorized);
  if (options.faults) prepare_faults(*options.faults);
  server = make_server(options.port);
}

std::unique_ptr<net::http_server> venue_service::state::make_server(std::uint16_t on_port) {
  const auto self = weak_from_this();
  net::http_server_handlers handlers;
  handlers.on_request = [self](const net::http_request& request, const net::responder& answer) {
    if (const auto alive = self.lock()) alive->serve(request, answer);
  };
  handlers.check_upgrade =
      [self](const net::http_request& request) -> std::optional<net::http_response> {
    if (auto refused = refuse_upgrade(request)) return refused;
    const auto alive = self.lock();
    return alive && alive->faults ? alive->faults->refuse_upgrade(request) : std::nullopt;
  };
  handlers.on_upgrade = [self](const net::http_request& request,
                               std::shared_ptr<net::ws_session> session) {
    const auto alive = self.lock();
    return alive ? alive->accept(request, std::move(session)) : net::ws_session_events{};
  };
  return std::make_unique<net::http_server>(loop, server_options(options, on_port),
                                            std::move(handlers));
}

void venue_service::state::prepare_faults(fault_script script) {
  const auto self = weak_from_this();
  fault_stage::levers with;
  with.close_streams = [self](fault_streams which) {
    const auto alive = self.lock();
    if (!alive) return;
    if (which != fault_streams::data) alive->trades->abort_all();
    if (which != fault_streams::trade) alive->data->abort_all();
  };
  with.refuse = [self](nanoseconds lasting) {
    if (const auto alive = self.lock()) alive->close_port_for(lasting);
  };
  with.step_clock = [self](nanoseconds by) {
    if (const auto alive = self.lock()) alive->world.told_clock_error += by;
  };
  with.act = [self](const net::http_request& request) {
    const auto alive = self.lock();
    if (!alive) return;
    const auto answered =
        alive->rest.answer_by_hand(request, alive->pump.now(), alive->venue_events);
    if (answered.status >= 300)
      log_line(log_level::warning, "venue", "fault",
               "what the script asked for was refused: " + answered.body);
    alive->tell_trades();
  };
  faults = std::make_shared<fault_stage>(std::move(script), loop, time, outlet, std::move(with));
  outlet.use(faults.get());
}

void venue_service::state::close_port_for(nanoseconds lasting) {
  if (!server) return;
  trades->abort_all();
  data->abort_all();
  server->stop();
  server.reset();
  closed_port = loop.after(lasting, [self = weak_from_this()] {
    if (const auto alive = self.lock()) alive->open_port_again();
  });
}

void venue_service::state::open_port_again() {
  if (stopped || server) return;
  server = make_server(port);
  const auto opened = server->start();
  if (opened) return;
  // Somebody else may have taken it meanwhile; it may be free again.
  log_line(log_level::warning, "venue", "fault", opened.failure().text());
  close_port_for(std::chrono::milliseconds{100});
}

void venue_service::state::start_clock() {
  holding = options.clock == clock_start::at_first_client;
  run_clock(holding ? 0 : std::max<std::int64_t>(1, options.speed));
  // Orders can come before the first price of the day; yesterday's is known.
  load_last_closes(*source, days.current_or_next(pump.now()).open, market);
  pump.begin(venue_events);
  plan_next_turn();
}

void venue_service::state::release_clock() {
  if (!holding) return;
  holding = false;
  run_clock(std::max<std::int64_t>(1, options.speed));
  plan_next_turn();
}

void venue_service::state::stop() {
  stopped = true;
  timer.reset();
  closed_port.reset();
  if (faults) faults->stop();
  if (server) server->stop();
}

void venue_service::state::serve(const net::http_request& request, const net::responder& answer) {
  if (auth.admits(request.headers)) release_clock();
  // The answer shows the market as it is now, not as the last turn left it.
  turn();
  if (faults) {
    faults->begin(fault_begin::first_client);
    faults->serve(request, answer, [self = weak_from_this(), request] {
      const auto alive = self.lock();
      return alive ? alive->answer_now(request) : net::http_response{.status = 503};
    });
  } else {
    outlet.answer(answer, rest.answer(request, pump.now(), venue_events));
  }
  tell_trades();
  plan_next_turn();
}

/// For a request that a script held back: the market has moved on meanwhile.
net::http_response venue_service::state::answer_now(const net::http_request& request) {
  turn();
  auto out = rest.answer(request, pump.now(), venue_events);
  tell_trades();
  return out;
}

net::ws_session_events venue_service::state::accept(const net::http_request& request,
                                                    std::shared_ptr<net::ws_session> session) {
  if (net::parse_target(request.target).path == trade_stream_path)
    return trades->accept(request, std::move(session));
  return data->accept(request, std::move(session));
}

/// Carries the market to the present, as far as one turn goes, and tells the streams.
void venue_service::state::turn() {
  const auto reached = pump.advance(time.utc_now(), events_per_turn, market_events, venue_events);
  behind = reached == market_pump::progress::behind;
  if (days.is_open(pump.now()) && world.equity.is_due(pump.now()))
    world.equity.note(pump.now(), market.account().equity);
  tell_market();
  tell_trades();
  charge_day();
}

/// As the broker does: one line of the account's book for all sales of the day.
void venue_service::state::charge_day() {
  const bool is_open = days.is_open(pump.now());
  if (!std::exchange(was_open, is_open) || is_open || fees_due.is_zero()) return;
  activity charged;
  charged.type = "FEE";
  charged.at = pump.now();
  charged.net_amount = -std::exchange(fees_due, {});
  charged.description = "fees of the day's sales";
  market.credit(charged.net_amount);
  activities.add(std::move(charged), "fees of a day");
}

void venue_service::state::tell_market() {
  if (faults) faults->filter(market_events, market.symbols());
  for (const auto& event : market_events) {
    // A correction names what was told, which the record knows until then.
    data->publish(event);
    ticks.record(event);
  }
  data->publish_news(pump.now());
  data->flush();
  market_events.clear();
}

void venue_service::state::tell_trades() {
  using kind = venue_event::kind;
  for (const auto& event : venue_events) {
    activities.record(event, options.exchange.fees);
    const bool is_fill = event.what == kind::fill || event.what == kind::partial_fill;
    if (is_fill) {
      metrics.fills.add();
      fees_due += execution_fee(options.fees_at_close, event.order.side, event.fill_qty,
                                event.fill_price, event.at);
    }
    if (event.order.serial > last_serial) {
      last_serial = event.order.serial;
      metrics.orders.add();
      if (faults) faults->begin(fault_begin::first_order);
    }
    if (is_fill && fills_to_lose > 0) {
      --fills_to_lose;
      continue;
    }
    trades->publish(trade_update_message(event, world.face_of(event.order)));
  }
  venue_events.clear();
}

void venue_service::state::plan_next_turn() {
  if (stopped) return;
  auto pause = nanoseconds{0};
  if (!behind) {
    // At least a moment, so that a fast clock does not turn for every single event.
    pause =
        std::clamp<nanoseconds>(time.real_until(pump.next_time()), turn_pause_min, turn_pause_max);
  }
  timer = loop.after(pause, [self = weak_from_this()] {
    const auto alive = self.lock();
    if (!alive || alive->stopped) return;
    alive->turn();
    if (alive->faults) alive->faults->look();
    alive->plan_next_turn();
  });
}

venue_service::venue_service(net::io_loop& loop, venue_options options,
                             std::unique_ptr<market_source> source,
                             std::vector<session_day> sessions, offset_minutes_at new_york_offset,
                             scaled_clock& time, metrics_registry* metrics)
    : state_(std::make_shared<state>(loop, std::move(options), std::move(source),
                                     std::move(sessions), std::move(new_york_offset), time,
                                     metrics)) {
  state_->connect();
}

venue_service::~venue_service() { stop(); }

result<std::uint16_t> venue_service::start() {
  auto port = state_->server->start();
  if (!port) return std::move(port).failure().within("the venue cannot listen");
  state_->port = *port;
  state_->start_clock();
  log_line(log_level::info, "venue", "listening",
           "the embedded venue listens on 127.0.0.1:" + std::to_string(*port));
  return port;
}

void venue_service::stop() { state_->stop(); }

utc_ns venue_service::now() const { return state_->pump.now(); }

void venue_service::lose_fill_messages(std::uint32_t count) { state_->fills_to_lose = count; }

result<void> venue_service::split(std::string_view symbol, split_ratio by) {
  auto& own = *state_;
  const auto listed = own.market.find_symbol(symbol);
  if (!listed) return {ec::not_found, std::string{symbol} + " is not listed at the venue"};
  const auto shares = [&] {
    const auto held = own.market.position(symbol);
    return held ? held->qty : quantity{};
  };
  const auto before = shares();
  const auto now = own.pump.now();
  own.market.split(*listed, by, now, own.venue_events);
  own.tell_trades();
  if (own.world.splits.size() < venue_world::splits_max)
    own.world.splits.push_back({std::string{symbol}, by, now});
  if (before.is_zero()) return {};
  activity moved;
  moved.type = "SPLIT";
  moved.at = now;
  moved.symbol = std::string{symbol};
  moved.qty = shares() - before;
  moved.description =
      moved.symbol + " split " + std::to_string(by.after) + " for " + std::to_string(by.before);
  own.activities.add(std::move(moved), "split " + std::string{symbol});
  return {};
}

fault_progress venue_service::faults() const {
  return state_->faults ? state_->faults->progress() : fault_progress{};
}

activity_book& venue_service::activities() { return state_->activities; }

const exchange& venue_service::market() const { return state_->market; }

venue_counts venue_service::counts() const {
  venue_counts out;
  out.requests = state_->metrics.requests.value();
  out.orders = state_->metrics.orders.value();
  out.fills = state_->metrics.fills.value();
  out.stream_messages = state_->metrics.stream_messages.value();
  out.trade_connections = state_->trades->connections();
  out.data_connections = state_->data->connections();
  out.now = state_->pump.now();
  return out;
}

}  // namespace bw::venue
