#include "broker/alpaca_broker.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <future>
#include <mutex>
#include <utility>

#include "broker/activity_codec.hpp"
#include "broker/broker_meter.hpp"
#include "broker/outcome.hpp"
#include "core/assert.hpp"
#include "core/log.hpp"
#include "net/http_client.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds stop_timeout{3};
/// A message of the broker is shown up to this length.
constexpr std::size_t shown_max = 200;

/// The three ways to the broker.
struct lanes {
  lanes(net::io_loop& loop, const clock& time, const alpaca_broker_options& options)
      : orders(loop, options.trading, client_options(options, options.order_connections), time),
        cancels(loop, options.trading, client_options(options, options.cancel_connections), time),
        reads(loop, options.trading, client_options(options, options.read_connections), time) {}

  static net::http_client_options client_options(const alpaca_broker_options& options,
                                                 std::uint16_t connections) {
    return {.connections = connections,
            .connect_timeout = options.connect_timeout,
            .response_timeout = options.response_timeout,
            .headers = {{"APCA-API-KEY-ID", options.key_id},
                        {"APCA-API-SECRET-KEY", std::string{options.secret_key.reveal()}}}};
  }

  void close() {
    orders.close();
    cancels.close();
    reads.close();
  }

  net::http_client orders;
  net::http_client cancels;
  net::http_client reads;
};

bool is_ours(const open_order_report& echo, const outgoing_order& order) {
  return echo.client_id == order.client_id && echo.symbol == order.symbol &&
         echo.side == order.request.side && echo.qty == order.request.qty;
}

bool is_good(std::uint16_t status) { return status >= 200 && status < 300; }

order_stream_options stream_options(const alpaca_broker_options& options) {
  auto out = options.stream;
  out.trading = options.trading;
  out.key_id = options.key_id;
  out.secret_key = options.secret_key;
  return out;
}

}  // namespace

result<clock_anchor> parse_clock_anchor(std::string_view text) {
  std::int64_t numbers[3] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (auto& number : numbers) {
    while (at != end && (*at == ' ' || *at == ',' || *at == ';')) ++at;
    const auto [next, failed] = std::from_chars(at, end, number);
    if (failed != std::errc{})
      return {ec::parse_failed, "'" + std::string{text.substr(0, 80)} + "' is no clock anchor"};
    at = next;
  }
  if (at != end || numbers[2] < 0)
    return {ec::parse_failed, "'" + std::string{text.substr(0, 80)} + "' is no clock anchor"};
  return clock_anchor{mono_ns{numbers[0]}, utc_ns{numbers[1]}, numbers[2]};
}

struct alpaca_broker::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, const clock& c, metrics_registry& m, const durable_mark& d,
        alpaca_broker_options o)
      : loop(l), time(c), metrics(m), mark(d), options(std::move(o)), meter(m) {}

  std::shared_ptr<lanes> current() const {
    const std::lock_guard lock{mutex};
    return ways;
  }

  /// Sends over one lane; without a start the request ends as not sent.
  void send(net::http_client lanes::*lane, broker_call call, net::http_request request,
            std::function<void(net::http_outcome)> done, net::last_gate gate = {}) {
    auto counted = [self = shared_from_this(), call,
                    use = std::move(done)](net::http_outcome outcome) {
      self->meter.count(call, outcome);
      use(std::move(outcome));
    };
    const auto to = current();
    if (to) return (*to.*lane).send(std::move(request), std::move(counted), std::move(gate));
    loop.post([use = std::move(counted)] {
      use({.response = error{ec::halted, "the broker gateway is not started"}});
    });
  }

  /// A GET whose answer becomes a value.
  template <class T>
  void read(broker_call call, std::string target, std::function<result<T>(std::string)> decode,
            std::function<void(result<T>)> done,
            std::function<void(const net::http_response&)> look = {}) {
    net::http_request request;
    request.target = std::move(target);
    send(&lanes::reads, call, std::move(request),
         [self = shared_from_this(), use = std::move(decode), done = std::move(done),
          look = std::move(look)](net::http_outcome outcome) {
           if (!outcome.response) return done(std::move(outcome.response).failure());
           auto& answer = *outcome.response;
           if (!is_good(answer.status)) return done(self->refused(answer));
           if (look) look(answer);
           done(use(std::move(answer.body)));
         });
  }

  /// An answer that is no success, as an error. The status decides, not the body: that may be HTML.
  error refused(const net::http_response& answer) {
    const auto body = codec.refusal(answer.body);
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

  void on_submitted(const outgoing_order& order, net::http_outcome outcome);
  void note_exchange(const outgoing_order& order, const std::string& sent,
                     const net::http_outcome& outcome);
  void find_and_cancel(outgoing_cancel cancel);
  void send_cancel(outgoing_cancel cancel);
  void on_cancelled(const outgoing_cancel& cancel, const net::http_outcome& outcome,
                    bool was_lookup);

  struct page_walk {
    /// Up to the cursor: which orders are asked for.
    std::string target;
    /// Where the list begins; without a value at its very start.
    utc_ns after;
    std::vector<open_order_report> found;
    std::uint32_t pages = 0;
    std::function<void(result<std::vector<open_order_report>>)> done;
  };
  void next_page(std::shared_ptr<page_walk> walk);
  struct activity_walk {
    utc_ns since;
    std::vector<account_activity> found;
    std::uint32_t pages = 0;
    std::function<void(result<std::vector<account_activity>>)> done;
  };
  void next_page(std::shared_ptr<activity_walk> walk);

  net::io_loop& loop;
  const clock& time;
  metrics_registry& metrics;
  const durable_mark& mark;
  const alpaca_broker_options options;
  broker_meter meter;
  alpaca_order_codec codec;

  mutable std::mutex mutex;
  std::shared_ptr<lanes> ways;
  std::atomic<bool> started{false};

  // On the loop's thread only.
  broker_events events;
  std::unique_ptr<order_stream> stream;
};

