#pragma once

#include <string>
#include <vector>

#include "messages/news.hpp"

namespace bw::venue {

/// The articles of the venue's world. They are made, say nothing about any real company, and do not
/// move the market: they are there so that a client's news can be tried. The same seed and symbols
/// have the same articles at every time, so that none has to be kept. A plain value.
class news_maker {
 public:
  /// Half of the spans of this length have an article.
  static constexpr nanoseconds span = std::chrono::seconds{30};
  /// Nobody asks for more at once.
  static constexpr nanoseconds reach_max = std::chrono::hours{24} * 31;

  news_maker(std::uint64_t seed, std::vector<std::string> symbols)
      : seed_(seed), symbols_(std::move(symbols)) {}

  /// Articles of (after, until], oldest first; those of the last `reach_max` when it is longer.
  std::vector<news_item> between(utc_ns after, utc_ns until) const;

 private:
  news_item make(std::int64_t number, utc_ns at, std::uint64_t dice) const;

  std::uint64_t seed_;
  std::vector<std::string> symbols_;
};

}  // namespace bw::venue
