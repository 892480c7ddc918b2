#include "app/broker_reads.hpp"

#include <CLI/CLI.hpp>

#include "app/config_file.hpp"
#include "broker/trading_endpoint.hpp"
#include "config/config_loader.hpp"
#include "config/secrets.hpp"
#include "feeds/alpaca_endpoints.hpp"

namespace bw {
namespace {

/// What a connection needs to know of the place that was chosen.
struct chosen_broker {
  net::endpoint trading;
  net::endpoint data;
  broker_credentials credentials;
};

result<chosen_broker> choose(std::string_view mode, std::uint16_t port,
                             result<broker_credentials> credentials) {
  if (!credentials) return std::move(credentials).failure();
  const auto trading = trading_endpoint_for(mode, port);
  if (!trading) return trading.failure();
  const auto data = data_endpoints_for(mode, port);
  if (!data) return data.failure();
  return chosen_broker{*trading, data->rest, std::move(*credentials)};
}

result<chosen_broker> choose(const broker_choice& where) {
  if (where.venue_port != 0)
    return choose(to_string(environment::sim), where.venue_port,
                  resolve_credentials(environment::sim));
  const auto loaded = load_config(find_config(where.config));
  if (!loaded) return loaded.failure();
  if (const auto agrees = check_environment(loaded->config.mode); !agrees) return agrees.failure();
  return choose(to_string(loaded->config.mode), loaded->config.sim.port,
                resolve_credentials(loaded->config));
}

}  // namespace

void add_broker_choice(CLI::App& command, broker_choice& out) {
  auto* config = command.add_option(
      "-c,--config", out.config, "Configuration; its mode names the broker (default: node.toml)");
  command
      .add_option("--venue", out.venue_port, "Port of a `bellwether venue` on this machine instead")
      ->check(CLI::Range(1, 65'535))
      ->excludes(config);
}

result<std::unique_ptr<broker_reads>> broker_reads::open(const broker_choice& where) {
  auto chosen = choose(where);
  if (!chosen) return std::move(chosen).failure();
  auto zone = session_calendar::make();
  if (!zone) return std::move(zone).failure();
  std::unique_ptr<broker_reads> out{new broker_reads};
  out->calendar_ = std::make_unique<session_calendar>(std::move(*zone));
  const auto connect = [&](const net::endpoint& host, request_class which) {
    rest_connection_options options;
    options.host = host;
    options.key_id = chosen->credentials.key_id;
    options.secret_key = chosen->credentials.secret_key;
    options.which = which;
    return std::make_unique<rest_connection>(out->io_.loop(), out->time_, std::move(options));
  };
  out->trading_ = connect(chosen->trading, request_class::reads);
  out->data_ = connect(chosen->data, request_class::data);
  out->account_ = std::make_unique<account_desk>(out->trading_->get());
  out->market_ = std::make_unique<market_desk>(out->data_->get());
  out->io_.start();
  return out;
}

broker_reads::~broker_reads() { io_.stop(); }

std::vector<std::string> broker_reads::unknown() const {
  auto out = account_->unknown().names();
  const auto& more = market_->unknown().names();
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

command_failure broker_failure(const error& why) {
  switch (why.code) {
    case ec::auth_refused:
      return {exit_code::auth_refused, why.context,
              "check the key pair and that it is of this mode"};
    case ec::not_found:
    case ec::invalid_argument: return {exit_code::usage, why.context, ""};
    case ec::rate_limited:
    case ec::breaker_open: return {exit_code::unreachable, why.context, "try again in a minute"};
    default: return {exit_code::unreachable, why.context, ""};
  }
}

result<utc_ns> parse_when(std::string_view text, const session_calendar& calendar, day_edge edge) {
  const auto date = parse_date(text);
  if (!date) {
    const auto instant = parse_rfc3339(text);
    if (instant) return *instant;
    return {ec::invalid_argument,
            "'" + std::string{text} + "' is no time; write 2026-11-02 or 2026-11-02T14:30:00Z"};
  }
  if (edge == day_edge::first) return calendar.utc_from_new_york(*date, std::chrono::minutes{0});
  const auto next = civil_from_days(days_from_civil(*date) + 1);
  return calendar.utc_from_new_york(next, std::chrono::minutes{0}) - nanoseconds{1};
}

}  // namespace bw
