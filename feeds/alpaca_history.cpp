#include "feeds/alpaca_history.hpp"

#include <algorithm>
#include <utility>

namespace bw {
namespace {

/// Between two looks whether an open breaker lets a request pass.
constexpr nanoseconds look_again = std::chrono::milliseconds{200};

/// What an answer without a page means, and whether asking again can help.
struct verdict {
  error why;
  bool again = false;
};

verdict judge(const net::http_outcome& outcome) {
  if (!outcome.response) {
    const auto& failure = outcome.response.failure();
    return {failure, failure.code != ec::cancelled && failure.code != ec::tls_failed};
  }
  const auto status = outcome.response->status;
  const auto text = "GET /v2/stocks/bars was answered with " + std::to_string(status) + " " +
                    outcome.response->body.substr(0, 120);
  if (status == 401) return {{ec::auth_refused, text}, false};
  if (status == 429) return {{ec::rate_limited, text}, true};
  return {{ec::http_status, text}, status >= 500};
}

}  // namespace

struct alpaca_history::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, data_requests& r, alpaca_history_options o)
      : loop(l), requests(r), options(std::move(o)) {}

  std::string target() const {
    std::string tickers;
    const auto last = std::min(group + symbols_per_request, options.symbols.size());
    for (auto k = group; k < last; ++k) tickers += (k == group ? "" : ",") + options.symbols[k];
    auto out = "/v2/stocks/bars?timeframe=1Min&adjustment=split&sort=asc&limit=" +
               std::to_string(page_bars) + "&feed=" + net::percent_encode(options.feed_name) +
               "&start=" + net::percent_encode(format_rfc3339(from)) +
               "&end=" + net::percent_encode(format_rfc3339(to)) +
               "&symbols=" + net::percent_encode(tickers);
    if (!token.empty()) out += "&page_token=" + net::percent_encode(token);
    return out;
  }

  void ask() {
    const bool asks = requests.get(
        target(), [weak = weak_from_this(), asked = generation](net::http_outcome outcome) {
          const auto self = weak.lock();
          if (self && self->generation == asked) self->on_answer(std::move(outcome));
        });
    if (!asks) ask_after(look_again);
  }

  void ask_after(nanoseconds wait) {
    timer = loop.after(wait, [weak = weak_from_this(), asked = generation] {
      const auto self = weak.lock();
      if (self && self->generation == asked) self->ask();
    });
  }

  void on_answer(net::http_outcome outcome) {
    if (!outcome.response || outcome.response->status != 200) {
      auto [why, again] = judge(outcome);
      return again ? retry(std::move(why)) : end(std::move(why));
    }
    // Copied, because what it does with the bars may end the fetch.
    const auto use = read;
    const auto asked = generation;
    auto next = use(std::move(outcome.response->body));
    if (generation != asked) return;
    if (!next) return retry(std::move(next).failure());
    attempts = 1;
    token = std::move(*next);
    if (token.empty()) group += symbols_per_request;
    if (group >= options.symbols.size()) return end({});
    if (++pages >= pages_max)
      return end({ec::protocol_violation,
                  "the list of past bars does not end after " + std::to_string(pages) + " pages"});
    ask();
  }

  void retry(error why) {
    if (attempts >= options.attempts_max)
      return end(std::move(why).within("past bars, attempt " + std::to_string(attempts)));
    const auto wait = options.retry_after * (std::int64_t{1} << (attempts - 1));
    ++attempts;
    ask_after(wait);
  }

  void end(result<void> how) {
    ++generation;
    read = {};
    if (const auto call = std::exchange(done, {})) call(std::move(how));
  }

  net::io_loop& loop;
  data_requests& requests;
  alpaca_history_options options;
  page_reader read;
  std::function<void(result<void>)> done;
  std::shared_ptr<net::io_loop::timer> timer;
  utc_ns from;
  utc_ns to;
  std::string token;
  std::size_t group = 0;
  std::uint32_t pages = 0;
  std::uint32_t attempts = 1;
  /// Grows when a fetch ends: what comes later belongs to nobody.
  std::uint64_t generation = 0;
};

alpaca_history::alpaca_history(net::io_loop& loop, data_requests& requests,
                               alpaca_history_options options)
    : state_(std::make_shared<state>(loop, requests, std::move(options))) {}

alpaca_history::~alpaca_history() { cancel(); }

void alpaca_history::cancel() {
  ++state_->generation;
  state_->read = {};
  state_->done = {};
  state_->timer.reset();
}

void alpaca_history::use(symbol_list symbols) {
  cancel();
  state_->options.symbols = std::move(symbols);
}

void alpaca_history::fetch(utc_ns from, utc_ns to, page_reader read,
                           std::function<void(result<void>)> done) {
  cancel();
  auto& s = *state_;
  s.from = from;
  s.to = to;
  s.read = std::move(read);
  s.done = std::move(done);
  s.token.clear();
  s.group = 0;
  s.pages = 0;
  s.attempts = 1;
  if (to < from || s.options.symbols.empty()) {
    s.loop.post([weak = std::weak_ptr{state_}, asked = s.generation] {
      const auto self = weak.lock();
      if (self && self->generation == asked) self->end({});
    });
    return;
  }
  s.ask();
}

}  // namespace bw
