#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feeds/feed.hpp"
#include "net/http_server.hpp"
#include "tests/feeds/loop_thread.hpp"

namespace bw {

/// A data venue that does what a test says. Its public members are read and written inside
/// loop_thread::change; its calls come on the loop's thread.
class scripted_data_server {
 public:
  scripted_data_server(loop_thread& where, symbol_list wanted)
      : symbols(std::move(wanted)), where_(where) {
    net::http_server_handlers handlers;
    handlers.on_request = [this](net::http_request request, net::responder answer) {
      where_.change([&] {
        auto target = net::parse_target(request.target);
        if (target.path == "/v2/stocks/snapshots") {
          snapshot_requests.push_back(std::move(target));
          if (hold_snapshots)
            held.push_back(std::move(answer));
          else
            answer(snapshots ? snapshots() : body("{}"));
          return;
        }
        bar_requests.push_back(std::move(target));
        if (hold_bars) {
          held.push_back(std::move(answer));
          return;
        }
        answer(bars ? bars(bar_requests.back()) : no_bars());
      });
    };
    handlers.check_upgrade = [this](const net::http_request&) -> std::optional<net::http_response> {
      return where_.change([&]() -> std::optional<net::http_response> {
        if (upgrade_status == 0) return std::nullopt;
        net::http_response refused;
        refused.status = upgrade_status;
        return refused;
      });
    };
    handlers.on_upgrade = [this](const net::http_request& request,
                                 std::shared_ptr<net::ws_session> session) {
      where_.change([&] {
        paths.push_back(request.target);
        session_ = session;
        ++connections;
        if (greet) say(R"([{"T":"success","msg":"connected"}])");
      });
      net::ws_session_events events;
      events.on_message = [this](std::string_view payload, net::frame_kind) {
        where_.change([&] { on_message(std::string{payload}); });
      };
      events.on_close = [] {};
      events.on_slow = [] {};
      return events;
    };
    where_.on_loop([&] {
      server_ = std::make_unique<net::http_server>(where_.loop, net::http_server_options{},
                                                   std::move(handlers));
      port = *server_->start();
    });
  }
  ~scripted_data_server() {
    where_.on_loop([&] {
      server_->stop();
      server_.reset();
      session_.reset();
      held.clear();
    });
  }

  static net::http_response body(std::string text, std::uint16_t status = 200) {
    net::http_response out;
    out.status = status;
    out.body = std::move(text);
    return out;
  }
  static net::http_response no_bars() { return body(R"({"bars":{},"next_page_token":null})"); }

  /// To the connected client, from the test's thread.
  void send(std::string text) {
    where_.on_loop([&] {
      if (session_)
        session_->send(std::make_shared<const std::string>(std::move(text)), net::frame_kind::text);
    });
  }
  void drop() {
    where_.on_loop([&] {
      if (session_) session_->abort();
    });
  }
  void release_bars(net::http_response answer) {
    where_.on_loop([&] {
      for (auto& respond : held) respond(answer);
      held.clear();
    });
  }

  std::uint16_t port = 0;
  symbol_list symbols;
  bool greet = true;
  /// What an authentication is answered with.
  std::string auth_answer = R"([{"T":"success","msg":"authenticated"}])";
  /// Left out of the acknowledged quotes.
  std::string not_acknowledged;
  std::uint16_t upgrade_status = 0;
  bool hold_bars = false;
  bool hold_snapshots = false;
  std::function<net::http_response()> snapshots;
  std::vector<net::parsed_target> snapshot_requests;
  std::vector<net::responder> held;
  std::function<net::http_response(const net::parsed_target&)> bars;

  int connections = 0;
  std::vector<std::string> paths;
  std::vector<std::string> messages;
  std::vector<net::parsed_target> bar_requests;

 private:
  void say(std::string text) {
    session_->send(std::make_shared<const std::string>(std::move(text)), net::frame_kind::text);
  }
  void on_message(std::string text) {
    messages.push_back(text);
    if (text.find(R"("action":"auth")") != std::string::npos) say(auth_answer);
    if (text.find(R"("action":"subscribe")") != std::string::npos) say(acknowledgement());
  }
  std::string acknowledgement() const {
    const auto list = [&](bool quotes) {
      std::string out = "[";
      for (const auto& symbol : symbols)
        if (!quotes || symbol != not_acknowledged)
          out += (out.size() > 1 ? ",\"" : "\"") + symbol + "\"";
      return out + "]";
    };
    return R"([{"T":"subscription","trades":)" + list(false) + R"(,"quotes":)" + list(true) +
           R"(,"bars":)" + list(false) + R"(,"updatedBars":)" + list(false) + R"(,"statuses":)" +
           list(false) + "}]";
  }

  loop_thread& where_;
  std::unique_ptr<net::http_server> server_;
  std::shared_ptr<net::ws_session> session_;
};

}  // namespace bw
