#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>

#include "app/cli.hpp"
#include "app/fault_choice.hpp"
#include "app/io_thread.hpp"
#include "app/signals.hpp"
#include "config/node_config.hpp"
#include "core/json_writer.hpp"
#include "domain/session_calendar.hpp"
#include "venue/market_generator.hpp"
#include "venue/market_replayer.hpp"
#include "venue/venue_service.hpp"

namespace bw {
namespace {

/// The generated market's day unless --start names another: a Monday.
constexpr calendar_date usual_day{2026, 11, 2};
/// Calendar days around the day of a generated market.
constexpr std::int64_t days_around = 40;
/// Recordings may come from any year between these.
constexpr calendar_date recorded_first{2000, 1, 1};
constexpr calendar_date recorded_last{2040, 12, 31};
constexpr std::int64_t speed_max = 1'000;
/// How often the main thread looks whether the recording broke off.
constexpr nanoseconds look_every = std::chrono::milliseconds{200};

struct venue_arguments {
  std::uint16_t port = sim_options{}.port;
  std::vector<std::string> data;
  std::uint64_t seed = 7;
  std::int64_t speed = 1;
  std::string start;
  std::string cash = "100000";
  bool wait_for_client = false;
  std::string faults;
  bool list_faults = false;
};

/// Everything that the venue is made of, before there is a socket.
struct venue_plan {
  venue::venue_options options;
  std::unique_ptr<venue::market_source> source;
  std::vector<session_day> sessions;
};

/// A day or an instant.
struct start_point {
  calendar_date day = usual_day;
  std::optional<utc_ns> at;
};

result<start_point> parse_start(const std::string& text, const session_calendar& calendar) {
  start_point out;
  if (text.empty()) return out;
  if (const auto day = parse_date(text)) {
    out.day = *day;
    return out;
  }
  const auto at = parse_rfc3339(text);
  if (!at)
    return {ec::parse_failed, "'" + text.substr(0, 40) +
                                  "' is no time to start at; write 2026-11-02 or "
                                  "2026-11-02T14:31:00Z"};
  out.day = calendar.new_york_date(*at);
  out.at = *at;
  return out;
}

std::vector<venue::market_session> hours_of(const std::vector<session_day>& days) {
  std::vector<venue::market_session> out;
  for (const auto& day : days) out.push_back({day.open, day.close});
  return out;
}

result<void> plan_generated(const venue_arguments& asked, const start_point& start,
                            const session_calendar& calendar, venue_plan& out) {
  const auto day = days_from_civil(start.day);
  out.sessions =
      calendar.sessions(civil_from_days(day - days_around), civil_from_days(day + days_around));
  if (!calendar.session_on(start.day))
    return {ec::invalid_argument,
            format_date(start.day) + ": the market is closed on that day; name a trading day"};
  venue::generator_options market;
  market.seed = asked.seed;
  market.sessions = hours_of(out.sessions);
  // A day alone begins before its open; without a word the market is in full swing at once.
  market.start = asked.start.empty() ? venue::generator_start::mid_session
                                     : venue::generator_start::before_open;
  for (const auto& each : out.sessions)
    if (each.date < start.day) ++market.first_session;
  out.source = venue::make_generator(std::move(market));
  out.options.start_time = start.at;
  return {};
}

result<void> plan_recorded(const venue_arguments& asked, const start_point& start,
                           const session_calendar& calendar, venue_plan& out) {
  out.sessions = calendar.sessions(recorded_first, recorded_last);
  venue::replay_options recording;
  for (const auto& name : asked.data) recording.files.emplace_back(name);
  recording.sessions = hours_of(out.sessions);
  recording.start = start.at;
  if (!asked.start.empty() && !start.at) {
    const auto session = calendar.session_on(start.day);
    if (!session)
      return {ec::invalid_argument,
              format_date(start.day) + ": the market is closed on that day; name a trading day"};
    recording.start = session->open;
  }
  auto source = venue::open_replay(std::move(recording));
  if (!source) return std::move(source).failure();
  out.source = std::move(*source);
  return {};
}

result<venue_plan> plan_venue(const venue_arguments& asked, const session_calendar& calendar) {
  venue_plan out;
  const auto cash = money::parse(asked.cash);
  if (!cash || !cash->is_positive())
    return {ec::parse_failed,
            "--cash: expected a positive amount like 25000, got " + asked.cash.substr(0, 40)};
  const auto start = parse_start(asked.start, calendar);
  if (!start) return start.failure();
  out.options.port = asked.port;
  out.options.speed = asked.speed;
  out.options.exchange.seed = asked.seed;
  out.options.exchange.start_cash = *cash;
  if (asked.wait_for_client) out.options.clock = venue::clock_start::at_first_client;
  auto planned = asked.data.empty() ? plan_generated(asked, *start, calendar, out)
                                    : plan_recorded(asked, *start, calendar, out);
  if (!planned) return std::move(planned).failure();
  return out;
}

void announce(const common_flags& flags, std::uint16_t port, const venue_arguments& asked,
              const std::vector<venue::listed_symbol>& symbols, utc_ns now) {
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.member("event", "listening");
    out.member("address", "127.0.0.1");
    out.member("port", std::uint32_t{port});
    out.member("source", asked.data.empty() ? "generated" : "recorded");
    out.member("seed", asked.seed);
    out.member("speed", asked.speed);
    out.member("now", now);
    out.key("symbols").begin_array();
    for (const auto& each : symbols) out.value(each.symbol);
    out.end_array();
    out.end_object();
    std::cout << out.take() << std::endl;
  } else {
    std::cout << "venue: listening on http://127.0.0.1:" << port << ", " << symbols.size()
              << " symbols, market time " << format_rfc3339(now) << " at " << asked.speed
              << "x; any key pair opens it; Ctrl-C ends it" << std::endl;
  }
}

void report_end(const common_flags& flags, const venue::venue_counts& counts) {
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.member("event", "stopped");
    out.member("requests", counts.requests);
    out.member("orders", counts.orders);
    out.member("fills", counts.fills);
    out.member("stream_messages", counts.stream_messages);
    out.member("now", counts.now);
    out.end_object();
    std::cout << out.take() << std::endl;
  } else if (!flags.quiet) {
    std::cerr << "venue: stopped after " << counts.requests << " requests, " << counts.orders
              << " orders, " << counts.fills << " fills\n";
  }
}

