#pragma once

#include <string>

#include "messages/header.hpp"

namespace bw {

/// What a strategy of one symbol wants to be kept over a restart, in its own words.
struct kept_strategy {
  short_name strategy;
  std::string bytes;

  BW_FIELDS(strategy, bytes)
  friend bool operator==(const kept_strategy& a, const kept_strategy& b) {
    return a.strategy == b.strategy && a.bytes == b.bytes;
  }
};

}  // namespace bw
