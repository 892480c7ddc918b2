#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "core/metrics.hpp"
#include "domain/poison_guard.hpp"
#include "messages/audit.hpp"
#include "storage/binary_codec.hpp"

namespace bw {

/// Keeps messages that end a member from ending it again, over that member's restarts: its
/// supervisor starts it anew, and what it is told to warm up with may be the very message that it
/// died of. The first end is recorded with the message's bytes, the second one keeps the message
/// away and raises an alarm. Any thread; costs one atomic read as long as nothing is quarantined.
class poison_shelf {
 public:
  /// Of a message, in a record.
  static constexpr std::size_t bytes_shown_max = 256;

  /// Called by the member before it handles a message, outside of tests never: may throw, as a
  /// defect would.
  using rehearsal =
      std::function<void(std::string_view member, std::string_view kind, std::string_view bytes)>;

  /// Where records and alarms go. Before any use.
  void begin(metrics_registry& metrics, std::function<void(alert_record)> note, rehearsal rehearse);

  /// Handles `message` by `work`, or keeps it away. What `work` throws goes on, recorded.
  template <class Message, class Work>
  void guard(std::string_view member, const Message& message, Work work) {
    const bool looks = rehearse_ || watches_.load(std::memory_order_acquire);
    if (looks && refuses(member, kind_of(message), bytes_of(message))) return;
    try {
      if (rehearse_) rehearse_(member, kind_of(message), bytes_of(message));
      work();
    } catch (const std::exception& thrown) {
      on_end(member, kind_of(message), bytes_of(message), thrown.what());
      throw;
    } catch (...) {
      on_end(member, kind_of(message), bytes_of(message), "an exception of unknown type");
      throw;
    }
  }

 private:
  static std::string_view kind_of(const quote&) { return "quote"; }
  static std::string_view kind_of(const trade&) { return "trade"; }
  static std::string_view kind_of(const bar&) { return "bar"; }
  static std::string_view kind_of(const trading_status&) { return "trading_status"; }
  static std::string_view kind_of(const order_report&) { return "order_report"; }
  static std::string_view kind_of(const order_denied&) { return "order_denied"; }

  /// The content alone: when it came and through whom differs each time.
  template <class Message>
  static std::string bytes_of(Message x) {
    if constexpr (requires { x.received; }) x.received = {};
    if constexpr (requires { x.passed_on; }) x.passed_on = {};
    if constexpr (requires { x.trace; }) x.trace = {};
    if constexpr (requires { x.origin; }) x.origin = {};
    std::string out;
    binary_writer{out}.value(x);
    return out;
  }

  bool refuses(std::string_view member, std::string_view kind, std::string_view bytes);
  void on_end(std::string_view member, std::string_view kind, std::string_view bytes,
              std::string_view why);

  std::mutex mutex_;
  poison_guard guard_;
  std::atomic<bool> watches_{false};
  std::function<void(alert_record)> note_;
  rehearsal rehearse_;
  counter* ends_ = nullptr;
  counter* quarantined_ = nullptr;
  counter* refused_ = nullptr;
};

}  // namespace bw
