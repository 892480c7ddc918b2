#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "core/result.hpp"
#include "perf/latency_samples.hpp"
#include "perf/result_page.hpp"
#include "perf/sink_gateway.hpp"
#include "perf/tick_source.hpp"

namespace bw::perf {

/// The way of each order, station by station: the generator's stamps, the node's own from its audit
/// log (decision and hops), and the gateway's. Nothing is added to the node to know them.
class order_stages {
 public:
  order_stages(const tick_source& source, const std::vector<sunk_order>& sunk);

  /// After the node has stopped: its log is read, and verified on the way.
  result<void> read(const std::filesystem::path& audit_folder);

  struct outcome {
    latency_samples to_verdict;
    latency_samples to_order;
    std::vector<result_row> stages;
    std::vector<std::vector<std::pair<std::string, std::int64_t>>> worst;
    /// Orders of which a station is missing.
    std::uint64_t unmatched = 0;
  };
  /// Of the triggers from `first_trigger` on; those before it were the warm-up.
  outcome tell(std::uint64_t first_trigger) const;
  std::uint64_t records() const { return records_; }

 private:
  struct stations {
    mono_ns passed_on;
    mono_ns decided;
    mono_ns checked;
    mono_ns routed;
    mono_ns logged;
    mono_ns handed;
    mono_ns ready;
  };

  const tick_source& source_;
  std::vector<stations> by_trigger_;
  std::uint64_t records_ = 0;
};

}  // namespace bw::perf
