// The venue's part of a measurement over sockets, as a process of its own: sends ticks on a
// schedule, takes orders, and stamps both ends by its own clock.

#include <CLI/CLI.hpp>

#include <immintrin.h>

#include <atomic>
#include <deque>
#include <iostream>
#include <map>
#include <thread>

#include "app/io_thread.hpp"
#include "core/exit_code.hpp"
#include "core/json_writer.hpp"
#include "net/http_server.hpp"
#include "perf/commands.hpp"
#include "perf/tick_run.hpp"

namespace bw::perf {
namespace {

constexpr std::chrono::seconds last_orders_max{5};

/// The text of a member of a flat JSON object, without its quotes.
std::string member_of(const std::string& body, const std::string& name) {
  const auto begin = body.find("\"" + name + "\":\"");
  if (begin == std::string::npos) return {};
  const auto from = begin + name.size() + 4;
  return body.substr(from, body.find('"', from) - from);
}

net::http_response ok(std::string body) {
  net::http_response out;
  out.body = std::move(body);
  return out;
}

/// Alpaca's two streams and its REST, as far as an idle account needs them.
class socket_venue {
 public:
  socket_venue(symbol_list symbols, const perf_clock& time, const session_calendar& calendar)
      : symbols_(std::move(symbols)), time_(time), calendar_(calendar) {}

  result<std::uint16_t> start() {
    net::http_server_handlers handlers;
    handlers.on_request = [this](net::http_request request, net::responder answer) {
      on_request(request, answer);
    };
    handlers.check_upgrade = [](const net::http_request&) {
      return std::optional<net::http_response>{};
    };
    handlers.on_upgrade = [this](const net::http_request& request,
                                 std::shared_ptr<net::ws_session> session) {
      return on_upgrade(request.target == "/stream", std::move(session));
    };
    server_ = std::make_unique<net::http_server>(io_.loop(), net::http_server_options{},
                                                 std::move(handlers));
    auto port = server_->start();
    if (port) io_.start();
    return port;
  }
  void stop() {
    io_.stop();
    server_->stop();
  }

  /// A tick's frame to the node; the due instant of one that causes an order is remembered.
  void send(std::string_view frame, mono_ns due, bool trigger, std::size_t symbol, bool counted) {
    auto payload = std::make_shared<const std::string>(frame);
    io_.loop().post([this, payload, due, trigger, symbol, counted] {
      if (trigger) due_[symbols_[symbol]].push_back({due, counted});
      if (market_) market_->send(payload, net::frame_kind::text);
    });
  }
  std::uint64_t orders() const { return orders_.load(std::memory_order_acquire); }
  /// After `stop`.
  const std::vector<std::int64_t>& samples() const { return samples_; }
  std::uint64_t unexpected() const { return unexpected_; }

 private:
  struct waiting_tick {
    mono_ns due;
    bool counted;
  };

  net::ws_session_events on_upgrade(bool orders, std::shared_ptr<net::ws_session> session) {
    net::ws_session_events out;
    auto* const raw = session.get();
    out.on_message = [this, orders, raw](std::string_view payload, net::frame_kind) {
      orders ? on_order_words(*raw, payload) : on_market_words(*raw, payload);
    };
    out.on_close = [] {};
    out.on_slow = [] {};
    if (!orders) say(*session, R"([{"T":"success","msg":"connected"}])");
    (orders ? updates_ : market_) = std::move(session);
    return out;
  }

  /// What a feed sends of its own accord once somebody listens.
  void open_market(net::ws_session& to) const {
    for (std::size_t k = 0; k < symbols_.size(); ++k)
      say(to, opening_frame(symbols_, k, time_.utc_now()));
  }

  static void say(net::ws_session& to, std::string text) {
    to.send(std::make_shared<const std::string>(std::move(text)), net::frame_kind::text);
  }

