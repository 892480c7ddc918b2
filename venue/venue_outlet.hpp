#pragma once

#include <memory>
#include <string>

#include "core/metrics.hpp"
#include "net/http_server.hpp"

namespace bw::venue {

enum class stream_kind : std::uint8_t { trade = 1, data };

/// Decides what becomes of a stream's message on its way out.
class stream_filter {
 public:
  virtual ~stream_filter() = default;
  virtual void send(const std::shared_ptr<net::ws_session>& to,
                    std::shared_ptr<const std::string> payload, net::frame_kind kind,
                    stream_kind stream) = 0;
};

/// The one place through which every answer and every stream message leaves the venue, so that a
/// fault script can hold, drop or repeat them here. On the loop's thread.
class venue_outlet {
 public:
  /// Counts what passes.
  venue_outlet(counter& answers, counter& messages) : answers_(answers), messages_(messages) {}

  /// Null: every message leaves as it is. The filter outlives its use.
  void use(stream_filter* filter) { filter_ = filter; }

  void answer(const net::responder& to, net::http_response response) {
    answers_.add();
    to(std::move(response));
  }
  void send(const std::shared_ptr<net::ws_session>& to, std::shared_ptr<const std::string> payload,
            net::frame_kind kind, stream_kind stream) {
    if (filter_ != nullptr) return filter_->send(to, std::move(payload), kind, stream);
    write(*to, std::move(payload), kind);
  }
  /// What a filter has let through.
  void write(net::ws_session& to, std::shared_ptr<const std::string> payload,
             net::frame_kind kind) {
    messages_.add();
    to.send(std::move(payload), kind);
  }

 private:
  counter& answers_;
  counter& messages_;
  stream_filter* filter_ = nullptr;
};

}  // namespace bw::venue