// Orders.

void alpaca_broker::state::on_submitted(const outgoing_order& order, net::http_outcome outcome) {
  submit_result out;
  out.order = order.request.order;
  out.client_id = order.client_id;
  out.sent = outcome.sent;
  out.answered = outcome.answered;
  submit_facts facts;
  facts.sent = outcome.was_sent();
  std::string text;
  if (!outcome.response) {
    text = outcome.response.failure().text();
  } else {
    const auto& answer = *outcome.response;
    facts.status = answer.status;
    if (is_good(answer.status)) {
      const auto echo = codec.order(answer.body);
      facts.echo_matches = echo.ok() && is_ours(*echo, order);
      if (facts.echo_matches) out.venue_id = echo->venue_id;
      if (!echo) text = echo.failure().text();
      if (echo && !facts.echo_matches) text = "the answer shows another order";
    } else {
      const auto body = codec.refusal(answer.body);
      facts.broker_code = body.code;
      facts.says_duplicate = body.says_duplicate();
      text = body.message.empty() ? answer.body.substr(0, shown_max) : body.message;
    }
  }
  out.outcome = classify_submit(facts);
  out.http_status = facts.status;
  out.broker_code = facts.broker_code;
  out.text = cut<short_text>(text);
  if (out.outcome == submit_outcome::accepted) meter.acknowledged(out.answered - out.sent);
  if (events.on_submit) events.on_submit(std::move(out));
}

void alpaca_broker::state::note_exchange(const outgoing_order& order, const std::string& sent,
                                         const net::http_outcome& outcome) {
  if (!events.on_exchange || !outcome.was_sent()) return;
  exchange_record out;
  out.client_id = order.client_id;
  out.order = order.request.order;
  out.request = sent.substr(0, exchange_text_max);
  if (outcome.response) {
    out.status = outcome.response->status;
    out.response = outcome.response->body.substr(0, exchange_text_max);
  }
  events.on_exchange(std::move(out));
}

void alpaca_broker::submit(outgoing_order order) {
  net::http_request request;
  request.method = "POST";
  request.target = "/v2/orders";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = encode_order(order);
  auto sent = request.body;
  auto gate = [&mark = state_->mark, needed = order.intent_sequence,
               number = order.request.order.value] {
    // The first is what the sender believes, the second what the log itself says of this order.
    BW_ASSERT(needed > 0 && mark.acknowledged() >= needed,
              "the audit log has acknowledged an order before its bytes leave");
    BW_ASSERT(number > 0 && mark.acknowledged_order() >= number,
              "intent and verdict of an order are in the audit log before its bytes leave");
    return !mark.blocked();
  };
  state_->send(
      &lanes::orders, broker_call::submit, std::move(request),
      [self = state_, order, sent = std::move(sent)](net::http_outcome outcome) {
        self->note_exchange(order, sent, outcome);
        self->on_submitted(order, std::move(outcome));
      },
      std::move(gate));
}