  void on_market_words(net::ws_session& to, std::string_view payload) {
    if (payload.find("\"auth\"") != std::string_view::npos)
      return say(to, R"([{"T":"success","msg":"authenticated"}])");
    std::string list = "[";
    for (const auto& symbol : symbols_) list += (list.size() > 1 ? ",\"" : "\"") + symbol + "\"";
    list += "]";
    say(to, R"([{"T":"subscription","trades":)" + list + R"(,"quotes":)" + list + R"(,"bars":)" +
                list + R"(,"updatedBars":)" + list + R"(,"statuses":)" + list + "}]");
    open_market(to);
  }

  static void on_order_words(net::ws_session& to, std::string_view payload) {
    if (payload.find("authenticate") != std::string_view::npos)
      return say(to, R"({"stream":"authorization","data":{"status":"authorized",)"
                     R"("action":"authenticate"}})");
    say(to, R"({"stream":"listening","data":{"streams":["trade_updates"]}})");
  }

  void on_request(const net::http_request& request, const net::responder& answer) {
    if (request.method == "POST") return on_order(request.body, answer);
    const auto target = net::parse_target(request.target);
    const auto& path = target.path;
    if (path == "/v2/account")
      return answer(ok(R"({"account_number":"PERF0001","status":"ACTIVE","cash":"10000000",)"
                       R"("equity":"10000000","last_equity":"10000000",)"
                       R"("buying_power":"20000000","trading_blocked":false})"));
    if (path == "/v2/clock") return answer(ok(clock_body()));
    if (path == "/v2/calendar") return answer(ok(calendar_body(target)));
    if (path == "/v2/stocks/bars") return answer(ok(R"({"bars":{},"next_page_token":null})"));
    if (path.starts_with("/v2/assets/"))
      return answer(ok(R"({"symbol":")" + path.substr(11) +
                       R"(","status":"active","tradable":true,"fractionable":true})"));
    answer(ok("[]"));
  }

  std::string clock_body() const {
    const auto now = time_.utc_now();
    const auto day = calendar_.current_or_next(now);
    json_writer out;
    out.begin_object().member("timestamp", now).member("is_open", true);
    out.member("next_open", day->close + std::chrono::hours{17});
    out.member("next_close", day->close).end_object();
    return out.take();
  }

  std::string calendar_body(const net::parsed_target& target) const {
    const auto first = parse_date(target.parameter("start"));
    const auto last = parse_date(target.parameter("end"));
    json_writer out;
    out.begin_array();
    if (first && last)
      for (const auto& day : calendar_.sessions(*first, *last)) {
        const auto wall = [&](utc_ns at) {
          return format_rfc3339(at + calendar_.offset_at(at)).substr(11, 5);
        };
        out.begin_object().member("date", format_date(day.date));
        out.member("open", wall(day.open)).member("close", wall(day.close)).end_object();
      }
    out.end_array();
    return out.take();
  }

  void on_order(const std::string& body, const net::responder& answer) {
    const auto arrived = time_.mono_now();
    const auto symbol = member_of(body, "symbol");
    auto& waiting = due_[symbol];
    if (waiting.empty()) {
      ++unexpected_;
    } else {
      if (waiting.front().counted) samples_.push_back((arrived - waiting.front().due).count());
      waiting.pop_front();
    }
    orders_.fetch_add(1, std::memory_order_acq_rel);
    const auto order = [&](const char* status) {
      return R"({"id":"v-)" + member_of(body, "client_order_id") + R"(","client_order_id":")" +
             member_of(body, "client_order_id") + R"(","submitted_at":")" +
             format_rfc3339(time_.utc_now()) + R"(","symbol":")" + symbol +
             R"(","type":"limit","side":"buy","limit_price":")" + member_of(body, "limit_price") +
             R"(","legs":null,"qty":")" + member_of(body, "qty") +
             R"(","filled_qty":"0","filled_avg_price":null,"status":")" + status + "\"}";
    };
    answer(ok(order("accepted")));
    if (updates_)
      say(*updates_, R"({"stream":"trade_updates","data":{"event":"canceled","timestamp":")" +
                         format_rfc3339(time_.utc_now()) + R"(","order":)" + order("canceled") +
                         "}}");
  }

  symbol_list symbols_;
  const perf_clock& time_;
  const session_calendar& calendar_;
  io_thread io_;
  std::unique_ptr<net::http_server> server_;
  std::shared_ptr<net::ws_session> market_;
  std::shared_ptr<net::ws_session> updates_;
  std::map<std::string, std::deque<waiting_tick>> due_;
  std::vector<std::int64_t> samples_;
  std::atomic<std::uint64_t> orders_{0};
  std::uint64_t unexpected_ = 0;
};