int run_venue(const common_flags& flags, const venue_arguments& asked) {
  if (asked.list_faults) return list_faults(flags);
  const auto faults = choose_faults(asked.faults);
  if (!faults) return fail(flags, {exit_code::usage, faults.failure().context, ""});
  stop_signals stop;  // First of all: threads made from here on leave signals to it.
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  auto plan = plan_venue(asked, *calendar);
  // Also a file that is not there: what was asked for cannot be.
  if (!plan) return fail(flags, {exit_code::usage, plan.failure().context, ""});
  plan->options.faults = *faults;
  // The service owns it; it is looked at on the loop's thread, or when that has ended.
  const auto* source = plan->source.get();
  scaled_clock time{clock_anchor{}};
  io_thread io;
  venue::venue_service service{
      io.loop(),
      std::move(plan->options),
      std::move(plan->source),
      std::move(plan->sessions),
      [&zone = *calendar](utc_ns at) { return static_cast<int>(zone.offset_at(at).count() / 60); },
      time};
  const auto port = service.start();
  if (!port) return fail(flags, port.failure());
  const auto now = service.now();
  const auto symbols = source->symbols();
  io.start();
  announce(flags, *port, asked, symbols, now);
  while (!stop.wait_for(look_every))
    io.loop().post([source, &stop] {
      if (source->failure()) stop.request_stop();
    });
  io.stop();
  const auto counts = service.counts();
  const auto broken = source->failure();
  if (*faults && !flags.quiet) std::cerr << fault_summary(**faults, service.faults());
  service.stop();
  report_end(flags, counts);
  return broken ? fail(flags, *broken) : static_cast<int>(exit_code::ok);
}

}  // namespace

void add_venue(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "venue", "The embedded exchange alone, with Alpaca's REST and streams on loopback");
  command->footer(
      "Examples:  bellwether venue --speed 60\n"
      "           bellwether venue --data AAPL_2026-03-02.csv.gz MSFT_2026-03-02.csv.gz\n"
      "           bellwether venue --faults f20-response-lost\n"
      "           bellwether venue --port 0 --json --start 2026-11-02T14:30:00Z\n"
      "Same seed, same market. Any key id and secret open it.");
  auto asked = std::make_shared<venue_arguments>();
  command->add_option("--port", asked->port, "Loopback port; 0 takes a free one")
      ->capture_default_str();
  command
      ->add_option("--data", asked->data,
                   "Recorded market data (CSV, plain or .gz); without it the market is generated")
      ->type_name("FILE");
  command->add_option("--seed", asked->seed, "Seed of market and fills")->capture_default_str();
  command->add_option("--speed", asked->speed, "Market seconds per second")
      ->check(CLI::Range(std::int64_t{1}, speed_max))
      ->capture_default_str();
  command->add_option("--start", asked->start,
                      "Trading day, or instant with its zone, at which the market starts");
  command->add_option("--cash", asked->cash, "USD in the account")->capture_default_str();
  command->add_flag("--wait-for-client", asked->wait_for_client,
                    "The market stands still until somebody has shown credentials");
  command
      ->add_option("--faults", asked->faults,
                   "What goes wrong on purpose: a script's file, or a built-in one by its name")
      ->type_name("FILE|NAME");
  command->add_flag("--list-faults", asked->list_faults, "Name the built-in fault scripts");
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return run_venue(flags, *asked); }; });
}

}  // namespace bw
