#include "app/demo_venue.hpp"

#include "domain/session_calendar.hpp"
#include "venue/market_generator.hpp"

namespace bw {
namespace {

/// The demonstration's day, a Monday; with the seed it makes each run the same market.
constexpr calendar_date demo_day{2026, 11, 2};
constexpr std::int64_t days_before = 30;
constexpr std::int64_t days_after = 30;

}  // namespace

demo_venue::demo_venue(std::uint64_t seed, std::int64_t speed, std::string key_id,
                       std::optional<venue::fault_script> faults, demo_market_day day)
    : seed_(seed),
      speed_(speed),
      key_id_(std::move(key_id)),
      faults_(std::move(faults)),
      day_(std::move(day)) {}

demo_venue::~demo_venue() { stop(); }

result<std::uint16_t> demo_venue::start() {
  auto calendar = session_calendar::make();
  if (!calendar) return std::move(calendar).failure();
  const auto today = days_from_civil(demo_day);
  const auto days =
      calendar->sessions(civil_from_days(today - days_before), civil_from_days(today + days_after));
  venue::generator_options market;
  market.seed = seed_;
  market.start =
      day_.start ? venue::generator_start::before_open : venue::generator_start::mid_session;
  for (const auto& day : days) {
    if (day.date < demo_day) ++market.first_session;
    market.sessions.push_back({day.open, day.close});
  }
  venue::venue_options options;
  options.key_id = key_id_;
  options.speed = speed_;
  options.exchange.seed = seed_;
  options.faults = faults_;
  options.start_time = day_.start;
  options.fees_at_close = day_.fees_at_close;
  service_ = std::make_unique<venue::venue_service>(
      io_.loop(), options, venue::make_generator(std::move(market)), days,
      [zone = *calendar](utc_ns at) { return static_cast<int>(zone.offset_at(at).count() / 60); },
      time_);
  auto port = service_->start();
  if (port) io_.start();
  return port;
}

void demo_venue::lose_fill_messages(std::uint32_t count) {
  io_.loop().post([service = service_.get(), count] { service->lose_fill_messages(count); });
}

void demo_venue::stop() {
  if (!service_) return;
  io_.stop();
  service_.reset();
}

}  // namespace bw
