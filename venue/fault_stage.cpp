#include "venue/fault_stage.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "core/log.hpp"
#include "venue/fault_text.hpp"

namespace bw::venue {
namespace {

constexpr std::uint16_t cut = 0;

/// The thread does nothing, as that of a stopped process.
void stand_still(nanoseconds lasting) {
  std::mutex mutex;
  std::condition_variable nobody_calls;
  std::unique_lock lock{mutex};
  nobody_calls.wait_for(lock, lasting, [] { return false; });
}

std::string_view symbol_of(const market_event& event, const std::vector<listed_symbol>& symbols) {
  return std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.symbol; }) {
          if (x.symbol.value < symbols.size())
            return std::string_view{symbols[x.symbol.value].symbol};
        }
        return std::string_view{};
      },
      event);
}

/// What is said afterwards of a trade that has been told.
trade mended(const trade& told, const fault_rule& rule) {
  auto out = told;
  if (rule.what == fault_action::cancel) {
    out.origin = tick_origin::cancellation;
    return out;
  }
  out.origin = tick_origin::correction;
  out.last = round_to_tick_nearest(shift_basis_points(told.last, rule.shift_bp));
  return out;
}

}  // namespace

fault_stage::fault_stage(fault_script script, net::io_loop& loop, const scaled_clock& market,
                         venue_outlet& outlet, levers with)
    : plan_(std::move(script)),
      loop_(loop),
      market_(market),
      outlet_(outlet),
      levers_(std::move(with)) {}

fault_time fault_stage::now() const {
  return {machine_.mono_now() - machine_start_, market_.utc_now() - market_start_};
}

void fault_stage::begin(fault_begin what) {
  if (begun_ || what != plan_.script().begin) return;
  begun_ = true;
  machine_start_ = machine_.mono_now();
  market_start_ = market_.utc_now();
}

std::optional<fault_hit> fault_stage::ask(const fault_event& event) {
  if (!begun_ || stopped_) return std::nullopt;
  auto out = plan_.ask(event, now());
  if (out) acted();
  return out;
}

void fault_stage::acted() { last_acted_ = machine_.mono_now(); }

void fault_stage::look() {
  if (!begun_ || stopped_) return;
  for (const auto& hit : plan_.due(now())) {
    acted();
    act(hit);
  }
  if (!was_over_ && plan_.is_over(now())) {
    was_over_ = true;
    acted();
    log_line(log_level::info, "venue", "faults_over", "the fault script has come to its end");
  }
}

void fault_stage::act(const fault_hit& hit) {
  const auto& rule = *hit.rule;
  log_line(log_level::info, "venue", "fault",
           std::string{to_string(rule.what)} + (rule.name.empty() ? "" : ": " + rule.name));
  switch (rule.what) {
    case fault_action::close: levers_.close_streams(rule.streams); return;
    case fault_action::refuse: levers_.refuse(rule.lasting); return;
    case fault_action::stand_still: stand_still(rule.lasting); return acted();
    case fault_action::clock_step: levers_.step_clock(rule.by); return;
    case fault_action::act:
      for (std::uint32_t n = 1; n <= rule.times; ++n)
        levers_.act({rule.method, fill_in(rule.path, n), {}, fill_in(rule.body, n)});
      return acted();
    default: return;
  }
}

void fault_stage::after(nanoseconds delay, std::function<void()> work) {
  const auto id = next_timer_++;
  timers_[id] = loop_.after(delay, [weak = weak_from_this(), id, work = std::move(work)] {
    const auto self = weak.lock();
    if (!self || self->stopped_) return;
    // The handle keeps this call alive until it has returned.
    const auto held = std::move(self->timers_[id]);
    self->timers_.erase(id);
    work();
  });
}

net::http_response fault_stage::other_answer(const fault_rule& rule) const {
  net::http_response out;
  if (rule.what == fault_action::rate_limit) {
    constexpr std::int64_t second = 1'000'000'000;
    out.status = 429;
    out.body = R"({"code":42910000,"message":"rate limit exceeded"})";
    const auto reset = (market_.utc_now() + rule.lasting).value / second + 1;
    out.headers = {{"Content-Type", "application/json"},
                   {"X-RateLimit-Limit", "200"},
                   {"X-RateLimit-Remaining", "0"},
                   {"X-RateLimit-Reset", std::to_string(reset)}};
    return out;
  }
  out.status = rule.code;
  out.body = rule.body;
  for (const auto& each : rule.headers) out.headers.push_back(each);
  if (net::find_header(out.headers, "Content-Type").empty())
    out.headers.emplace_back("Content-Type",
                             rule.body.starts_with('{') ? "application/json" : "text/html");
  return out;
}

