#include "feeds/feed_meter.hpp"

namespace bw {
namespace {

counter& messages(metrics_registry& metrics, const char* type) {
  return metrics.add_counter("bellwether_stream_messages_total", "Messages read from a stream.",
                             {{"stream", "market_data"}, {"type", type}});
}

counter& reconnects(metrics_registry& metrics, const char* reason) {
  return metrics.add_counter("bellwether_stream_reconnects_total",
                             "Connections that ended and were made again, by the cause.",
                             {{"stream", "market_data"}, {"reason", reason}});
}

}  // namespace

feed_meter::feed_meter(metrics_registry& metrics)
    : trades_(messages(metrics, "trade")),
      quotes_(messages(metrics, "quote")),
      bars_(messages(metrics, "bar")),
      statuses_(messages(metrics, "status")),
      corrections_(messages(metrics, "correction")),
      errors_(messages(metrics, "error")),
      others_(messages(metrics, "other")),
      closed_(reconnects(metrics, "closed")),
      timeout_(reconnects(metrics, "timeout")),
      auth_(reconnects(metrics, "auth")),
      limit_(reconnects(metrics, "limit")),
      other_reasons_(reconnects(metrics, "other")),
      snapshots_(metrics.add_counter("bellwether_feed_snapshot_events_total",
                                     "Latest trades and quotes fetched after a connection.")),
      polled_(metrics.add_counter("bellwether_data_polled_events_total",
                                  "Latest trades and quotes fetched while the stream was away.")),
      conflated_(metrics.add_counter("bellwether_quotes_conflated_total",
                                     "Quotes replaced by a newer one before anybody saw them.")),
      dropped_(metrics.add_counter("bellwether_queue_dropped_total",
                                   "Elements lost because a bounded queue was full.",
                                   {{"queue", "market_data"}})),
      connected_(metrics.add_gauge("bellwether_stream_connected",
                                   "1 while a stream is connected and synced.",
                                   {{"stream", "market_data"}})),
      last_message_(metrics.add_gauge("bellwether_stream_last_message_timestamp_seconds",
                                      "When the last message of a stream came.",
                                      {{"stream", "market_data"}})),
      delay_(metrics.add_histogram("bellwether_feed_delay_seconds",
                                   "From the venue's time of an event to its arrival.")) {}

void feed_meter::count(const codec_counts& now) {
  trades_.add(now.trades - seen_.trades);
  quotes_.add(now.quotes - seen_.quotes);
  bars_.add(now.bars - seen_.bars);
  statuses_.add(now.statuses - seen_.statuses);
  corrections_.add(now.corrections - seen_.corrections);
  errors_.add(now.refused + now.bad_frames - seen_.refused - seen_.bad_frames);
  others_.add(now.controls + now.unused + now.unknown_types + now.unknown_symbols - seen_.controls -
              seen_.unused - seen_.unknown_types - seen_.unknown_symbols);
  seen_ = now;
}

void feed_meter::reconnect(ec why) {
  switch (why) {
    case ec::connection_closed:
    case ec::connection_failed: closed_.add(); return;
    case ec::timed_out: timeout_.add(); return;
    case ec::auth_refused: auth_.add(); return;
    case ec::rate_limited: limit_.add(); return;
    default: other_reasons_.add();
  }
}

}  // namespace bw
