#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "broker/account_desk.hpp"
#include "broker/change_desk.hpp"
#include "broker/market_desk.hpp"
#include "broker/rest_connection.hpp"
#include "tests/support/program.hpp"
#include "tests/venue/server_fixture.hpp"

namespace bw {

/// The desks, over real sockets, at a venue with a steady market: AAPL at 100, F at 200, SPY at
/// 300.
class desk_test : public ::testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{20};

  void SetUp() override {
    auto options = venue::tests::socket_venue::usual_options();
    options.requests_per_minute = 0;  // Orders are asked for until they have changed.
    open(std::move(options));
  }
  void TearDown() override {
    if (!at) return;
    at->on_loop([this] {
      reads.reset();
      changes.reset();
    });
  }

  void open(venue::venue_options with) {
    TearDown();
    at = std::make_unique<venue::tests::socket_venue>(std::move(with));
    const net::endpoint host{"127.0.0.1", at->port, net::security::plain_loopback};
    mark.acknowledge(100);
    mark.acknowledge_order(100);
    at->on_loop([&] {
      rest_connection_options options;
      options.host = host;
      options.key_id = "key";
      options.secret_key = secret{"secret"};
      reads = std::make_unique<rest_connection>(at->loop, time, options);
      account = std::make_unique<account_desk>(reads->get());
      market = std::make_unique<market_desk>(reads->get());
      changes = std::make_unique<change_desk>(at->loop, time, mark,
                                              change_desk_options{host, "key", secret{"secret"}});
    });
  }

  /// Waits for the one answer to a question.
  template <class T, class Question>
  T ask_plain(Question question) {
    auto answer = std::make_shared<std::promise<T>>();
    auto answered = answer->get_future();
    question([answer](T x) { answer->set_value(std::move(x)); });
    if (answered.wait_for(patience) != std::future_status::ready) {
      ADD_FAILURE() << "no answer";
      std::abort();
    }
    return answered.get();
  }
  template <class T, class Question>
  result<T> ask(Question question) {
    return ask_plain<result<T>>(question);
  }
  /// The value of an answer that must be good.
  template <class T, class Question>
  T need(Question question) {
    auto out = ask<T>(question);
    EXPECT_TRUE(out.ok()) << (out ? "" : out.failure().text());
    return out ? std::move(*out) : T{};
  }

  static logged_intent intent(std::uint64_t order = 7) { return {order_id{order}, 1}; }
  change_answer submit(const order_ticket& ticket) {
    return ask_plain<change_answer>(
        [&](auto done) { changes->submit(ticket, intent(), std::move(done)); });
  }
  static order_ticket limit_order(const char* price_text, const char* client_id = "") {
    order_ticket out;
    out.symbol = "AAPL";
    out.type = order_type::limit;
    out.qty = quantity::from_int(2);
    out.limit = *price::parse(price_text);
    out.client_id = client_id;
    return out;
  }
  order_details order(const std::string& id) {
    return need<order_details>([&](auto done) { account->order(id, std::move(done)); });
  }
  /// Asks again until the order has that state.
  order_details order_when(const std::string& id, std::string_view status) {
    order_details out;
    tests::eventually(patience, [&] {
      out = order(id);
      return out.status == status;
    });
    EXPECT_EQ(out.status, status);
    return out;
  }
  std::string buy_at_market(const char* symbol, int shares) {
    order_ticket ticket;
    ticket.symbol = symbol;
    ticket.qty = quantity::from_int(shares);
    const auto made = submit(ticket);
    EXPECT_EQ(made.outcome, submit_outcome::accepted) << made.text << made.refusal.message;
    const auto id = made.order ? made.order->id.value_or("") : "";
    order_when(id, "filled");
    return id;
  }

  system_clock time;
  durable_mark mark;
  std::unique_ptr<venue::tests::socket_venue> at;
  std::unique_ptr<rest_connection> reads;
  std::unique_ptr<account_desk> account;
  std::unique_ptr<market_desk> market;
  std::unique_ptr<change_desk> changes;
};

}  // namespace bw
