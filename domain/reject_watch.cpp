#include "domain/reject_watch.hpp"

#include <algorithm>

namespace bw {
namespace {

/// The broker has said yes to it.
bool is_taken(order_state state) {
  return state == order_state::accepted || state == order_state::working ||
         state == order_state::partial || state == order_state::filled;
}

}  // namespace

bool reject_watch::is_counted(order_id order) const {
  return std::find(counted_.begin(), counted_.end(), order) != counted_.end();
}

reject_level reject_watch::on_report(const order_report& report, mono_ns now) {
  const bool rejected = report.state == order_state::rejected;
  if ((!rejected && !is_taken(report.state)) || is_counted(report.request.order))
    return reject_level::none;
  counted_.push_back(report.request.order);
  if (counted_.size() > orders_max) counted_.pop_front();
  answers_.push_back(rejected);
  if (answers_.size() > looked_at) answers_.pop_front();
  if (!rejected) {
    in_row_ = 0;
    return reject_level::none;
  }
  rejects_.push_back(now);
  if (rejects_.size() > limits_.most) rejects_.pop_front();
  if (++in_row_ >= limits_.in_row) return reject_level::halt;
  const auto among = std::count(answers_.begin(), answers_.end(), true) * 10'000;
  const bool too_large_a_share = answers_.size() == looked_at &&
                                 among > limits_.share_bp * static_cast<std::int64_t>(looked_at);
  const bool too_many = rejects_.size() == limits_.most && now - rejects_.front() <= limits_.period;
  return too_many || too_large_a_share ? reject_level::narrow : reject_level::none;
}

bool reject_watch::is_clean(mono_ns now) {
  while (!rejects_.empty() && now - rejects_.front() > limits_.period) rejects_.pop_front();
  return rejects_.empty();
}

}  // namespace bw
