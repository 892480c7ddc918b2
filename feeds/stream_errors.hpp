#pragma once

#include <cstdint>

#include "core/error.hpp"

namespace bw {

/// What the end of a connection, or an error told on it, asks for.
enum class stream_remedy : std::uint8_t {
  none = 1,
  reconnect,
  reconnect_late,  // Somebody, perhaps our own half-dead session, still holds the connection.
  person,          // The same keys and the same list would be refused again.
};

struct stream_error {
  ec code;
  stream_remedy what;
};

/// Alpaca's error numbers of a market-data stream (pure). A number nobody knows reconnects.
stream_error judge_stream_error(std::uint32_t code);
/// The end of a connection that nobody told a number for.
stream_remedy remedy_for(ec why);

}  // namespace bw
