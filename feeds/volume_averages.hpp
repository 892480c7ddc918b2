#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/decimal.hpp"
#include "core/result.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct volume_averages_options {
  net::endpoint data;
  net::header_list credentials;
  /// A feed that sees a part of all trades knows a part of the volume.
  std::string feed_name = "iex";
  std::chrono::milliseconds response_timeout{10'000};
};

/// Shares that a symbol traded a day, on average over the last sessions, from the daily bars of the
/// market data host. Any thread asks; answers come on the loop's thread, each once while this
/// lives.
class volume_averages {
 public:
  /// Sessions that the average is made of, and the calendar days that surely hold them.
  static constexpr std::size_t sessions = 20;
  static constexpr std::int64_t days_back = 45;

  volume_averages(net::io_loop& loop, const clock& time, volume_averages_options options);
  ~volume_averages();

  /// Whole days before today. Zero when there is no bar; otherwise rounded down.
  void average(const std::string& symbol, std::function<void(result<quantity>)> done);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// The average of the newest `sessions` bars in the body of GET /v2/stocks/bars, of one symbol and
/// newest first. ec::parse_failed.
result<quantity> average_volume_of(std::string body, std::size_t sessions);

}  // namespace bw
