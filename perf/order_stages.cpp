#include "perf/order_stages.hpp"

#include <algorithm>
#include <array>

#include "storage/audit_reader.hpp"

namespace bw::perf {
namespace {

/// Between each station and the next one.
constexpr std::array stage_names{"generator lag", "decode and push", "queue to market data",
                                 "strategy",      "risk gate",       "router",
                                 "audit log",     "release",         "encode"};

}  // namespace

order_stages::order_stages(const tick_source& source, const std::vector<sunk_order>& sunk)
    : source_(source), by_trigger_(source.triggers().size()) {
  for (const auto& each : sunk) {
    const auto at = source_.trigger_of(each.trace);
    if (at == tick_source::npos) continue;
    by_trigger_[at].handed = each.handed;
    by_trigger_[at].ready = each.ready;
  }
}

result<void> order_stages::read(const std::filesystem::path& audit_folder) {
  const auto reader = open_audit_reader(audit_folder);
  if (!reader) return reader.failure();
  return (*reader)->read({}, [this](const audit_record& record) {
    ++records_;
    const auto at = source_.trigger_of(record.trace);
    if (at == tick_source::npos) return true;
    auto& order = by_trigger_[at];
    if (const auto* x = std::get_if<decision_record>(&record.event)) {
      order.passed_on = x->passed_on;
      order.decided = x->decided;
    } else if (const auto* hops = std::get_if<hops_record>(&record.event)) {
      order.checked = hops->checked;
      order.routed = hops->routed;
      order.logged = hops->logged;
    }
    return true;
  });
}

order_stages::outcome order_stages::tell(std::uint64_t first_trigger) const {
  outcome out;
  const auto& triggers = source_.triggers();
  std::array<latency_samples, stage_names.size()> spans;
  struct late_order {
    std::int64_t total;
    std::size_t at;
  };
  std::vector<late_order> totals;
  const auto spans_of = [&](std::size_t k) {
    const auto& t = triggers[k];
    const auto& o = by_trigger_[k];
    const std::array<mono_ns, stage_names.size() + 1> marks{
        t.due,     t.received, t.pushed, o.passed_on, o.decided,
        o.checked, o.routed,   o.logged, o.handed,    o.ready};
    std::array<std::int64_t, stage_names.size()> each{};
    for (std::size_t s = 0; s < each.size(); ++s) each[s] = (marks[s + 1] - marks[s]).count();
    return each;
  };
  for (std::size_t k = first_trigger; k < triggers.size(); ++k) {
    const auto& o = by_trigger_[k];
    if (o.ready == mono_ns{} || o.checked == mono_ns{} || o.passed_on == mono_ns{}) {
      ++out.unmatched;
      continue;
    }
    out.to_verdict.add((o.checked - triggers[k].due).count());
    const auto total = (o.ready - triggers[k].due).count();
    out.to_order.add(total);
    totals.push_back({total, k});
    const auto each = spans_of(k);
    for (std::size_t s = 0; s < each.size(); ++s) spans[s].add(each[s]);
  }
  std::sort(totals.begin(), totals.end(),
            [](const late_order& a, const late_order& b) { return a.total > b.total; });
  const auto worst = std::min(totals.size(), std::max<std::size_t>(totals.size() / 1'000, 10));
  std::array<std::int64_t, stage_names.size()> worst_sum{};
  std::int64_t worst_total = 0;
  for (std::size_t k = 0; k < worst; ++k) {
    const auto each = spans_of(totals[k].at);
    std::vector<std::pair<std::string, std::int64_t>> line{{"total", totals[k].total}};
    for (std::size_t s = 0; s < each.size(); ++s) {
      line.emplace_back(stage_names[s], each[s]);
      worst_sum[s] += each[s];
    }
    worst_total += totals[k].total;
    out.worst.push_back(std::move(line));
  }
  for (std::size_t s = 0; s < spans.size(); ++s) {
    result_row row;
    row.name = stage_names[s];
    row.latency = spans[s].summary();
    if (worst_total > 0)
      row.figures = {{"share_of_worst_percent",
                      static_cast<double>(worst_sum[s]) * 100 / static_cast<double>(worst_total)}};
    out.stages.push_back(std::move(row));
  }
  return out;
}

}  // namespace bw::perf
