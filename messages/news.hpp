#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/time.hpp"

namespace bw {

struct news_image {
  /// thumb, small or large.
  std::string size;
  std::string url;

  BW_FIELDS(size, url)
  friend bool operator==(const news_image&, const news_image&) = default;
};

/// One article, as the news stream and the news list tell it. What the source does not say is
/// empty; summary and content may hold HTML that nobody has cleaned.
struct news_item {
  /// The source's number: a later item with the same number replaces an earlier one.
  std::int64_t id = 0;
  std::string headline;
  std::string summary;
  std::string author;
  std::string content;
  std::string url;
  std::string source;
  std::vector<std::string> symbols;
  /// Not told by the stream.
  std::vector<news_image> images;
  utc_ns created_at;
  utc_ns updated_at;

  BW_FIELDS(id, headline, summary, author, content, url, source, symbols, images, created_at,
            updated_at)
  friend bool operator==(const news_item&, const news_item&) = default;
};

}  // namespace bw
