#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/ws_client.hpp"
#include "tests/feeds/loop_thread.hpp"

namespace bw::tests {

/// What the link between node and venue does with the next order.
struct link_fault {
  enum class apply { yes, no, late };
  const char* name = "none";
  /// Whether the venue gets the request.
  apply applied = apply::yes;
  /// 0 passes the venue's own answer on, `silence` never answers, `cut` cuts the connection.
  int status = 0;
  std::string body;
  net::header_list headers;
  static constexpr int silence = -1;
  static constexpr int cut = -2;
  /// The venue's own answer, changed.
  std::string (*spoil)(std::string body) = nullptr;
};

/// A proxy in front of the venue: REST and the order stream pass, orders meet a fault once. On a
/// loop and thread of its own; counts what came by.
class faulty_link {
 public:
  faulty_link(const clock& time, std::uint16_t venue_port) : time_(time) {
    to_ = {"127.0.0.1", venue_port, net::security::plain_loopback};
    net::http_server_handlers handlers;
    handlers.on_request = [this](net::http_request request, net::responder answer) {
      take(std::move(request), std::move(answer));
    };
    handlers.on_upgrade = [this](const net::http_request& request,
                                 std::shared_ptr<net::ws_session> session) {
      return relay(request, std::move(session));
    };
    where_.on_loop([&] {
      net::http_client_options client;
      client.connections = 4;
      venue_ = std::make_unique<net::http_client>(where_.loop, to_, client, time_);
      net::http_server_options server;
      server.request_timeout = std::chrono::seconds{30};
      server_ = std::make_unique<net::http_server>(where_.loop, server, std::move(handlers));
      port = *server_->start();
    });
  }
  ~faulty_link() {
    where_.on_loop([&] {
      server_->stop();
      for (auto& each : relays_) each->up.reset();
      held_.clear();
      late_.clear();
      venue_->close();
    });
    where_.on_loop([&] {
      server_.reset();
      venue_.reset();
      relays_.clear();
    });
  }

  /// For the next POST of an order.
  void arm(link_fault fault) {
    where_.change([&] { fault_ = std::move(fault); });
  }
  /// What was held back for `late` reaches the venue now.
  void deliver_late() {
    where_.on_loop([&] {
      for (auto& request : late_) venue_->send(std::move(request), [](net::http_outcome) {});
      late_.clear();
    });
  }
  /// Every POST of an order that the node wrote.
  std::size_t posts() {
    return where_.change([&] { return posts_; });
  }
  /// From now on the order stream stands and says nothing of any order.
  void mute_stream() {
    where_.change([&] { muted_ = true; });
  }
  /// Streams end now; the node connects again by itself.
  void drop_streams() {
    where_.on_loop([&] {
      for (auto& each : relays_)
        if (each->down) each->down->abort();
    });
  }

  std::uint16_t port = 0;

 private:
  struct one_relay {
    std::shared_ptr<net::ws_session> down;
    std::unique_ptr<net::ws_client> up;
    bool open = false;
    std::vector<std::pair<std::string, net::frame_kind>> waiting;
  };

  static net::http_response response_of(net::http_outcome outcome) {
    net::http_response out;
    out.status = 0;
    if (!outcome.response) return out;
    out.status = outcome.response->status;
    out.body = std::move(outcome.response->body);
    return out;
  }

  void take(net::http_request request, net::responder answer) {
    net::http_request forward;
    forward.method = request.method;
    forward.target = request.target;
    forward.body = request.body;
    for (const char* name : {"APCA-API-KEY-ID", "APCA-API-SECRET-KEY", "Content-Type"})
      if (const auto value = net::find_header(request.headers, name); !value.empty())
        forward.headers.emplace_back(name, std::string{value});
    const bool order = request.method == "POST" && request.target == "/v2/orders";
    link_fault fault;
    if (order)
      where_.change([&] {
        ++posts_;
        fault = std::exchange(fault_, link_fault{});
      });
    if (fault.applied == link_fault::apply::no) return finish(fault, {}, std::move(answer));
    if (fault.applied == link_fault::apply::late) {
      late_.push_back(std::move(forward));
      return finish(fault, {}, std::move(answer));
    }
    venue_->send(std::move(forward),
                 [this, fault, answer = std::move(answer)](net::http_outcome outcome) mutable {
                   finish(fault, response_of(std::move(outcome)), std::move(answer));
                 });
  }

  void finish(const link_fault& fault, net::http_response from_venue, net::responder answer) {
    if (fault.status == link_fault::silence) return held_.push_back(std::move(answer));
    if (fault.spoil != nullptr) from_venue.body = fault.spoil(std::move(from_venue.body));
    if (fault.status == link_fault::cut) {
      from_venue = {};
      from_venue.status = 0;
    } else if (fault.status != 0) {
      from_venue.status = static_cast<std::uint16_t>(fault.status);
      from_venue.body = fault.body;
      from_venue.headers = fault.headers;
    }
    answer(std::move(from_venue));
  }

  net::ws_session_events relay(const net::http_request& request,
                               std::shared_ptr<net::ws_session> session) {
    auto link = std::make_shared<one_relay>();
    link->down = std::move(session);
    net::ws_client_events up;
    up.on_open = [link] {
      link->open = true;
      for (auto& [text, kind] : link->waiting) link->up->send(std::move(text), kind);
      link->waiting.clear();
    };
    up.on_message = [this, link](std::string_view payload, net::frame_kind kind, mono_ns) {
      const bool about_an_order = payload.find("\"client_order_id\"") != std::string_view::npos;
      if (about_an_order && where_.change([&] { return muted_; })) return;
      if (link->down) link->down->send(std::make_shared<const std::string>(payload), kind);
    };
    up.on_burst_end = [] {};
    up.on_close = [link](error) {
      if (link->down) link->down->close(1001, "the venue is gone");
    };
    net::ws_client_options options;
    options.target = request.target;
    link->up = std::make_unique<net::ws_client>(where_.loop, to_, options, time_, std::move(up));
    link->up->start();
    relays_.push_back(link);
    net::ws_session_events down;
    down.on_message = [link](std::string_view payload, net::frame_kind kind) {
      if (!link->up) return;
      if (link->open)
        link->up->send(std::string{payload}, kind);
      else
        link->waiting.emplace_back(std::string{payload}, kind);
    };
    down.on_close = [link] {
      link->down.reset();
      if (link->up) link->up->close();
    };
    down.on_slow = [] {};
    return down;
  }

  const clock& time_;
  net::endpoint to_;
  loop_thread where_;
  std::unique_ptr<net::http_server> server_;
  std::unique_ptr<net::http_client> venue_;
  std::vector<std::shared_ptr<one_relay>> relays_;
  std::vector<net::responder> held_;
  std::vector<net::http_request> late_;
  link_fault fault_;
  std::size_t posts_ = 0;
  bool muted_ = false;
};

}  // namespace bw::tests
