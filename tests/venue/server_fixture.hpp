#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "net/http_client.hpp"
#include "net/ws_client.hpp"
#include "tests/venue/steady_source.hpp"
#include "venue/alpaca_server.hpp"
#include "venue/market_pump.hpp"
#include "venue/venue_service.hpp"

namespace bw::venue::tests {

using json = nlohmann::json;

inline constexpr std::chrono::seconds patience{20};

inline net::header_list usual_keys() {
  return {{"APCA-API-KEY-ID", "key"}, {"APCA-API-SECRET-KEY", "secret"}};
}

/// The REST interface as a function, over the steady market, without sockets. Monday 10:00 in New
/// York unless a test says otherwise; time moves by `pass`.
class rest_venue {
 public:
  explicit rest_venue(alpaca_server_options options = {}, alpaca_auth keys = {"", secret{}},
                      utc_ns start = utc("2026-11-02T15:00:00Z"),
                      exchange_options rules = {.multiplier = 2, .partial_fill_percent = 0})
      : source(start),
        auth(std::move(keys)),
        market(rules, source.symbols()),
        pump(source, market, days, start),
        world{market, source, days, new_york, time, start},
        server(options, auth, world) {
    pump.begin(events);
    pass(std::chrono::milliseconds{100});
  }

  void pass(nanoseconds step) {
    std::vector<market_event> ignored;
    const auto until = pump.now() + step;
    while (pump.advance(until, 4096, ignored, events) == market_pump::progress::behind)
      ignored.clear();
  }

  net::http_response ask(std::string method, std::string target, std::string body = "",
                         net::header_list headers = usual_keys()) {
    return server.answer(
        {std::move(method), std::move(target), std::move(headers), std::move(body)}, pump.now(),
        events);
  }
  /// The body of an answer that must have `status`.
  json ask_json(std::uint16_t status, std::string method, std::string target,
                std::string body = "") {
    const auto answer = ask(std::move(method), std::move(target), std::move(body));
    EXPECT_EQ(answer.status, status) << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  json get(std::string target) { return ask_json(200, "GET", std::move(target)); }
  /// Buys at the market and waits for the fill.
  json buy(const std::string& symbol, const std::string& qty) {
    const auto order = ask_json(200, "POST", "/v2/orders",
                                json{{"symbol", symbol},
                                     {"qty", qty},
                                     {"side", "buy"},
                                     {"type", "market"},
                                     {"time_in_force", "day"}}
                                    .dump());
    pass(std::chrono::seconds{1});
    return order;
  }
  /// A buy limit far below the market.
  json rest_order(const std::string& client_id, const std::string& symbol = "AAPL") {
    return ask_json(200, "POST", "/v2/orders",
                    json{{"symbol", symbol},
                         {"qty", "1"},
                         {"side", "buy"},
                         {"type", "limit"},
                         {"limit_price", "50"},
                         {"time_in_force", "day"},
                         {"client_order_id", client_id}}
                        .dump());
  }

  steady_source source;
  trading_days days{november_sessions()};
  new_york_time new_york{november_offset};
  scaled_clock time{clock_anchor{}};

  alpaca_auth auth;
  exchange market;
  market_pump pump;
  venue_world world;
  std::vector<venue_event> events;
  alpaca_server server;
};

/// A client of one of the venue's streams. Everything it hears is decoded and queued.
class stream_client {
 public:
  stream_client(net::io_loop& loop, std::uint16_t port, std::string path,
                net::header_list headers = {})
      : packed_(net::find_header(headers, "Content-Type") == "application/msgpack") {
    net::ws_client_options options;
    options.target = std::move(path);
    options.headers = std::move(headers);
    net::ws_client_events events;
    events.on_message = [this](std::string_view payload, net::frame_kind kind, mono_ns) {
      hear(payload, kind);
    };
    events.on_close = [this](const error& why) {
      const std::lock_guard lock{mutex_};
      closed_ = why;
      changed_.notify_all();
    };
    client_ = std::make_shared<net::ws_client>(
        loop, net::endpoint{"127.0.0.1", port, net::security::plain_loopback}, options, time_,
        std::move(events));
    loop.post([client = client_] { client->start(); });
    loop_ = &loop;
  }
  ~stream_client() { ends(); }

