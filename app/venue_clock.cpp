#include "app/venue_clock.hpp"

#include <future>

#include "app/io_thread.hpp"
#include "broker/alpaca_broker.hpp"
#include "net/account_headers.hpp"
#include "net/http_client.hpp"

namespace bw {
namespace {

/// One question on a loop of its own. A refused connection comes back at once, so a failure waits a
/// little before it is told: whoever asks again does not spin.
net::http_outcome ask_clock(const net::endpoint& venue, const net::http_client_options& options,
                            const clock& real) {
  std::promise<net::http_outcome> answer;
  auto answered = answer.get_future();
  io_thread asking;
  std::shared_ptr<net::io_loop::timer> pause;
  net::http_client client{asking.loop(), venue, options, real};
  client.send({"GET", "/v2/clock", {}, {}}, [&](net::http_outcome x) {
    if (x.response) return answer.set_value(std::move(x));
    auto kept = std::make_shared<net::http_outcome>(std::move(x));
    pause = asking.loop().after(std::chrono::milliseconds{200},
                                [&answer, kept] { answer.set_value(std::move(*kept)); });
  });
  asking.start();
  auto outcome = answered.get();
  asking.stop();
  return outcome;
}

/// Longest wait for the venue's first answer: long enough for one that was started in the same
/// breath.
constexpr std::chrono::seconds venue_wait{10};

}  // namespace

std::variant<clock_anchor, command_failure> find_venue_clock(std::uint16_t port,
                                                             const broker_credentials& credentials,
                                                             const clock& real) {
  const auto endpoint = trading_endpoint_for("sim", port);
  if (!endpoint) return command_failure{code_for(endpoint.code()), endpoint.failure().context, ""};
  net::http_client_options options;
  options.headers = net::account_headers(credentials.key_id, credentials.secret_key);
  const auto give_up = real.mono_now() + venue_wait;
  std::string why;
  while (real.mono_now() < give_up) {
    const auto outcome = ask_clock(*endpoint, options, real);
    if (!outcome.response) {
      why = outcome.response.failure().context;
      continue;
    }
    if (outcome.response->status == 401)
      return command_failure{exit_code::auth_refused, "the venue refused the credentials", ""};
    const auto anchor =
        parse_clock_anchor(net::find_header(outcome.response->headers, "X-Bellwether-Clock"));
    if (!anchor)
      return command_failure{
          exit_code::unreachable,
          "what listens on port " + std::to_string(port) + " is no Bellwether venue",
          "start one with `bellwether venue --port " + std::to_string(port) + "`"};
    return *anchor;
  }
  return command_failure{exit_code::unreachable,
                         "no venue answers on port " + std::to_string(port) + ": " + why,
                         "start one with `bellwether venue --port " + std::to_string(port) +
                             "`, or run `bellwether demo`"};
}

}  // namespace bw
