#pragma once

#include <cstdint>
#include <string_view>

#include "core/error.hpp"
#include "core/metrics.hpp"
#include "feeds/alpaca_data_codec.hpp"

namespace bw {

/// The feed's series in the registry, all registered at once so that they show 0 from the start.
/// Written by the feed's thread.
class feed_meter {
 public:
  explicit feed_meter(metrics_registry& metrics);

  /// Adds what the codec has read since the last call.
  void count(const codec_counts& counts);
  void conflated(std::uint64_t quotes) { conflated_.add(quotes); }
  void snapshots(std::uint64_t events) { snapshots_.add(events); }
  void polled(std::uint64_t events) { polled_.add(events); }
  void connected(bool yes) { connected_.set(yes ? 1 : 0); }
  void message_at(utc_ns now) { last_message_.set_units(now.value); }
  void delay(nanoseconds since_venue) { delay_.record(since_venue); }
  void dropped(std::uint64_t events) { dropped_.add(events); }
  /// A connection ended for this reason and is made again.
  void reconnect(ec why);

 private:
  counter& trades_;
  counter& quotes_;
  counter& bars_;
  counter& statuses_;
  counter& corrections_;
  counter& errors_;
  counter& others_;
  counter& closed_;
  counter& timeout_;
  counter& auth_;
  counter& limit_;
  counter& other_reasons_;
  counter& snapshots_;
  counter& polled_;
  counter& conflated_;
  counter& dropped_;
  gauge& connected_;
  gauge& last_message_;
  histogram& delay_;
  codec_counts seen_;
};

}  // namespace bw