void fault_stage::serve(const net::http_request& request, const net::responder& answer,
                        std::function<net::http_response()> apply) {
  const auto path = net::parse_target(request.target).path;
  const auto hit = ask({fault_point::request, request.method, path, request.body, {}});
  if (!hit) return outlet_.answer(answer, apply());
  const auto& rule = *hit->rule;
  const bool full = hung_.size() + timers_.size() >= held_max;
  net::http_response nothing;
  nothing.status = cut;
  switch (rule.what) {
    case fault_action::lose_answer: apply(); [[fallthrough]];
    case fault_action::drop: return outlet_.answer(answer, nothing);
    case fault_action::delay: {
      auto own = apply();
      if (full) return outlet_.answer(answer, std::move(own));
      return after(hit->delay, [this, answer, own] { outlet_.answer(answer, own); });
    }
    case fault_action::delay_request:
      if (full) return outlet_.answer(answer, apply());
      return after(hit->delay, [this, answer, apply] { outlet_.answer(answer, apply()); });
    case fault_action::hang:
      if (rule.applied) apply();
      if (full) return outlet_.answer(answer, nothing);
      return hung_.push_back(answer);
    case fault_action::status:
    case fault_action::rate_limit:
      if (rule.applied) apply();
      return outlet_.answer(answer, other_answer(rule));
    default: {
      auto own = apply();
      own.body = spoil(rule, own.body, hit->dice);
      return outlet_.answer(answer, std::move(own));
    }
  }
}

std::optional<net::http_response> fault_stage::refuse_upgrade(const net::http_request& request) {
  const auto path = net::parse_target(request.target).path;
  const auto hit = ask({fault_point::connect, request.method, path, {}, {}});
  if (!hit) return std::nullopt;
  if (hit->rule->what == fault_action::status) return other_answer(*hit->rule);
  net::http_response nothing;
  nothing.status = cut;
  return nothing;
}

void fault_stage::send(const std::shared_ptr<net::ws_session>& to,
                       std::shared_ptr<const std::string> payload, net::frame_kind kind,
                       stream_kind stream) {
  const auto at =
      stream == stream_kind::trade ? fault_point::trade_message : fault_point::data_message;
  const auto hit = ask({at, {}, {}, *payload, {}});
  const auto pass = [&] {
    outlet_.write(*to, payload, kind);
    overtaken(to);
  };
  if (!hit) return pass();
  const auto& rule = *hit->rule;
  switch (rule.what) {
    case fault_action::drop: return;
    case fault_action::delay:
      if (timers_.size() >= held_max) return pass();
      return after(hit->delay, [this, weak = std::weak_ptr{to}, payload, kind] {
        if (const auto alive = weak.lock()) outlet_.write(*alive, payload, kind);
      });
    case fault_action::duplicate: outlet_.write(*to, payload, kind); return pass();
    case fault_action::reorder:
      if (messages_.size() >= held_max) return pass();
      messages_.push_back({to, std::move(payload), kind, rule.behind});
      return;
    case fault_action::flip:
      outlet_.write(
          *to, payload,
          kind == net::frame_kind::text ? net::frame_kind::binary : net::frame_kind::text);
      return overtaken(to);
    case fault_action::close:
      if (rule.code != 0) return to->close(rule.code, "fault script");
      return to->abort();
    default:
      outlet_.write(*to, std::make_shared<const std::string>(spoil(rule, *payload, hit->dice)),
                    kind);
      return overtaken(to);
  }
}

/// A message has left: those that it has overtaken come nearer to their turn.
void fault_stage::overtaken(const std::shared_ptr<net::ws_session>& by) {
  if (messages_.empty()) return;
  std::vector<held_message> free;
  std::erase_if(messages_, [&](held_message& each) {
    const auto to = each.to.lock();
    if (!to) return true;
    if (to != by || --each.behind > 0) return false;
    free.push_back(std::move(each));
    return true;
  });
  for (const auto& each : free) outlet_.write(*by, each.payload, each.kind);
}

void fault_stage::filter(std::vector<market_event>& events,
                         const std::vector<listed_symbol>& symbols) {
  if (!begun_ || stopped_) return;
  std::vector<market_event> out;
  out.reserve(events.size());
  const auto tell = [&](const market_event& event) {
    out.push_back(event);
    std::erase_if(ticks_, [&](held_tick& each) {
      if (--each.behind > 0) return false;
      out.push_back(each.event);
      return true;
    });
  };
  for (const auto& event : events) {
    const auto* printed = std::get_if<trade>(&event);
    const auto hit =
        ask({fault_point::tick, {}, {}, {}, symbol_of(event, symbols), printed != nullptr});
    if (!hit) {
      tell(event);
    } else if (hit->rule->what == fault_action::correct ||
               hit->rule->what == fault_action::cancel) {
      tell(event);
      if (ticks_.size() < held_max)
        ticks_.push_back({mended(*printed, *hit->rule), hit->rule->behind});
    } else if (hit->rule->what == fault_action::duplicate) {
      tell(event);
      tell(event);
    } else if (hit->rule->what == fault_action::reorder && ticks_.size() < held_max) {
      ticks_.push_back({event, hit->rule->behind});
    }
  }
  events = std::move(out);
}

fault_progress fault_stage::progress() const {
  fault_progress out;
  out.begun = begun_;
  out.over = was_over_;
  out.tallies = plan_.tallies();
  if (last_acted_ != mono_ns{}) out.since_last = machine_.mono_now() - last_acted_;
  return out;
}

}  // namespace bw::venue
