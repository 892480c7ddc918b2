#include "domain/value_windows.hpp"

namespace bw {

money saturating_sum(money a, money b) { return b > money::max() - a ? money::max() : a + b; }

void value_windows::window::add(const entry& x) {
  while (!sent.empty() && x.at - sent.front().at >= length) {
    total -= sent.front().value;
    sent.pop_front();
  }
  if (sent.size() >= orders_max) {
    const auto oldest = sent.front().value;
    sent.pop_front();
    sent.front().value += oldest;  // Both are parts of `total`.
  }
  // What does not fit any more is left out of the entry too, so that the sums stay equal.
  const auto before = total;
  total = saturating_sum(total, x.value);
  sent.push_back({x.at, total - before});
}

money value_windows::window::sum(mono_ns now) const {
  auto out = total;
  for (const auto& each : sent) {
    if (now - each.at < length) break;
    out -= each.value;
  }
  return out;
}

void value_windows::on_sent(money value, mono_ns now) {
  second_.add({now, value});
  minute_.add({now, value});
  day_ = saturating_sum(day_, value);
}

}  // namespace bw
