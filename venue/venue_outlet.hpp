#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/http_server.hpp"

namespace bw::venue {

/// The one place through which every answer and every stream message leaves the venue, so that a
/// fault script can hold, drop or repeat them here. On the loop's thread.
class venue_outlet {
 public:
  void answer(const net::responder& to, net::http_response response) {
    ++answers_;
    to(std::move(response));
  }
  void send(net::ws_session& to, std::shared_ptr<const std::string> payload,
            net::frame_kind kind) {
    ++messages_;
    to.send(std::move(payload), kind);
  }

  std::uint64_t answers() const { return answers_; }
  std::uint64_t messages() const { return messages_; }

 private:
  std::uint64_t answers_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace bw::venue
