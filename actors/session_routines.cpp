// What happens before the open, at it, before the close and after it, beside trading itself.

#include <memory>

#include "actors/harden.hpp"
#include "actors/session_actor.hpp"

namespace bw {

namespace {

constexpr std::chrono::seconds answer_within{2};
/// Symbols that one alert names; the rest is counted.
constexpr std::size_t named_max = 10;

/// What the answers of many come to.
struct round_of_answers {
  std::size_t awaited = 0;
  std::size_t concerned = 0;
  std::string names;
};

}  // namespace

/// The broker is asked again what holds today: its clock, its calendar, and of each symbol whether
/// it can be traded. Whoever has not seen enough of the past is named while there is time.
void session_actor_state::before_open() {
  ask_clock();
  ask_calendar();
  begin_asset_round(args->time->mono_now());
  look_for_cold_symbols();
}

/// A change of the strategies that nobody told of is found before the first entry.
void session_actor_state::at_open() {
  if (args->at_open) args->at_open();
  look_for_cold_symbols();
}

void session_actor_state::look_for_cold_symbols() {
  look_at_strategies(alert_level::warning, "not_warm",
                     "not enough bars have been seen, so nothing is entered",
                     [](const strategy_view& x) { return !x.warm; });
}

/// From here on the gate lets no entry pass but those of strategies that keep positions over night;
/// what is open would still fill.
void session_actor_state::end_intraday_entries() {
  tell(self, members.router, atom::cancel_all_v, atom::intraday_v);
}

void session_actor_state::end_entries() {
  tell(self, members.router, atom::cancel_all_v, atom::entries_v);
}

/// What is still held stays over night: it has to be covered by stops at the broker. The books of
/// the day are the RECONCILIATION's business, which hears of the close itself.
void session_actor_state::after_close() {
  end_entries();
  ask_clock();
  ask_calendar();
  look_at_strategies(alert_level::critical, "overnight_uncovered",
                     "held over night without a stop at the broker", [](const strategy_view& x) {
                       quantity held;
                       for (const auto& each : x.positions) held += each.qty;
                       return x.covered < held;
                     });
}

void session_actor_state::look_at_strategies(alert_level level, const char* code, const char* what,
                                             std::function<bool(const strategy_view&)> concerns) {
  const auto round = std::make_shared<round_of_answers>();
  for (const auto& each : members.strategies) round->awaited += each ? 1 : 0;
  const auto finish = [this, round, level, code, what] {
    if (--round->awaited > 0 || round->concerned == 0) return;
    auto text = round->names + ": " + what;
    if (round->concerned > named_max)
      text = std::to_string(round->concerned) + " symbols, among them " + text;
    log_line(level == alert_level::critical ? log_level::critical : log_level::warning, name, code,
             text);
    note(alert_record{level, code, {}, text});
  };
  for (std::size_t k = 0; k < members.strategies.size(); ++k) {
    if (!members.strategies[k]) continue;
    const auto take = [this, round, k, concerns](const strategy_view& x) {
      if (!concerns(x) || round->concerned++ >= named_max) return;
      if (k < args->symbols.size())
        round->names += (round->names.empty() ? "" : ", ") + args->symbols[k];
    };
    ask(self, answer_within, members.strategies[k], atom::view_v)
        .then(
            [take, finish](const strategy_view& x) {
              take(x);
              finish();
            },
            // Whoever does not answer is the supervisor's business.
            [finish](const caf::error&) { finish(); });
  }
}

}  // namespace bw
