// What is asked of each symbol: the broker's word, and the daily bars. These say once a day how its
// market has been, for the record and for those who decide.

#include "actors/harden.hpp"
#include "actors/session_actor.hpp"
#include "actors/session_answers.hpp"
#include "strategies/market_trend.hpp"

namespace bw {

namespace {

/// Nobody who knows the daily bars, or no bars: the day has no record then.
past_days_report report_of(const std::string& symbol, const std::string& day,
                           const result<past_days>& days) {
  past_days_report out;
  out.symbol = cut<symbol_name>(symbol);
  if (!days) {
    log_line(log_level::warning, session_actor_state::name, "exception",
             "no daily bars of " + symbol + ": " + days.failure().text());
    return out;
  }
  out.average_volume = days->average_volume;
  out.trend = trend_record_of(out.symbol, day, days->closes);
  return out;
}

}  // namespace

/// The broker's word first; what the daily bars say is added where somebody knows them. Not knowing
/// it is no failure here: the gate decides what an unknown volume or regime means.
void session_actor_state::ask_asset(const std::string& symbol) {
  const session_actor to{self};
  const auto pass_on = to_session<asset_report>(to, [](asset_report x) { return x; });
  const auto before = args->calendar.new_york_date(time->at(args->time->mono_now()));
  args->gateway->asset(symbol, [pass_on, to, before, on = trend_day(),
                                days = args->past_days](result<asset_report> answer) {
    if (!answer || !days) return pass_on(std::move(answer));
    const auto of = answer->symbol.str();
    days(of, before, [pass_on, to, of, on, asset = std::move(*answer)](auto past) mutable {
      auto known = report_of(of, on, past);
      asset.average_volume = known.average_volume;
      post_to(to, std::move(known));
      pass_on(std::move(asset));
    });
  });
}

void session_actor_state::ask_days_again(mono_ns now) {
  if (days_due.empty() && !days_missing.empty() && now - days_at >= days_again) {
    days_at = now;
    days_due.assign(days_missing.begin(), days_missing.end());
  }
  if (days_due.empty()) return;
  const auto symbol = std::move(days_due.back());
  days_due.pop_back();
  args->past_days(symbol, args->calendar.new_york_date(time->at(now)),
                  [to = session_actor{self}, symbol, on = trend_day()](result<past_days> past) {
                    post_to(to, report_of(symbol, on, past));
                  });
}

void session_actor_state::on_past_days(const past_days_report& x) {
  const auto symbol = x.symbol.str();
  if (!x.trend) {
    if (days_missing.empty()) days_at = args->time->mono_now();
    days_missing.insert(symbol);
    return;
  }
  const bool was_missing = days_missing.erase(symbol) > 0;
  if (const auto asset = assets.find(x.symbol); was_missing && asset != assets.end()) {
    asset->second.average_volume = x.average_volume;
    tell(self, members.gate, asset->second);
  }
  auto& newest = trends[x.symbol];
  // Asked for before midnight, or known already: a day has one record.
  if (x.trend->day != day || newest.day == day) return;
  newest = *x.trend;
  note(newest);
  for (std::uint32_t k = 0; k < args->symbols.size(); ++k)
    if (args->symbols[k] == symbol) tell_trend(symbol_id{k});
}

std::string session_actor_state::trend_day() const {
  const auto& days = args->calendar;
  const auto today = days.new_york_date(time->at(args->time->mono_now()));
  const auto session = days.current_or_next(days.utc_from_new_york(today, std::chrono::minutes{0}));
  return format_date(session ? session->date : today);
}

void session_actor_state::look_at_day(mono_ns now) {
  auto next = trend_day();
  if (next == day) return;
  day = std::move(next);
  for (std::uint32_t k = 0; k < args->symbols.size(); ++k) tell_trend(symbol_id{k});
  begin_asset_round(now);
}

/// Whoever is new has to know; of a symbol that is unknown everybody takes that for granted.
void session_actor_state::tell_trends() {
  for (std::uint32_t k = 0; k < args->symbols.size(); ++k) {
    const auto known = trends.find(cut<symbol_name>(args->symbols[k]));
    if (known != trends.end() && known->second.day == day) tell_trend(symbol_id{k});
  }
}

void session_actor_state::tell_trend(symbol_id symbol) {
  const auto& text = args->symbols[symbol.value];
  const auto known = trends.find(cut<symbol_name>(text));
  symbol_trend now{symbol, {}};
  if (known != trends.end() && known->second.day == day) now.trend = known->second.trend;
  regimes->show(text, now.trend.regime);
  tell(self, members.gate, now);
  if (symbol.value < members.strategies.size()) tell(self, members.strategies[symbol.value], now);
}

}  // namespace bw
