#include "perf/audit_load.hpp"

#include "domain/client_order_ids.hpp"
#include "perf/workload.hpp"

namespace bw::perf {

order_request sample_request() {
  order_request out;
  out.header = {trace_id{17}, measured_start(), measured_start(), mono_ns{1'000'000}};
  out.order = order_id{42};
  out.strategy = strategy_id{0};
  out.symbol = symbol_id{0};
  out.qty = quantity::from_int(1);
  out.limit = price::from_units(80'100'000'000);
  out.reference = price::from_units(80'020'000'000);
  out.planned_stop = price::from_units(78'900'000'000);
  out.planned_target = price::from_units(83'310'000'000);
  out.confidence_ppm = 1'000'000;
  out.seen_bid = price::from_units(80'000'000'000);
  out.seen_ask = price::from_units(80'020'000'000);
  out.seen_at = measured_start();
  return out;
}

order_records::order_records() : request_(sample_request()) {
  const auto client_id = make_client_order_id({7, 1, request_.order});
  const symbol_name symbol{"AAAA"};
  const short_name strategy{"probe"};
  risk_verdict verdict;
  verdict.approved = true;
  for (std::size_t k = 1; k <= risk_rule_count; ++k)
    verdict.checks.push({static_cast<risk_rule>(k), check_outcome::passed,
                         static_cast<std::int64_t>(k) * 1'000'003, 10'000'000'000});
  events_ = {intent_record{client_id, symbol, strategy, request_},
             verdict_record{client_id, symbol, strategy, request_, verdict},
             sending_record{client_id, request_.order}};
  const audit_stamp stamp{measured_start(), mono_ns{1'000'000}, trace_id{17}, short_name{"router"}};
  for (std::size_t k = 0; k < events_.size(); ++k) entries_[k] = {stamp, &events_[k]};
}

}  // namespace bw::perf
