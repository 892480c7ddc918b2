#include "domain/stop_keeper.hpp"

#include <algorithm>

namespace bw {
namespace {

constexpr std::int64_t one_in_bp = 10'000;

}  // namespace

std::string_view to_string(protective_stop x) noexcept {
  switch (x) {
    case protective_stop::resting: return "resting";
    case protective_stop::node: return "node";
  }
  return "invalid";
}

bool is_a_step_up(price at, price wanted, std::int64_t step_bp) {
  return static_cast<int128>(wanted.units()) * one_in_bp >=
         static_cast<int128>(at.units()) * (one_in_bp + step_bp);
}

quantity covered_by(const resting_stop* stops, std::size_t count) {
  quantity sum;
  for (std::size_t k = 0; k < count; ++k) sum += stops[k].remaining;
  return sum;
}

stop_step keep_stop(const stop_keeper_options& options, const stop_scene& scene, mono_ns now) {
  if (options.kind != protective_stop::resting || scene.occupied) return {};
  const auto* const end = scene.stops + scene.stop_count;
  // One that is being taken back still holds its shares: nothing can be placed for them yet, and
  // nothing else is begun meanwhile.
  const auto is_on_the_way = [](const resting_stop& x) { return x.leaving || x.being_replaced; };
  if (std::any_of(scene.stops, end, is_on_the_way)) return {};
  const auto covered = covered_by(scene.stops, scene.stop_count);
  const auto take_back = [](const resting_stop& x, bool moves) {
    return stop_step{stop_step::kind::take_back, {}, {}, x.order, moves};
  };
  if (covered > scene.position) {
    // A stop without shares would open a short position.
    for (const auto* x = scene.stops; x != end; ++x)
      if (x->order != order_id{}) return take_back(*x, false);
    return {};
  }
  if (!scene.position.is_positive() || !scene.wanted.is_positive() || scene.halted) return {};
  if (covered < scene.position) {
    // Through the stop already: the broker would refuse it, and the position is closed instead.
    const bool through = scene.bid.is_positive() && scene.bid <= scene.wanted;
    if (through || now < scene.not_before) return {};
    return {stop_step::kind::place, scene.position - covered, scene.wanted, {}, false};
  }
  if (scene.moved_at && now - *scene.moved_at < options.step_interval) return {};
  if (now < scene.not_before) return {};
  // Where the stop was to go lies behind the market by now: moving it would leave nothing there.
  if (scene.bid.is_positive() && scene.bid <= scene.wanted) return {};
  for (const auto* x = scene.stops; x != end; ++x)
    // Without a price it is no stop of ours to move, such as one that trails by itself.
    if (x->order != order_id{} && x->at.is_positive() &&
        is_a_step_up(x->at, scene.wanted, options.step_bp)) {
      if (!x->replaceable) return take_back(*x, true);
      return {stop_step::kind::replace, x->remaining, scene.wanted, x->order, true};
    }
  return {};
}

}  // namespace bw
