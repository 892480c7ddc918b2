#include "domain/rollout.hpp"

#include <array>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr std::int64_t one_in_bp = 10'000;
constexpr std::array<std::string_view, 4> words{"shadow", "canary", "full", "rolled_back"};

rollout_state moved(rollout_state from, rollout_stage to, std::string cause) {
  from.stage = to;
  from.sessions = from.signals = 0;
  from.cause = std::move(cause);
  if (to == rollout_stage::canary) from.trades = {};
  return from;
}

rollout_state taken_back(rollout_state from, std::string cause) {
  return moved(std::move(from), rollout_stage::rolled_back, std::move(cause));
}

/// Why the canary's results so far are not good enough; empty when they are.
std::string worse_than_allowed(const rollout_state& state, const rollout_options& options) {
  const auto bound = basis_points_floor(options.canary_budget, options.loss_bp);
  if (state.trades.result < -bound)
    return "the canary lost " + (-state.trades.result).text() + " USD, more than " + bound.text();
  if (state.trades.trades < options.trades_least) return {};
  const auto now = state.trades.result_bp().value_or(0);
  const auto then = state.before.result_bp().value_or(0);
  if (now >= then - options.worse_bp) return {};
  return "trades earn " + std::to_string(now) + " bp of their value, before it were " +
         std::to_string(then) + " bp, and at most " + std::to_string(options.worse_bp) +
         " bp less are allowed";
}

}  // namespace

std::string_view to_string(rollout_stage x) noexcept {
  return words[static_cast<std::size_t>(x) - 1];
}

result<rollout_stage> parse_rollout_stage(std::string_view text) {
  for (std::size_t k = 0; k < words.size(); ++k)
    if (words[k] == text) return static_cast<rollout_stage>(k + 1);
  return {ec::parse_failed, "there is no stage '" + std::string{text.substr(0, 40)} + "'"};
}

trade_sum& trade_sum::operator+=(const trade_sum& x) {
  trades += x.trades;
  value += x.value;
  result += x.result;
  return *this;
}

std::optional<std::int64_t> trade_sum::result_bp() const {
  if (trades == 0 || !value.is_positive()) return std::nullopt;
  const auto parts = divide_floor(static_cast<int128>(result.units()) * one_in_bp, value.units());
  return static_cast<std::int64_t>(parts);
}

rollout_state after_session(rollout_state state, const rollout_options& options,
                            const rollout_session& session) {
  if (is_over(state.stage) || session.day <= state.last_day) return state;
  state.last_day = session.day;
  if (!session.breach.empty()) return taken_back(std::move(state), session.breach);
  ++state.sessions;
  state.signals += session.signals;
  if (state.stage == rollout_stage::canary) state.trades += session.trades;

  if (state.stage == rollout_stage::canary)
    if (auto why = worse_than_allowed(state, options); !why.empty())
      return taken_back(std::move(state), std::move(why));
  const bool shadow = state.stage == rollout_stage::shadow;
  const bool enough =
      shadow ? state.signals >= options.signals_least : state.trades.trades >= options.trades_least;
  const auto wanted = shadow ? options.shadow_sessions : options.canary_sessions;
  if (state.sessions >= wanted && enough) {
    auto cause = std::to_string(state.sessions) + " sessions without a breach";
    return moved(std::move(state), shadow ? rollout_stage::canary : rollout_stage::full,
                 std::move(cause));
  }
  if (state.sessions < options.sessions_most) return state;
  return taken_back(std::move(state), "after " + std::to_string(options.sessions_most) +
                                          " sessions there are too few " +
                                          (shadow ? "signals" : "trades") + " to judge it by");
}

}  // namespace bw
