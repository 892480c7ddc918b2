#include "feeds/alpaca_snapshots.hpp"

#include <algorithm>
#include <utility>

namespace bw {
namespace {

constexpr std::size_t shown_max = 120;

}  // namespace

struct alpaca_snapshots::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, data_requests& r, alpaca_snapshots_options o)
      : loop(l), requests(r), options(std::move(o)) {}

  std::string target() const {
    std::string tickers;
    const auto last = std::min(group + symbols_per_request, options.symbols.size());
    for (auto k = group; k < last; ++k) tickers += (k == group ? "" : ",") + options.symbols[k];
    return "/v2/stocks/snapshots?feed=" + net::percent_encode(options.feed_name) +
           "&symbols=" + net::percent_encode(tickers);
  }

  void ask() {
    if (group >= options.symbols.size()) return end({});
    const bool asks = requests.get(
        target(), [weak = weak_from_this(), asked = generation](net::http_outcome outcome) {
          const auto self = weak.lock();
          if (self && self->generation == asked) self->on_answer(std::move(outcome));
        });
    if (!asks) end({ec::breaker_open, "requests for market data wait: their breaker is open"});
  }

  void on_answer(net::http_outcome outcome) {
    if (!outcome.response) return end(std::move(outcome.response).failure());
    const auto status = outcome.response->status;
    if (status != 200)
      return end({status == 401   ? ec::auth_refused
                  : status == 429 ? ec::rate_limited
                                  : ec::http_status,
                  "GET /v2/stocks/snapshots was answered with " + std::to_string(status) + " " +
                      outcome.response->body.substr(0, shown_max)});
    // Copied, because what it does with the prices may end the fetch.
    const auto use = read;
    const auto asked = generation;
    auto taken = use(std::move(outcome.response->body));
    if (generation != asked) return;
    if (!taken) return end(std::move(taken));
    group += symbols_per_request;
    ask();
  }

  void end(result<void> how) {
    ++generation;
    deadline.reset();
    read = {};
    if (const auto call = std::exchange(done, {})) call(std::move(how));
  }

  net::io_loop& loop;
  data_requests& requests;
  alpaca_snapshots_options options;
  body_reader read;
  std::function<void(result<void>)> done;
  std::shared_ptr<net::io_loop::timer> deadline;
  std::size_t group = 0;
  /// Grows when a fetch ends: what comes later belongs to nobody.
  std::uint64_t generation = 0;
};

alpaca_snapshots::alpaca_snapshots(net::io_loop& loop, data_requests& requests,
                                   alpaca_snapshots_options options)
    : state_(std::make_shared<state>(loop, requests, std::move(options))) {}

alpaca_snapshots::~alpaca_snapshots() { cancel(); }

void alpaca_snapshots::use(symbol_list symbols) {
  cancel();
  state_->options.symbols = std::move(symbols);
}

void alpaca_snapshots::cancel() {
  ++state_->generation;
  state_->deadline.reset();
  state_->read = {};
  state_->done = {};
}

void alpaca_snapshots::fetch(body_reader read, std::function<void(result<void>)> done) {
  cancel();
  auto& s = *state_;
  s.read = std::move(read);
  s.done = std::move(done);
  s.group = 0;
  s.deadline =
      s.loop.after(s.options.answer_within, [weak = s.weak_from_this(), asked = s.generation] {
        const auto self = weak.lock();
        if (self && self->generation == asked)
          self->end({ec::timed_out, "the latest prices did not come in time"});
      });
  s.ask();
}

}  // namespace bw
