// For the .cpp files of the gateway: its state, and how a read is carried out.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/alpaca_broker.hpp"
#include "broker/broker_meter.hpp"
#include "broker/outcome.hpp"
#include "broker/rate_headers.hpp"
#include "broker/rest_reader.hpp"
#include "net/account_headers.hpp"
#include "net/http_client.hpp"

namespace bw {
namespace detail {

/// The ways to the broker. What stops everything has one of its own: it waits behind nothing.
struct lanes {
  lanes(net::io_loop& loop, const clock& time, const alpaca_broker_options& options)
      : orders(loop, options.trading, client_options(options, options.order_connections), time),
        cancels(loop, options.trading, client_options(options, options.cancel_connections), time),
        emergency(loop, options.trading, client_options(options, 1), time),
        reads(loop, options.trading, client_options(options, options.read_connections), time) {}

  static net::http_client_options client_options(const alpaca_broker_options& options,
                                                 std::uint16_t connections) {
    return {.connections = connections,
            .connect_timeout = options.connect_timeout,
            .response_timeout = options.response_timeout,
            .headers = net::account_headers(options.key_id, options.secret_key)};
  }

  void close() {
    orders.close();
    cancels.close();
    emergency.close();
    reads.close();
  }

  net::http_client orders;
  net::http_client cancels;
  net::http_client emergency;
  net::http_client reads;
};

inline bool is_ours(const open_order_report& echo, const outgoing_order& order) {
  return echo.client_id == order.client_id && echo.symbol == order.symbol &&
         echo.side == order.request.side && echo.qty == order.request.qty;
}

inline bool is_good(std::uint16_t status) { return status >= 200 && status < 300; }

/// A message of the broker is shown up to this length.
inline constexpr std::size_t shown_max = 200;

}  // namespace detail

using detail::is_good;
using detail::lanes;
using detail::shown_max;

struct alpaca_broker::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, const clock& c, metrics_registry& m, const durable_mark& d,
        alpaca_broker_options o)
      : loop(l),
        time(c),
        metrics(m),
        mark(d),
        options(std::move(o)),
        meter(m),
        board(options.breakers ? options.breakers : std::make_shared<breaker_board>()),
        reads(prng{options.stream.seed}, board.get()),
        reader(std::make_shared<rest_reader>(loop, time, reads)) {}

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
      if (outcome.response)
        if (const auto window = window_of(*outcome.response); window.remaining >= 0)
          self->board->saw(window);
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
    const auto value = std::make_shared<std::optional<T>>();
    reader->get(
        [self = shared_from_this(), call](net::http_request request, auto answered) {
          self->send(&lanes::reads, call, std::move(request), std::move(answered));
        },
        std::move(target),
        [self = shared_from_this(), value, decode = std::move(decode),
         look = std::move(look)](net::http_response answer) -> result<void> {
          if (look) look(answer);
          auto read = decode(std::move(answer.body));
          self->meter.unknown(self->codec.unknown());
          if (!read) return std::move(read).failure();
          value->emplace(std::move(*read));
          return {};
        },
        [value, done = std::move(done)](result<void> how) {
          how ? done(std::move(**value)) : done(std::move(how).failure());
        });
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
  const std::shared_ptr<breaker_board> board;
  read_desk reads;
  const std::shared_ptr<rest_reader> reader;
  alpaca_order_codec codec;

  mutable std::mutex mutex;
  std::shared_ptr<lanes> ways;
  std::atomic<bool> started{false};

  // On the loop's thread only.
  broker_events events;
  std::unique_ptr<order_stream> stream;
};

}  // namespace bw
