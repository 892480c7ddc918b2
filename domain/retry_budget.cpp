#include "domain/retry_budget.hpp"

namespace bw {
namespace {

std::int64_t second_of(mono_ns now) { return now.value / 1'000'000'000; }

}  // namespace

retry_budget::slot& retry_budget::slot_of(mono_ns now) {
  const auto second = second_of(now);
  auto& out = slots_[static_cast<std::size_t>(second) % seconds_kept];
  if (out.second != second) out = {second, 0, 0};
  return out;
}

void retry_budget::on_call(mono_ns now) { ++slot_of(now).calls; }

bool retry_budget::try_retry(mono_ns now) {
  auto& mine = slot_of(now);
  std::uint64_t calls = 0;
  std::uint64_t retries = 0;
  for (const auto& each : slots_) {
    if (each.second < 0 || second_of(now) - each.second >= static_cast<std::int64_t>(seconds_kept))
      continue;
    calls += each.calls;
    retries += each.retries;
  }
  if ((retries + 1) * 100 > calls * percent) return false;
  ++mine.retries;
  return true;
}

}  // namespace bw
