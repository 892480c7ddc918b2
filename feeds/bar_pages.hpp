#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// Puts the bars of many pages of GET /v2/stocks/bars into one page for each symbol and day, as
/// they stand in the text. One thread.
class bar_pages {
 public:
  /// A name for the day of an instant.
  using day_of = std::function<calendar_date(utc_ns)>;

  explicit bar_pages(day_of days) : days_(std::move(days)) {}

  /// ec::parse_failed, and nothing of the page is kept, when it is no page of bars.
  result<void> add(std::string body);

  /// The page of one symbol and day; one without bars when none came.
  std::string page(const std::string& symbol, calendar_date day) const;

  /// Bars that had come before, and bars that were older than one before them: neither is kept.
  std::uint64_t duplicates() const { return duplicates_; }
  std::uint64_t disordered() const { return disordered_; }
  /// Bars of a symbol and day that are kept.
  std::uint64_t bars(const std::string& symbol, calendar_date day) const {
    return starts(symbol, day).size();
  }
  /// Their starts, the oldest first; until the next page is added.
  std::span<const utc_ns> starts(const std::string& symbol, calendar_date day) const;

 private:
  struct series {
    std::string text;
    std::vector<utc_ns> starts;
  };
  using key = std::pair<std::string, calendar_date>;

  day_of days_;
  std::map<key, series> by_day_;
  std::uint64_t duplicates_ = 0;
  std::uint64_t disordered_ = 0;
};

}  // namespace bw
