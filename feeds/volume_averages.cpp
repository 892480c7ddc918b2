#include "feeds/volume_averages.hpp"

#include <simdjson.h>

#include <utility>

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t shown_max = 120;
constexpr std::string_view blanks = " \t\r\n";
constexpr nanoseconds day_length = std::chrono::hours{24};

utc_ns midnight_before(utc_ns at) { return at - nanoseconds{at.value % day_length.count()}; }

}  // namespace

result<quantity> average_volume_of(std::string body, std::size_t sessions) {
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
  int128 sum = 0;
  std::int64_t count = 0;
  for (auto entry : by_symbol) {
    ondemand::array bars;
    if (entry.error() || entry.value().get_array().get(bars)) return unreadable();
    for (auto bar : bars) {
      ondemand::value volume;
      if (bar["v"].get(volume)) return unreadable();
      const std::string_view token = volume.raw_json_token();
      const auto units = parse_decimal(token.substr(0, token.find_last_not_of(blanks) + 1));
      if (!units || *units < 0) return unreadable();
      if (static_cast<std::size_t>(count) == sessions) continue;
      sum += *units;
      ++count;
    }
  }
  if (count == 0) return quantity{};
  return quantity::from_units(static_cast<std::int64_t>(sum / count));
}

struct volume_averages::state {
  state(net::io_loop& loop, const clock& t, volume_averages_options o)
      : time(t),
        options(std::move(o)),
        client(loop, options.data,
               net::http_client_options{.connections = 1,
                                        .response_timeout = options.response_timeout,
                                        .headers = options.credentials},
               t) {}

  const clock& time;
  const volume_averages_options options;
  net::http_client client;
};

volume_averages::volume_averages(net::io_loop& loop, const clock& time,
                                 volume_averages_options options)
    : state_(std::make_shared<state>(loop, time, std::move(options))) {}

volume_averages::~volume_averages() = default;

void volume_averages::average(const std::string& symbol,
                              std::function<void(result<quantity>)> done) {
  auto& s = *state_;
  const auto until = midnight_before(s.time.utc_now());
  net::http_request request;
  request.target = "/v2/stocks/bars?timeframe=1Day&adjustment=split&sort=desc&limit=" +
                   std::to_string(days_back) + "&feed=" + net::percent_encode(s.options.feed_name) +
                   "&start=" + net::percent_encode(format_rfc3339(until - day_length * days_back)) +
                   "&end=" + net::percent_encode(format_rfc3339(until)) +
                   "&symbols=" + net::percent_encode(symbol);
  s.client.send(std::move(request), [done = std::move(done)](net::http_outcome outcome) {
    if (!outcome.response) return done(std::move(outcome.response).failure());
    if (outcome.response->status != 200)
      return done({ec::http_status, "GET /v2/stocks/bars was answered with " +
                                        std::to_string(outcome.response->status) + " " +
                                        outcome.response->body.substr(0, shown_max)});
    done(average_volume_of(std::move(outcome.response->body), sessions));
  });
}

}  // namespace bw
