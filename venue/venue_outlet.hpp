#pragma once

#include <memory>
#include <string>

#include "core/metrics.hpp"
#include "net/http_server.hpp"

namespace bw::venue {

/// The one place through which every answer and every stream message leaves the venue, so that a
/// fault script can hold, drop or repeat them here. On the loop's thread.
class venue_outlet {
 public:
  /// Counts what passes.
  venue_outlet(counter& answers, counter& messages) : answers_(answers), messages_(messages) {}

  void answer(const net::responder& to, net::http_response response) {
    answers_.add();
    to(std::move(response));
  }
  void send(net::ws_session& to, std::shared_ptr<const std::string> payload, net::frame_kind kind) {
    messages_.add();
    to.send(std::move(payload), kind);
  }

 private:
  counter& answers_;
  counter& messages_;
};

}  // namespace bw::venue
