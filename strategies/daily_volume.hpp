#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/split_ratio.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Mean volume of the last days of one symbol. Daily bars say it best; a session whose own bars
/// were seen from the first on stands in where there is none. The day that is under way never
/// counts. Lives as long as the symbol's engine, on its thread.
class daily_volume {
 public:
  static constexpr std::size_t days_max = 20;

  void add_day(const bar& day);
  /// The bar of the day under way, as far as it has grown; the last one stands for that day once
  /// the day is over.
  void grow_day(const bar& day);
  /// A finished bar inside the session that began at `session_open`.
  void add_part(const bar& part, utc_ns session_open);

  void split(split_ratio by);

  /// Over up to days_max days before the newest session; empty when none is known.
  std::optional<quantity> average() const { return average_; }

 private:
  struct entry {
    std::int64_t day = 0;
    quantity volume;
    bool official = false;
  };
  struct session {
    utc_ns open;
    quantity volume;
    bool from_start = false;
  };
  void store(const entry& x);
  /// To be called when a day was added or another one is under way.
  void reckon();

  std::vector<entry> days_;  // By day.
  std::optional<session> under_way_;
  /// The newest day of which a bar came that still grows.
  std::int64_t growing_day_ = INT64_MIN;
  std::optional<quantity> average_;
};

}  // namespace bw