  void say(const json& message, net::frame_kind kind = net::frame_kind::text) {
    std::string payload = message.dump();
    if (packed_) {
      payload.clear();
      json::to_msgpack(message, payload);
      kind = net::frame_kind::binary;
    }
    say_raw(std::move(payload), kind);
  }
  void say_raw(std::string payload, net::frame_kind kind = net::frame_kind::text) {
    loop_->post(
        [client = client_, payload = std::move(payload), kind] { client->send(payload, kind); });
  }

  /// The next message; an array of the data stream comes element by element.
  json hears() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, patience, [&] { return !heard_.empty() || closed_; }) ||
        heard_.empty()) {
      ADD_FAILURE() << "nothing was heard" << (closed_ ? ": " + closed_->text() : "");
      return {};
    }
    auto out = std::move(heard_.front());
    heard_.pop_front();
    return out;
  }
  /// The next message for which `wanted` holds; others are dropped.
  template <class Wanted>
  json hears_where(Wanted wanted) {
    for (;;) {
      auto next = hears();
      if (next.is_null() || wanted(next)) return next;
    }
  }
  /// Waits for the end of the connection, which it asks for unless the server does.
  void ends() {
    if (!client_) return;
    loop_->post([client = client_] { client->close(); });
    server_ends();
    std::promise<void> gone;
    loop_->post([&] {
      client_.reset();
      gone.set_value();
    });
    gone.get_future().wait();
  }
  void server_ends() {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, patience, [&] { return closed_.has_value(); }));
  }
  net::frame_kind last_kind() {
    const std::lock_guard lock{mutex_};
    return last_kind_;
  }

 private:
  void hear(std::string_view payload, net::frame_kind kind) {
    auto message =
        packed_ ? json::from_msgpack(payload, true, false) : json::parse(payload, nullptr, false);
    const std::lock_guard lock{mutex_};
    last_kind_ = kind;
    EXPECT_FALSE(message.is_discarded());
    if (message.is_array()) {
      for (auto& element : message) heard_.push_back(std::move(element));
    } else {
      heard_.push_back(std::move(message));
    }
    changed_.notify_all();
  }

  const bool packed_;
  system_clock time_;
  net::io_loop* loop_ = nullptr;
  std::shared_ptr<net::ws_client> client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<json> heard_;
  std::optional<error> closed_;
  net::frame_kind last_kind_ = net::frame_kind::text;
};

/// A whole venue on a real port, its loop on a thread of its own.
class socket_venue {
 public:
  static venue_options usual_options() {
    venue_options out;
    out.exchange.partial_fill_percent = 0;
    out.exchange.multiplier = 2;
    return out;
  }

  explicit socket_venue(venue_options options = usual_options())
      : service(std::make_unique<venue_service>(
            loop, std::move(options), std::make_unique<steady_source>(utc("2026-11-02T14:59:59Z")),
            november_sessions(), november_offset, time)),
        port(service->start().value_or(0)),
        client(std::make_unique<net::http_client>(
            loop, net::endpoint{"127.0.0.1", port, net::security::plain_loopback},
            net::http_client_options{}, machine)),
        thread([this] { loop.run(); }) {}
  ~socket_venue() {
    on_loop([this] {
      client.reset();
      service.reset();
    });
    loop.stop();
    thread.join();
  }

  template <class Work>
  void on_loop(Work work) {
    std::promise<void> done;
    loop.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  net::http_response ask(net::http_request request) {
    std::promise<net::http_response> answered;
    client->send(std::move(request), [&](net::http_outcome outcome) {
      answered.set_value(outcome.response.value_or(net::http_response{.status = 0}));
    });
    auto answer = answered.get_future();
    if (answer.wait_for(patience) != std::future_status::ready) {
      ADD_FAILURE() << "no answer";
      std::abort();
    }
    return answer.get();
  }
  json ask_json(std::string method, std::string target, std::string body = "") {
    const auto answer = ask({std::move(method), std::move(target), usual_keys(), std::move(body)});
    return json::parse(answer.body, nullptr, false);
  }
  venue_counts counts() {
    venue_counts out;
    on_loop([&] { out = service->counts(); });
    return out;
  }

  net::io_loop loop;
  system_clock machine;
  scaled_clock time{clock_anchor{}};
  std::unique_ptr<venue_service> service;
  std::uint16_t port;
  std::unique_ptr<net::http_client> client;
  std::thread thread;
};

}  // namespace bw::venue::tests
