#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "net/io_loop.hpp"

namespace bw::net {

/// Runs the loop on the test's own thread until a condition holds, so that nothing is shared
/// between threads and nothing sleeps.
class net_test : public ::testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{10};

  template <class Condition>
  testing::AssertionResult run_until(Condition holds) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline)
        return testing::AssertionFailure() << "the condition did not come to hold";
      loop.context().restart();
      loop.context().run_one_for(std::chrono::milliseconds{20});
    }
    return testing::AssertionSuccess();
  }
  /// Lets everything happen that is ready to happen.
  void settle() {
    for (int round = 0; round < 50; ++round) {
      loop.context().restart();
      loop.context().run_for(std::chrono::milliseconds{1});
    }
  }

  system_clock time;
  io_loop loop;
};

/// A TCP server that does exactly what a test tells it, and no more.
class raw_peer {
 public:
  using tcp = boost::asio::ip::tcp;

  struct link : std::enable_shared_from_this<link> {
    explicit link(tcp::socket accepted) : socket(std::move(accepted)) {}

    void read(std::function<void(link&)> on_bytes) {
      socket.async_read_some(boost::asio::buffer(scratch),
                             [self = shared_from_this(), on_bytes](auto failed, std::size_t n) {
                               if (failed) {
                                 self->ended = true;
                                 return;
                               }
                               self->received.append(self->scratch.data(), n);
                               on_bytes(*self);
                               self->read(on_bytes);
                             });
    }
    void send(const std::string& bytes) {
      boost::system::error_code ignored;
      boost::asio::write(socket, boost::asio::buffer(bytes), ignored);
    }
    void close() {
      boost::system::error_code ignored;
      socket.close(ignored);
    }

    tcp::socket socket;
    std::array<char, 65536> scratch{};
    std::string received;
    bool ended = false;
  };

  raw_peer(io_loop& loop, std::function<void(link&)> on_bytes)
      : acceptor_(loop.context(), tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}),
        on_bytes_(std::move(on_bytes)) {
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void stop_listening() { acceptor_.close(); }

  std::vector<std::shared_ptr<link>> links;

 private:
  void accept() {
    acceptor_.async_accept([this](auto failed, tcp::socket socket) {
      if (failed) return;
      links.push_back(std::make_shared<link>(std::move(socket)));
      links.back()->read(on_bytes_);
      accept();
    });
  }

  tcp::acceptor acceptor_;
  std::function<void(link&)> on_bytes_;
};

/// A TCP client that sends bytes as they are and collects what comes back.
class raw_caller {
 public:
  raw_caller(io_loop& loop, std::uint16_t port)
      : link(std::make_shared<raw_peer::link>(raw_peer::tcp::socket{loop.context()})) {
    link->socket.connect({boost::asio::ip::address_v4::loopback(), port});
    link->read([](raw_peer::link&) {});
  }
  void send(const std::string& bytes) { link->send(bytes); }
  const std::string& received() const { return link->received; }
  bool ended() const { return link->ended; }
  ~raw_caller() { link->close(); }

  std::shared_ptr<raw_peer::link> link;
};

}  // namespace bw::net
