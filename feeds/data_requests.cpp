#include "feeds/data_requests.hpp"

#include <utility>

#include "core/decimal.hpp"
#include "domain/call_guard.hpp"

namespace bw {
namespace {

/// Instants beyond it do not fit into nanoseconds.
constexpr std::int64_t second_max = INT64_MAX / 1'000'000'000;

std::int64_t whole_number(std::string_view text) {
  const auto units = parse_decimal(text);
  return units ? *units / decimal_scale : -1;
}

}  // namespace

struct data_requests::state : std::enable_shared_from_this<state> {
  state(net::io_loop& loop, const clock& t, metrics_registry& metrics, data_requests_options o)
      : time(t),
        breakers(o.breakers),
        guard(request_class::data, breaker_options::reads(), prng{o.seed}, breakers.get()),
        client(loop, o.data,
               net::http_client_options{.connections = 1,
                                        .response_timeout = o.response_timeout,
                                        .headers = std::move(o.credentials)},
               t),
        budget(metrics.add_gauge("bellwether_broker_rate_limit_remaining",
                                 "Requests left in the broker's current window.",
                                 {{"budget", "data"}})) {
    const auto before = breakers ? breakers->state(request_class::data) : breaker_state::closed;
    if (before != breaker_state::closed)
      breakers->note({request_class::data, before, breaker_state::closed, "the feed begins anew"});
  }

  void note(const breaker_permit& permit, const net::http_outcome& outcome) {
    const auto now = time.mono_now();
    if (!outcome.response && outcome.response.code() == ec::cancelled)
      return guard.give_back(permit, now);
    call_facts facts;
    facts.sent = outcome.was_sent();
    if (outcome.response) {
      const auto& headers = outcome.response->headers;
      facts.status = outcome.response->status;
      const auto reset = whole_number(net::find_header(headers, "X-RateLimit-Reset"));
      if (reset > 0 && reset <= second_max) facts.window.reset = utc_ns{reset * 1'000'000'000};
      const auto left = net::find_header(headers, "X-RateLimit-Remaining");
      if (!left.empty()) budget.set(whole_number(left));
    }
    guard.on_answer(permit, facts, real_duration(outcome.answered - outcome.sent, time), now,
                    time.utc_now());
  }

  const clock& time;
  const std::shared_ptr<breaker_board> breakers;
  call_guard guard;
  net::http_client client;
  gauge& budget;
};

data_requests::data_requests(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                             data_requests_options options)
    : state_(std::make_shared<state>(loop, time, metrics, std::move(options))) {}

data_requests::~data_requests() = default;

bool data_requests::get(std::string target, std::function<void(net::http_outcome)> done) {
  auto& s = *state_;
  const auto permit = s.guard.ask(s.time.mono_now());
  if (!permit.allowed) return false;
  net::http_request request;
  request.target = std::move(target);
  s.client.send(std::move(request), [weak = state_->weak_from_this(), permit,
                                     use = std::move(done)](net::http_outcome outcome) {
    const auto self = weak.lock();
    if (!self) return;
    self->note(permit, outcome);
    use(std::move(outcome));
  });
  return true;
}

}  // namespace bw
