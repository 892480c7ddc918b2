#include "domain/stuck_orders.hpp"

namespace bw {

void stuck_orders::on_session(const session_state& x) {
  if (x.close == utc_ns{}) return;
  // The broker's calendar may move the end of a session that is known already.
  if (x.open == sessions_[1].open) sessions_[1].close = x.close;
  if (x.close <= sessions_[1].close) return;
  sessions_ = {sessions_[1], {x.open, x.close}};
}

std::optional<utc_ns> stuck_orders::end_of(const order_request& x) const {
  const auto made = x.header.ts_init;
  const auto first_after = [&](utc_ns session::*which) -> std::optional<utc_ns> {
    for (const auto& each : sessions_)
      if (each.*which > made) return each.*which;
    return std::nullopt;
  };
  switch (x.tif) {
    case time_in_force::gtc: return std::nullopt;
    case time_in_force::ioc:
    case time_in_force::fok: return made;
    case time_in_force::opg: return first_after(&session::open);
    case time_in_force::day:
    case time_in_force::cls: return first_after(&session::close);
  }
  return std::nullopt;
}

stuck_orders::step stuck_orders::next(const order_request& x, utc_ns now) {
  const auto end = end_of(x);
  if (!end || now - *end < grace) return step::none;
  const auto [asked, is_new] = asked_.try_emplace(x.order, question{now});
  if (is_new) return step::ask;
  if (asked->second.cancelled || now - asked->second.at < answer_within) return step::none;
  asked->second.cancelled = true;
  return step::cancel;
}

}  // namespace bw