// Cancels.

void alpaca_broker::state::on_cancelled(const outgoing_cancel& cancel,
                                        const net::http_outcome& outcome, bool was_lookup) {
  cancel_result out;
  out.order = cancel.order;
  out.client_id = cancel.client_id;
  std::string text;
  if (!outcome.response) {
    text = outcome.response.failure().text();
  } else {
    out.http_status = outcome.response->status;
    const auto body = codec.refusal(outcome.response->body);
    out.broker_code = body.code;
    text = body.message;
  }
  out.outcome = classify_cancel(outcome.was_sent(), out.http_status);
  if (was_lookup) {
    text = "the order could not be found to cancel it: " + text;
    // Only the look-up left, not the cancel. A 404 is no proof that the order does not exist.
    out.outcome = outcome.was_sent() ? submit_outcome::unknown : submit_outcome::not_sent;
    if (out.http_status == 404) out.outcome = submit_outcome::rejected;
  }
  out.text = cut<short_text>(text);
  if (events.on_cancel) events.on_cancel(std::move(out));
}

void alpaca_broker::state::send_cancel(outgoing_cancel cancel) {
  net::http_request request;
  request.method = "DELETE";
  request.target = "/v2/orders/" + net::percent_encode(cancel.venue_id.view());
  send(&lanes::cancels, broker_call::cancel, std::move(request),
       [self = shared_from_this(), cancel](net::http_outcome outcome) {
         self->on_cancelled(cancel, outcome, false);
       });
}

void alpaca_broker::state::find_and_cancel(outgoing_cancel cancel) {
  net::http_request request;
  request.target = "/v2/orders:by_client_order_id?client_order_id=" +
                   net::percent_encode(cancel.client_id.view());
  // Over the cancels' lane: it must not wait behind reads either.
  send(&lanes::cancels, broker_call::order, std::move(request),
       [self = shared_from_this(), cancel](net::http_outcome outcome) mutable {
         if (outcome.response && is_good(outcome.response->status)) {
           const auto found = self->codec.order(outcome.response->body);
           if (found && found->client_id == cancel.client_id) {
             cancel.venue_id = found->venue_id;
             return self->send_cancel(std::move(cancel));
           }
         }
         self->on_cancelled(cancel, outcome, true);
       });
}

void alpaca_broker::cancel(outgoing_cancel cancel) {
  if (cancel.venue_id.empty()) return state_->find_and_cancel(std::move(cancel));
  state_->send_cancel(std::move(cancel));
}

void alpaca_broker::cancel_all(std::function<void(result<std::uint32_t>)> done) {
  net::http_request request;
  request.method = "DELETE";
  request.target = "/v2/orders";
  state_->send(&lanes::cancels, broker_call::cancel_all, std::move(request),
               [self = state_, done = std::move(done)](net::http_outcome outcome) {
                 if (!outcome.response) return done(std::move(outcome.response).failure());
                 auto& answer = *outcome.response;
                 if (!is_good(answer.status)) return done(self->refused(answer));
                 if (answer.body.empty()) return done(0U);
                 done(self->codec.cancelled(std::move(answer.body)));
               });
}

// Reads.

void alpaca_broker::account(std::function<void(result<account_report>)> done) {
  state_->read<account_report>(
      broker_call::account, "/v2/account",
      [self = state_](std::string body) {
        auto out = self->codec.account(std::move(body));
        if (out) {
          out->at = self->time.utc_now();
          out->received = self->time.mono_now();
        }
        return out;
      },
      std::move(done));
}

void alpaca_broker::positions(std::function<void(result<std::vector<position_report>>)> done) {
  state_->read<std::vector<position_report>>(
      broker_call::positions, "/v2/positions",
      [self = state_](std::string body) { return self->codec.positions(std::move(body)); },
      std::move(done));
}

