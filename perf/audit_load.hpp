#pragma once

#include <array>
#include <span>

#include "storage/audit_log.hpp"

namespace bw::perf {

/// The three records that stand in the log before an order leaves, filled as a node fills them.
class order_records {
 public:
  order_records();
  order_records(const order_records&) = delete;
  order_records& operator=(const order_records&) = delete;
  std::span<const audit_log::entry> entries() const { return entries_; }
  const order_request& request() const { return request_; }

 private:
  order_request request_;
  std::array<audit_event, 3> events_;
  std::array<audit_log::entry, 3> entries_;
};

/// An entry order as the probe's would be.
order_request sample_request();

}  // namespace bw::perf