/// Sleeps until shortly before the instant and spins the rest, so that the node has the processor.
void wait_until(const perf_clock& time, mono_ns due) {
  constexpr std::chrono::microseconds spun{60};
  for (auto now = time.mono_now(); now < due; now = time.mono_now())
    if (due - now > spun)
      std::this_thread::sleep_for(due - now - spun);
    else
      _mm_pause();
}

int run(const tick_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return static_cast<int>(exit_code::unexpected);
  perf_clock time{measured_start()};
  auto ticks = workload::make({.symbols = options.symbols,
                               .ticks = options.ticks(),
                               .every = options.every,
                               .weights = options.weights,
                               .seed = options.seed},
                              *calendar);
  if (!ticks) {
    std::cerr << ticks.failure().context << '\n';
    return static_cast<int>(exit_code::usage);
  }
  socket_venue venue{ticks->symbols(), time, *calendar};
  const auto port = venue.start();
  if (!port) return static_cast<int>(exit_code::unexpected);
  std::cout << *port << std::endl;
  std::string word;
  // "skip NANOSECONDS" until "go": the node steps over waits, and its venue has the same time.
  while (std::cin >> word && word == "skip") {
    std::int64_t step = 0;
    std::cin >> step;
    time.skip(nanoseconds{step});
  }
  if (word != "go") return static_cast<int>(exit_code::usage);
  const auto schedule = open_loop{options.pattern, options.rate, options.seed}.with_due(
      0, time.mono_now() + std::chrono::milliseconds{1});
  const auto warm_up = options.rate * options.warm_up_seconds;
  std::uint64_t late = 0;
  std::int64_t lag_max = 0;
  for (std::uint64_t tick = 0; tick < ticks->ticks(); ++tick) {
    const auto due = schedule.due(tick);
    wait_until(time, due);
    const auto now = time.mono_now();
    const auto lag = (now - due).count();
    lag_max = std::max(lag_max, lag);
    if (lag > schedule.lag_max_ns()) ++late;
    const bool trigger = ticks->is_trigger(tick);
    const auto symbol = trigger ? ticks->trigger_of(tick) % options.symbols : 0;
    venue.send(ticks->frame(tick, time.utc_at(now)), due, trigger, symbol, tick >= warm_up);
  }
  const auto give_up = time.mono_now() + last_orders_max;
  while (venue.orders() < ticks->triggers() && time.mono_now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  json_writer out;
  out.begin_object();
  out.member("sent", ticks->ticks()).member("late", late).member("lag_max_ns", lag_max);
  out.member("orders", venue.orders()).member("triggers", ticks->triggers());
  venue.stop();
  out.member("unexpected", venue.unexpected());
  out.key("samples").begin_array();
  for (const auto each : venue.samples()) out.value(each);
  out.end_array().end_object();
  std::cout << out.take() << std::endl;
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_socket_venue(CLI::App& program, common_options&, chosen_measurement& chosen) {
  auto* command = program.add_subcommand(
      "venue-side", "The venue's process of a socket measurement; started by it, not by hand");
  auto options = std::make_shared<tick_options>();
  command->add_option("--rate", options->rate);
  command->add_option("--symbols", options->symbols);
  command->add_option("--every", options->every);
  command->add_option("--seconds", options->seconds);
  command->add_option("--warm-up", options->warm_up_seconds);
  command->add_option("--seed", options->seed);
  command->add_option("--arrivals", options->pattern);
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace bw::perf
