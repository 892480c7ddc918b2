#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "broker/unknown_parts.hpp"
#include "core/metrics.hpp"
#include "net/http_client.hpp"

namespace bw {

/// The broker's requests, as they are named in metrics.
enum class broker_call : std::uint8_t {
  submit = 1,
  cancel,
  cancel_all,
  account,
  positions,
  orders,
  order,
  clock,
  calendar,
  asset,
  activities,
};
inline constexpr std::size_t broker_call_count = 11;
std::string_view to_string(broker_call call) noexcept;

/// What a request came to, as the label of a metric: "2xx", "403", "timeout", "not_sent", …
std::string_view code_label(const net::http_outcome& outcome);

/// Tells of what answers hold that nobody here knows: counts it, and logs each name once.
class unknown_meter {
 public:
  /// `source`: "rest" or "stream".
  unknown_meter(metrics_registry& metrics, std::string_view source);
  /// What a reader has met since it was made.
  void note(const unknown_parts& all);

 private:
  counter& fields_;
  counter& words_;
  counter& values_;
  std::uint64_t fields_seen_ = 0;
  std::uint64_t words_seen_ = 0;
  std::uint64_t values_seen_ = 0;
  std::size_t names_seen_ = 0;
};

/// The broker's series in the registry, all registered at once so that they show 0 from the start.
/// Written by the gateway's thread.
class broker_meter {
 public:
  explicit broker_meter(metrics_registry& metrics);

  void count(broker_call call, const net::http_outcome& outcome);
  void unknown(const unknown_parts& all) { unknown_.note(all); }
  void acknowledged(nanoseconds after_sending) { ack_.record(after_sending); }

 private:
  static constexpr std::size_t code_count = 12;
  static constexpr std::array<std::string_view, code_count> codes = {
      "2xx", "401", "403",   "404",     "422",    "429",
      "4xx", "5xx", "other", "timeout", "failed", "not_sent"};

  friend std::string_view code_label(const net::http_outcome& outcome);

  struct series {
    std::array<counter*, code_count> by_code{};
    histogram* duration = nullptr;
  };
  std::array<series, broker_call_count> calls_;
  histogram& ack_;
  gauge& remaining_;
  unknown_meter unknown_;
};

}  // namespace bw