void alpaca_broker::state::next_page(std::shared_ptr<page_walk> walk) {
  auto target = walk->target;
  // The cursor is an order of the list's own level: legs stand within their parents. The two ways
  // to say where a page begins exclude each other.
  const auto last_one = std::find_if(walk->found.rbegin(), walk->found.rend(),
                                     [](const auto& x) { return x.parent.empty(); });
  if (last_one != walk->found.rend())
    target += "&after_order_id=" + net::percent_encode(last_one->venue_id.view());
  else if (walk->after != utc_ns{})
    target += "&after=" + net::percent_encode(format_rfc3339(walk->after));
  read<std::vector<open_order_report>>(
      broker_call::orders, std::move(target),
      [self = shared_from_this()](std::string body) { return self->codec.orders(std::move(body)); },
      [self = shared_from_this(), walk](result<std::vector<open_order_report>> page) {
        if (!page) return walk->done(std::move(page).failure());
        const auto known = [&](const open_order_report& order) {
          return std::any_of(walk->found.begin(), walk->found.end(),
                             [&](const auto& x) { return x.venue_id == order.venue_id; });
        };
        const auto own_level = std::count_if(page->begin(), page->end(),
                                             [](const auto& x) { return x.parent.empty(); });
        const bool last = own_level < page_orders;
        // A server that does not know the cursor would send the same page for ever.
        if (!page->empty() && known(page->back()))
          return walk->done({ec::protocol_violation, "the list of orders repeats itself"});
        walk->found.insert(walk->found.end(), page->begin(), page->end());
        if (last) return walk->done(std::move(walk->found));
        if (++walk->pages >= pages_max)
          return walk->done({ec::out_of_range, "there are more than " +
                                                   std::to_string(walk->found.size()) + " orders"});
        self->next_page(walk);
      });
}

