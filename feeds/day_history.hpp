#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "domain/bar_store.hpp"
#include "domain/past_days.hpp"
#include "domain/session_calendar.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"

namespace bw {

struct day_history_options {
  net::endpoint data;
  net::header_list credentials;
  /// A feed that sees a part of all trades knows a part of the volume.
  std::string feed_name = "iex";
  std::chrono::milliseconds response_timeout{10'000};
  /// For New York's midnight.
  session_calendar days;
  /// Null: nothing is kept, every question fetches. Used on the loop's thread; outlives this.
  bar_store* store = nullptr;
};

/// The daily bars of a symbol, from the market data host: what it trades a day and how it closed,
/// in one request a symbol and day. What is fetched goes to the store, under the day before the one
/// that is asked about, and serves all of that day. Any thread asks; answers come on the loop's
/// thread, each once while this lives.
class day_history {
 public:
  /// Sessions that the average volume is made of, and the calendar days that surely hold the closes
  /// of a trend.
  static constexpr std::size_t volume_sessions = 20;
  static constexpr std::int64_t days_back = 420;

  day_history(net::io_loop& loop, const clock& time, day_history_options options);
  ~day_history();

  /// Of whole days before `before`, a date in New York.
  void ask(const std::string& symbol, calendar_date before,
           std::function<void(result<past_days>)> done);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// What the body of GET /v2/stocks/bars says, of one symbol and newest first: the average of the
/// newest `volume_sessions` bars, and the closes that a trend is made of. ec::parse_failed.
result<past_days> past_days_of(std::string body);

}  // namespace bw
