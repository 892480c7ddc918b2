#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http_server.hpp"
#include "tests/feeds/loop_thread.hpp"

namespace bw {

/// A trading venue that does what a test says. Its public members are read and written inside
/// loop_thread::change; its calls come on the loop's thread.
class scripted_broker_server {
 public:
  explicit scripted_broker_server(loop_thread& where) : where_(where) {
    net::http_server_handlers handlers;
    handlers.on_request = [this](net::http_request request, net::responder answer) {
      where_.change([&] {
        requests.push_back(request);
        if (silent) {
          held.push_back(std::move(answer));
        } else {
          answer(on_request ? on_request(request) : say(404, R"({"code":40410000,"message":"?"})"));
        }
      });
    };
    handlers.on_upgrade = [this](const net::http_request& request,
                                 std::shared_ptr<net::ws_session> session) {
      where_.change([&] {
        stream_path = request.target;
        session_ = session;
        ++connections;
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
  ~scripted_broker_server() {
    where_.on_loop([&] {
      server_->stop();
      server_.reset();
      session_.reset();
      held.clear();
    });
  }

  static net::http_response say(std::uint16_t status, std::string body,
                                net::header_list headers = {}) {
    net::http_response out;
    out.status = status;
    out.body = std::move(body);
    out.headers = std::move(headers);
    return out;
  }

  /// To the connected client, from the test's thread.
  void send(std::string text, net::frame_kind kind = net::frame_kind::text) {
    where_.on_loop([&] { push(std::move(text), kind); });
  }
  void drop() {
    where_.on_loop([&] {
      if (session_) session_->abort();
    });
  }

  std::uint16_t port = 0;
  bool silent = false;
  std::vector<net::responder> held;
  std::function<net::http_response(const net::http_request&)> on_request;
  std::vector<net::http_request> requests;

  std::string auth_status = "authorized";
  /// The acknowledged streams; empty: no acknowledgement.
  std::string listens = R"(["trade_updates"])";
  /// Paper sends binary frames.
  net::frame_kind stream_kind = net::frame_kind::binary;
  int connections = 0;
  std::string stream_path;
  std::vector<std::string> messages;

 private:
  void push(std::string text, net::frame_kind kind) {
    if (session_) session_->send(std::make_shared<const std::string>(std::move(text)), kind);
  }
  void on_message(std::string text) {
    messages.push_back(text);
    if (text.find("authenticate") != std::string::npos)
      push(R"({"stream":"authorization","data":{"status":")" + auth_status +
               R"(","action":"authenticate"}})",
           stream_kind);
    if (text.find("listen") != std::string::npos && !listens.empty())
      push(R"({"stream":"listening","data":{"streams":)" + listens + "}}", stream_kind);
  }

  loop_thread& where_;
  std::unique_ptr<net::http_server> server_;
  std::shared_ptr<net::ws_session> session_;
};

}  // namespace bw