void alpaca_broker::open_orders(std::function<void(result<std::vector<open_order_report>>)> done) {
  auto walk = std::make_shared<state::page_walk>();
  walk->target =
      "/v2/orders?status=open&nested=true&direction=asc&limit=" + std::to_string(page_orders);
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::orders_since(utc_ns after,
                                 std::function<void(result<std::vector<open_order_report>>)> done) {
  auto walk = std::make_shared<state::page_walk>();
  walk->target =
      "/v2/orders?status=all&nested=true&direction=asc&limit=" + std::to_string(page_orders);
  walk->after = after;
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::order_by_client_id(client_order_id id,
                                       std::function<void(result<open_order_report>)> done) {
  state_->read<open_order_report>(
      broker_call::order,
      "/v2/orders:by_client_order_id?client_order_id=" + net::percent_encode(id.view()),
      [self = state_, id](std::string body) -> result<open_order_report> {
        auto out = self->codec.order(std::move(body));
        if (out && out->client_id != id)
          return {ec::protocol_violation,
                  "asked for order " + id.str() + ", the broker shows " + out->client_id.str()};
        return out;
      },
      std::move(done));
}

void alpaca_broker::order_by_venue_id(venue_order_id id,
                                      std::function<void(result<open_order_report>)> done) {
  state_->read<open_order_report>(
      broker_call::order, "/v2/orders/" + net::percent_encode(id.view()),
      [self = state_, id](std::string body) -> result<open_order_report> {
        auto out = self->codec.order(std::move(body));
        if (out && out->venue_id != id)
          return {ec::protocol_violation,
                  "asked for order " + id.str() + ", the broker shows " + out->venue_id.str()};
        return out;
      },
      std::move(done));
}

/// The body has no token for the next page: it is the id of the last element.
void alpaca_broker::state::next_page(std::shared_ptr<activity_walk> walk) {
  auto target =
      "/v2/account/activities?direction=asc&page_size=" + std::to_string(page_activities) +
      "&after=" + net::percent_encode(format_rfc3339(walk->since));
  if (!walk->found.empty()) target += "&page_token=" + net::percent_encode(walk->found.back().id);
  read<std::vector<account_activity>>(
      broker_call::activities, std::move(target),
      [](std::string body) { return decode_activities(std::move(body)); },
      [self = shared_from_this(), walk](result<std::vector<account_activity>> page) {
        if (!page) return walk->done(std::move(page).failure());
        const bool last = page->size() < page_activities;
        if (!page->empty() && !walk->found.empty() && page->back().id == walk->found.back().id)
          return walk->done({ec::protocol_violation, "the list of activities repeats itself"});
        walk->found.insert(walk->found.end(), page->begin(), page->end());
        if (last) return walk->done(std::move(walk->found));
        if (++walk->pages >= pages_max * 5)
          return walk->done(
              {ec::out_of_range,
               "there are more than " + std::to_string(walk->found.size()) + " activities"});
        self->next_page(walk);
      });
}

void alpaca_broker::activities(utc_ns since,
                               std::function<void(result<std::vector<account_activity>>)> done) {
  auto walk = std::make_shared<state::activity_walk>();
  walk->since = since;
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::position(std::string symbol,
                             std::function<void(result<position_report>)> done) {
  state_->read<position_report>(
      broker_call::positions, "/v2/positions/" + net::percent_encode(symbol),
      [self = state_, symbol](std::string body) -> result<position_report> {
        auto list = self->codec.positions("[" + std::move(body) + "]");
        if (!list) return std::move(list).failure();
        if (list->size() != 1 || list->front().symbol.view() != symbol)
          return {ec::protocol_violation,
                  "asked for the position in " + symbol + ", the broker shows another one"};
        return list->front();
      },
      [symbol, done = std::move(done)](result<position_report> answer) {
        // Only the broker's own words mean flat; a 404 of anything in between does not.
        const bool flat =
            !answer && answer.code() == ec::not_found &&
            answer.failure().context.find("position does not exist") != std::string::npos;
        if (!flat) return done(std::move(answer));
        position_report none;
        none.symbol = cut<symbol_name>(symbol);
        done(none);
      });
}

void alpaca_broker::market_clock(std::function<void(result<clock_report>)> done) {
  state_->read<clock_report>(
      broker_call::clock, "/v2/clock",
      [self = state_](std::string body) { return self->codec.market_clock(std::move(body)); },
      std::move(done),
      [self = state_](const net::http_response& answer) {
        const auto text = net::find_header(answer.headers, "X-Bellwether-Clock");
        if (text.empty() || !self->options.on_clock_anchor) return;
        const auto anchor = parse_clock_anchor(text);
        if (anchor) self->options.on_clock_anchor(*anchor);
      });
}

void alpaca_broker::calendar(calendar_date first, calendar_date last,
                             std::function<void(result<std::vector<session_day>>)> done) {
  BW_ASSERT(state_->options.to_utc, "the gateway knows New York's time before a calendar is read");
  state_->read<std::vector<session_day>>(
      broker_call::calendar,
      "/v2/calendar?start=" + format_date(first) + "&end=" + format_date(last),
      [self = state_](std::string body) {
        return self->codec.calendar(std::move(body), self->options.to_utc);
      },
      std::move(done));
}

void alpaca_broker::asset(std::string symbol, std::function<void(result<asset_report>)> done) {
  state_->read<asset_report>(
      broker_call::asset, "/v2/assets/" + net::percent_encode(symbol),
      [self = state_](std::string body) { return self->codec.asset(std::move(body)); },
      std::move(done));
}

// Life.

alpaca_broker::alpaca_broker(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                             const durable_mark& mark, alpaca_broker_options options)
    : state_(std::make_shared<state>(loop, time, metrics, mark, std::move(options))) {}

alpaca_broker::~alpaca_broker() { stop(); }

void alpaca_broker::start(broker_events events) {
  if (state_->started.exchange(true)) return;
  {
    const std::lock_guard lock{state_->mutex};
    state_->ways = std::make_shared<lanes>(state_->loop, state_->time, state_->options);
  }
  state_->loop.post([self = state_, events = std::move(events)]() mutable {
    self->events = std::move(events);
    if (!self->options.with_stream) return;
    self->stream = std::make_unique<order_stream>(
        self->loop, self->time, self->metrics, stream_options(self->options),
        order_stream_events{.on_update = self->events.on_update,
                            .on_status = self->events.on_stream});
    self->stream->start();
  });
}

void alpaca_broker::stop() {
  if (!state_->started.exchange(false)) return;
  auto ended = std::make_shared<std::promise<void>>();
  auto gone = ended->get_future();
  state_->loop.post([self = state_, ended] {
    if (const auto to = self->current()) to->close();
    const auto finish = [self, ended] {
      self->stream.reset();
      self->events = {};
      ended->set_value();
    };
    if (!self->stream) return finish();
    // What the closed lanes still have to answer is posted before this, and once more from there.
    self->stream->stop(
        [self, finish] { self->loop.post([self, finish] { self->loop.post(finish); }); });
  });
  if (gone.wait_for(stop_timeout) != std::future_status::ready)
    log_line(log_level::warning, "broker", "stop_timeout", "the connections did not end in time");
}

void alpaca_broker::restart_stream() {
  state_->loop.post([self = state_] {
    if (self->stream) self->stream->restart();
  });
}

}  // namespace bw
