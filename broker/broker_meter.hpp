#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

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

/// The broker's series in the registry, all registered at once so that they show 0 from the start.
/// Written by the gateway's thread.
class broker_meter {
 public:
  explicit broker_meter(metrics_registry& metrics);

  void count(broker_call call, const net::http_outcome& outcome);
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
};

}  // namespace bw
