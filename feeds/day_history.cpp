#include "feeds/day_history.hpp"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "messages/market_trend.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t shown_max = 120;
constexpr std::string_view blanks = " \t\r\n";
constexpr const char* timeframe = "1Day";
/// Later splits do not move an average or a return.
constexpr const char* adjustment = "split";

/// A number from its text, in units of 1e-9; nothing when it is none or negative.
std::optional<std::int64_t> units_of(ondemand::object& bar, std::string_view field) {
  ondemand::value found;
  if (bar[field].get(found)) return std::nullopt;
  const std::string_view token = found.raw_json_token();
  const auto units = parse_decimal(token.substr(0, token.find_last_not_of(blanks) + 1));
  if (!units || *units < 0) return std::nullopt;
  return *units;
}

}  // namespace

result<past_days> past_days_of(std::string body) {
  const auto shown = body.substr(0, shown_max);
  const auto unreadable = [&] {
    return error{ec::parse_failed, "daily bars cannot be read: " + shown};
  };
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object by_symbol;
  if (parser.iterate(body.data(), body.size(), body.capacity()).get(document) ||
      document["bars"].get_object().get(by_symbol))
    return unreadable();
  past_days out;
  int128 volume = 0;
  std::size_t count = 0;
  for (auto entry : by_symbol) {
    ondemand::array bars;
    if (entry.error() || entry.value().get_array().get(bars)) return unreadable();
    for (auto each : bars) {
      ondemand::object bar;
      if (each.get_object().get(bar)) return unreadable();
      const auto close = units_of(bar, "c");
      const auto shares = units_of(bar, "v");
      if (!close || !shares) return unreadable();
      if (count++ < day_history::volume_sessions) volume += *shares;
      if (out.closes.size() < market_trend::closes_needed)
        out.closes.push_back(price::from_units(*close));
    }
  }
  std::reverse(out.closes.begin(), out.closes.end());
  if (const auto days = std::min(count, day_history::volume_sessions); days > 0)
    out.average_volume =
        quantity::from_units(static_cast<std::int64_t>(volume / static_cast<int128>(days)));
  return out;
}

struct day_history::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, const clock& time, day_history_options o)
      : loop(l),
        options(std::move(o)),
        client(l, options.data,
               net::http_client_options{.connections = 1,
                                        .queue_max = questions_max,
                                        .response_timeout = options.response_timeout,
                                        .headers = options.credentials},
               time) {}

  /// Of a start that asks about every symbol at once.
  static constexpr std::uint16_t questions_max = 8'192;
  using receiver = std::function<void(result<past_days>)>;

  void ask(const std::string& symbol, calendar_date before, receiver done) {
    const bar_series series{symbol, options.feed_name, timeframe, adjustment};
    const auto yesterday = civil_from_days(days_from_civil(before) - 1);
    if (options.store != nullptr)
      if (auto page = options.store->load(series, yesterday, before))
        if (auto kept = past_days_of(std::move(*page))) return done(std::move(kept));
    client.send(request_for(series, before), [self = weak_from_this(), series, yesterday, before,
                                              done = std::move(done)](net::http_outcome outcome) {
      const auto s = self.lock();
      if (!outcome.response) return done(std::move(outcome.response).failure());
      auto& body = outcome.response->body;
      if (outcome.response->status != 200)
        return done({ec::http_status, "GET /v2/stocks/bars was answered with " +
                                          std::to_string(outcome.response->status) + " " +
                                          body.substr(0, shown_max)});
      auto read = past_days_of(body);
      // No bars at all may be a hole of a moment.
      if (s && s->options.store != nullptr && read && !read->closes.empty())
        s->options.store->store(series, yesterday, before, body);
      done(std::move(read));
    });
  }

  net::http_request request_for(const bar_series& series, calendar_date before) const {
    const auto midnight = [&](std::int64_t back) {
      return options.days.utc_from_new_york(civil_from_days(days_from_civil(before) - back),
                                            std::chrono::minutes{0});
    };
    const auto encoded = [](utc_ns at) { return net::percent_encode(format_rfc3339(at)); };
    net::http_request out;
    out.target =
        "/v2/stocks/bars?timeframe=" + series.timeframe + "&adjustment=" + series.adjustment +
        "&sort=desc&limit=" + std::to_string(days_back) +
        "&feed=" + net::percent_encode(series.feed) + "&start=" + encoded(midnight(days_back)) +
        "&end=" + encoded(midnight(0) - nanoseconds{1}) +
        "&symbols=" + net::percent_encode(series.symbol);
    return out;
  }

  net::io_loop& loop;
  const day_history_options options;
  net::http_client client;
};

day_history::day_history(net::io_loop& loop, const clock& time, day_history_options options)
    : state_(std::make_shared<state>(loop, time, std::move(options))) {}

day_history::~day_history() = default;

void day_history::ask(const std::string& symbol, calendar_date before,
                      std::function<void(result<past_days>)> done) {
  // The store belongs to the loop's thread.
  state_->loop.post([self = std::weak_ptr{state_}, symbol, before, done = std::move(done)] {
    if (const auto s = self.lock()) s->ask(symbol, before, done);
  });
}

}  // namespace bw
