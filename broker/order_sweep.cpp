#include "broker/order_sweep.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "domain/order_keeping.hpp"

namespace bw {
namespace {

class order_sweep : public std::enable_shared_from_this<order_sweep> {
 public:
  order_sweep(broker_gateway& gateway, net::io_loop& loop, sweep_options options,
              sweep_events events)
      : gateway_(gateway),
        loop_(loop),
        options_(options),
        events_(std::move(events)),
        began_(time_.mono_now()) {}

  void begin() {
    if (options_.what == sweep_what::not_reducing) return look();
    gateway_.cancel_all([self = shared_from_this()](result<std::uint32_t> asked) {
      if (asked)
        self->report_.cancels_asked += *asked;
      else
        self->report_.failure = asked.failure().text();
      self->look();
    });
    report_.first_request = age();
  }

 private:
  nanoseconds age() const { return time_.mono_now() - began_; }

  void look() {
    if (options_.what == sweep_what::everything) return ask_orders();
    // Positions before orders: a fill in between makes an order look too large for the position,
    // which takes away one too many, and never leaves one too many.
    gateway_.positions([self = shared_from_this()](result<std::vector<position_report>> held) {
      if (!held) return self->failed(held.failure());
      self->report_.positions = std::move(*held);
      self->ask_orders();
    });
  }

  void ask_orders() {
    gateway_.open_orders([self = shared_from_this()](result<std::vector<open_order_report>> open) {
      if (!open) return self->failed(open.failure());
      self->judge(std::move(*open));
    });
  }

  void judge(std::vector<open_order_report> open) {
    report_.failure.clear();
    report_.kept.clear();
    if (options_.what == sweep_what::everything) {
      report_.open = std::move(open);
    } else {
      report_.open = not_risk_reducing(report_.positions, open);
      for (const auto& x : open)
        if (std::none_of(report_.open.begin(), report_.open.end(),
                         [&](const auto& gone) { return gone.venue_id == x.venue_id; }))
          report_.kept.push_back(x);
    }
    if (!report_.open.empty()) {
      clean_since_.reset();
      for (const auto& x : report_.open) cancel(x);
      return again();
    }
    if (!clean_since_) clean_since_ = age();
    if (age() - *clean_since_ >= options_.settle) return end(true);
    again();
  }

  void cancel(const open_order_report& x) {
    const auto now = time_.mono_now();
    auto& asked = asked_[x.venue_id];
    // The request that named every order asked for this one a moment ago.
    const bool just_asked = options_.what == sweep_what::everything && asked == mono_ns{} &&
                            age() < options_.repeat_after && report_.cancels_asked > 0;
    if (just_asked || (asked != mono_ns{} && now - asked < options_.repeat_after)) return;
    asked = now;
    ++report_.cancels_asked;
    if (report_.first_request == nanoseconds{}) report_.first_request = age();
    gateway_.cancel({order_id{}, x.client_id, x.venue_id});
  }

  void failed(const error& why) {
    report_.failure = why.text();
    again();
  }

  void again() {
    report_.took = age();
    const bool late = report_.took >= options_.alarm_after && !clean_since_;
    if (late && !std::exchange(alarmed_, true) && events_.on_alarm) events_.on_alarm(report_);
    if (report_.took >= options_.give_up_after) return end(clean_since_.has_value());
    next_look_ = loop_.after(options_.look_every, [self = shared_from_this()] { self->look(); });
  }

  void end(bool clean) {
    report_.clean = clean;
    report_.took = clean ? *clean_since_ : age();
    next_look_.reset();
    if (events_.on_end) events_.on_end(std::move(report_));
  }

  broker_gateway& gateway_;
  net::io_loop& loop_;
  const sweep_options options_;
  sweep_events events_;
  system_clock time_;
  mono_ns began_;
  sweep_report report_;
  /// When each order's own cancel was last sent; as many as were ever seen open.
  std::map<venue_order_id, mono_ns> asked_;
  std::optional<nanoseconds> clean_since_;
  bool alarmed_ = false;
  std::shared_ptr<net::io_loop::timer> next_look_;
};

}  // namespace

void sweep_orders(broker_gateway& gateway, net::io_loop& loop, sweep_options options,
                  sweep_events events) {
  std::make_shared<order_sweep>(gateway, loop, options, std::move(events))->begin();
}

}  // namespace bw
