#include "broker/rest_reader.hpp"

#include <optional>
#include <utility>

#include "broker/alpaca_order_codec.hpp"
#include "broker/outcome.hpp"
#include "broker/rate_headers.hpp"

namespace bw {
namespace {

/// A message of the broker is shown up to this length.
constexpr std::size_t shown_max = 200;

bool is_good(std::uint16_t status) { return status >= 200 && status < 300; }

/// Given up by ourselves: it says nothing about the broker.
bool ended_here(const net::http_outcome& outcome) {
  return !outcome.response &&
         (outcome.response.code() == ec::cancelled || outcome.response.code() == ec::halted ||
          outcome.response.code() == ec::queue_full);
}

}  // namespace

error refusal_error(const net::http_response& answer) {
  const auto body = decode_refusal(answer.body);
  auto text = "the broker answered " + std::to_string(answer.status) + " " +
              (body.message.empty() ? answer.body : body.message).substr(0, shown_max);
  switch (answer.status) {
    case 401: return {ec::auth_refused, std::move(text)};
    // Without a code it may be a proxy that speaks: then nothing is known.
    case 404:
      return {is_refusal_code(body.code) ? ec::not_found : ec::http_status, std::move(text)};
    case 429: return {ec::rate_limited, std::move(text)};
    default: return {ec::http_status, std::move(text)};
  }
}

void rest_reader::get(sender send, std::string target, answer_use use,
                      std::function<void(result<void>)> done) {
  ask(std::make_shared<attempt>(
      attempt{std::move(send), std::move(target), std::move(use), std::move(done)}));
}

void rest_reader::ask(const std::shared_ptr<attempt>& x) {
  const auto permit = desk_.ask(time_.mono_now());
  if (!permit.allowed) {
    error why{ec::breaker_open, "reads from the broker wait: their breaker is " +
                                    std::string{to_string(desk_.state(time_.mono_now()))}};
    return loop_.post([x, why] { x->done(why); });
  }
  net::http_request request;
  request.target = x->target;
  x->send(std::move(request), [self = shared_from_this(), x, permit](net::http_outcome outcome) {
    self->on_answer(x, permit, std::move(outcome));
  });
}

void rest_reader::on_answer(const std::shared_ptr<attempt>& x, const breaker_permit& permit,
                            net::http_outcome outcome) {
  auto facts = facts_of(outcome, time_.utc_now());
  const bool ended = ended_here(outcome);
  std::optional<result<void>> used;
  if (outcome.response && is_good(facts.status)) {
    used.emplace(x->use(std::move(*outcome.response)));
    facts.unreadable = !used->ok() && used->code() == ec::parse_failed;
  }
  const auto now = time_.mono_now();
  if (ended)
    desk_.give_back(permit, now);
  else
    desk_.on_answer(permit, facts, real_duration(outcome.answered - outcome.sent, time_), now,
                    time_.utc_now());
  const auto wait = ended ? std::nullopt : desk_.retry_after(facts, x->retries, now);
  if (wait && open_) return ask_after(*wait, x);
  if (used) return x->done(std::move(*used));
  if (!outcome.response) return x->done(std::move(outcome.response).failure());
  x->done(refusal_error(*outcome.response));
}

void rest_reader::ask_after(nanoseconds wait, const std::shared_ptr<attempt>& x) {
  ++x->retries;
  const auto id = next_waiting_++;
  auto timer = loop_.after(wait, [self = shared_from_this(), id] {
    const auto at = self->waiting_.find(id);
    if (at == self->waiting_.end()) return;
    // The handle keeps this call alive until it has returned.
    const auto held = std::move(at->second);
    self->waiting_.erase(at);
    self->ask(held.what);
  });
  waiting_[id] = {std::move(timer), x};
}

void rest_reader::close() {
  open_ = false;
  for (auto& [id, each] : std::exchange(waiting_, {}))
    each.what->done({ec::cancelled, "the connection to the broker was closed"});
}

}  // namespace bw
