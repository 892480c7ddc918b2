#include "domain/unknown_protocol.hpp"

#include <algorithm>
#include <utility>

namespace bw {

unknown_options unknown_options::widened(std::int64_t speed) const {
  auto out = *this;
  const auto widen = [speed](nanoseconds& wait) {
    wait = std::max(wait, wait * std::max<std::int64_t>(1, speed) / local_shorter);
  };
  for (auto& each : out.look_ups_at) widen(each);
  for (auto* each : {&out.look_ups_later, &out.silence_min, &out.missing_span_min, &out.list_margin,
                     &out.list_within})
    widen(*each);
  return out;
}

unknown_action unknown_protocol::step_of(const one_case& c, unknown_step step, std::string text) {
  return {step,     c.order.client_id, c.order.order, c.look_ups, c.missing_in_row,
          utc_ns{}, std::move(text)};
}

unknown_actions unknown_protocol::open(const unknown_order& order, mono_ns now) {
  const auto [at, is_new] = cases_.try_emplace(order.client_id);
  auto& c = at->second;
  c.last_byte = now;
  if (!is_new) {
    if (c.order.hint == unknown_hint::none) c.order.hint = order.hint;
    return {};
  }
  c.order = order;
  c.opened = now;
  c.stream_stood =
      !order.of_earlier_run && stream_since_.has_value() && *stream_since_ <= order.handed_over;
  c.session_passed = session_open_ > order.decided_at;
  const bool provable = c.stream_stood || c.session_passed;
  return {step_of(c, unknown_step::opened,
                  provable ? "" : "the order stream did not stand since before the send")};
}

unknown_actions unknown_protocol::close(const client_order_id& id, std::string_view how) {
  const auto at = cases_.find(id);
  if (at == cases_.end()) return {};
  unknown_actions out{step_of(at->second, unknown_step::resolved, std::string{how})};
  cases_.erase(at);
  return out;
}

nanoseconds unknown_protocol::next_look_up(const one_case& c) const {
  const auto planned = options_.look_ups_at.size();
  if (c.look_ups < planned) return options_.look_ups_at[c.look_ups];
  const auto beyond = static_cast<std::int64_t>(c.look_ups - planned + 1);
  return options_.look_ups_at.back() + options_.look_ups_later * beyond;
}

bool unknown_protocol::wants_list(const one_case& c, mono_ns now) const {
  return c.order.hint != unknown_hint::exists && (c.stream_stood || c.session_passed) &&
         watched_.size() < options_.watched_max && now - c.last_byte >= options_.silence_min &&
         c.missing_in_row >= options_.missing_min &&
         c.last_missing - c.first_missing >= options_.missing_span_min;
}

unknown_actions unknown_protocol::due(mono_ns now) {
  unknown_actions out;
  for (auto& [id, c] : cases_) {
    const auto since = now - c.opened;
    if (since >= next_look_up(c)) {
      // What was due while nobody called is not caught up: one question is as good as three.
      while (since >= next_look_up(c)) ++c.look_ups;
      out.push_back(step_of(c, unknown_step::asked));
    }
    const bool waits = c.list_asked && now - *c.list_asked < options_.list_within;
    if (waits || !wants_list(c, now)) continue;
    c.list_asked = now;
    out.push_back(step_of(c, unknown_step::list_asked));
    out.back().list_from = c.order.decided_at - options_.list_margin;
  }
  return out;
}

unknown_actions unknown_protocol::on_missing(const client_order_id& id, mono_ns requested,
                                             mono_ns now) {
  const auto at = cases_.find(id);
  // An answer to a question from before the order can have arrived there.
  if (at == cases_.end() || requested < at->second.opened) return {};
  auto& c = at->second;
  if (++c.missing_in_row == 1) c.first_missing = requested;
  c.last_missing = now;
  unknown_actions out{step_of(c, unknown_step::missing)};
  if (c.order.hint != unknown_hint::throttled) return out;
  out.push_back(step_of(c, unknown_step::refused, "throttled, and missing when it was looked up"));
  cases_.erase(at);
  return out;
}

unknown_actions unknown_protocol::on_unanswered(const client_order_id& id, std::string_view why) {
  const auto at = cases_.find(id);
  if (at == cases_.end()) return {};
  at->second.missing_in_row = 0;
  return {step_of(at->second, unknown_step::unanswered, std::string{why})};
}

unknown_actions unknown_protocol::on_list(utc_ns after, mono_ns requested,
                                          const std::vector<client_order_id>& ids, mono_ns now) {
  unknown_actions out;
  for (auto at = cases_.begin(); at != cases_.end();) {
    auto& c = at->second;
    const bool asked = c.list_asked.has_value();
    const bool covers = after <= c.order.decided_at - options_.list_margin &&
                        requested - c.last_byte >= options_.silence_min;
    const bool shown = std::binary_search(ids.begin(), ids.end(), at->first);
    if (!asked || !covers || shown || !wants_list(c, now)) {
      ++at;
      continue;
    }
    out.push_back(step_of(c, unknown_step::list_lacks));
    out.push_back(step_of(c, unknown_step::not_found, "every proof of its absence is there"));
    watch(at->first, c.order.order, c.order.decided_at);
    at = cases_.erase(at);
  }
  return out;
}

unknown_actions unknown_protocol::on_list_failed(std::string_view why) {
  unknown_actions out;
  for (const auto& [id, c] : cases_)
    if (c.list_asked) out.push_back(step_of(c, unknown_step::list_unanswered, std::string{why}));
  return out;
}

unknown_actions unknown_protocol::on_stream(bool ready, mono_ns now) {
  if (ready == stream_since_.has_value()) return {};
  stream_since_.reset();
  if (ready) stream_since_ = now;
  unknown_actions out;
  if (ready) return out;
  for (auto& [id, c] : cases_)
    if (std::exchange(c.stream_stood, false))
      out.push_back(step_of(c, unknown_step::stream_lost,
                            "absence cannot be proven before the next session"));
  return out;
}

unknown_actions unknown_protocol::on_session(utc_ns open) {
  if (open <= session_open_) return {};
  session_open_ = open;
  for (auto& [id, c] : cases_) c.session_passed = c.session_passed || open > c.order.decided_at;
  unknown_actions out;
  for (auto at = watched_.begin(); at != watched_.end();) {
    if (at->second.decided_at >= open) {
      ++at;
      continue;
    }
    out.push_back({unknown_step::watch_ended, at->first, at->second.order, 0, 0, utc_ns{},
                   "a new session began"});
    at = watched_.erase(at);
  }
  return out;
}

void unknown_protocol::watch(const client_order_id& id, order_id order, utc_ns decided_at) {
  if (watched_.size() < options_.watched_max) watched_[id] = {order, decided_at};
}

unknown_actions unknown_protocol::on_appearance(const client_order_id& id, std::string_view where) {
  const auto at = watched_.find(id);
  if (at == watched_.end()) return {};
  unknown_actions out{
      {unknown_step::late_appearance, id, at->second.order, 0, 0, utc_ns{}, std::string{where}}};
  watched_.erase(at);
  return out;
}

}  // namespace bw
