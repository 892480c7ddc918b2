// How positions are closed on a person's word or a rule's: what is recorded, when it begins, how
// often it is wanted anew, and when somebody has to hear that it did not come to an end.

#include <utility>

#include "actors/harden.hpp"
#include "actors/risk_gate_actor.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds broker_view_within{1};

}  // namespace

bool risk_gate_state::is_market_open() const {
  const auto phase = desk->session().phase;
  return phase != session_phase::closed && phase != session_phase::unknown;
}

std::uint32_t risk_gate_state::held_symbols() const {
  return static_cast<std::uint32_t>(desk->positions().held());
}

void risk_gate_state::flatten(const char* why) {
  is_market_open() ? begin_flatten(why) : queue_flatten(why);
}

operator_record risk_gate_state::flatten(const flatten_request& x, operator_record who) {
  if (x.symbol != no_symbol) return close_one(x.symbol, std::move(who));
  const auto why = who.who + ": " + who.why;
  if (x.wish == flatten_wish::withdraw) {
    who.accepted = withdraw_flatten(why);
    who.answer = who.accepted                             ? "nothing is closed at the open"
                 : closing.stage() == flatten_stage::none ? "nothing waits for the open"
                                                          : "positions are being closed already";
    return who;
  }
  const bool open = is_market_open();
  if (!open && x.wish == flatten_wish::now) {
    const auto opens = desk->session().open;
    who.answer = "the market is closed";
    if (opens != utc_ns{}) who.answer += " until " + format_rfc3339(opens);
    who.answer += "; nothing was done. flatten --at-open closes everything then";
    return who;
  }
  halt({halt_reason::operator_halt, cut<short_text>("flatten by " + why)});
  if (args.permit_closing) args.permit_closing();
  open ? begin_flatten(why) : queue_flatten(why);
  who.accepted = true;
  who.answer = open ? "every position is being closed; entries stay halted"
                    : "every position is closed at the next open; entries stay halted";
  return who;
}

/// The others go on. While trading is halted it passes as a flatten does.
operator_record risk_gate_state::close_one(symbol_id symbol, operator_record who) {
  if (!is_market_open()) {
    who.answer = "the market is closed; nothing was done";
    return who;
  }
  if (desk->positions().of(symbol).qty().is_zero()) {
    who.answer = "the node holds nothing of it";
    return who;
  }
  note(flatten_input{});
  desk->permit_flatten();
  if (args.permit_closing) args.permit_closing();
  auto end_of_day = desk->session();
  end_of_day.phase = session_phase::flatten;
  end_of_day.closes_overnight = true;
  if (symbol.value < members.strategies.size())
    tell(self, members.strategies[symbol.value], end_of_day);
  who.accepted = true;
  who.answer = "it is being closed; its strategies enter nothing more in this session";
  return who;
}

void risk_gate_state::begin_flatten(const std::string& why) {
  closing.begin(now().mono);
  note_flatten(why);
  close_everything();
}

void risk_gate_state::queue_flatten(const std::string& why) {
  closing.queue();
  note_flatten(why);
}

bool risk_gate_state::withdraw_flatten(const std::string& why) {
  const bool waited = closing.withdraw();
  if (waited) note_flatten(why);
  return waited;
}

/// Carried out each time: positions may have come since, and whoever began anew has forgotten it.
/// A new session takes the permission back, so that it is given each time as well.
void risk_gate_state::close_everything() {
  note(flatten_input{});
  desk->permit_flatten();
  auto end_of_day = desk->session();
  end_of_day.phase = session_phase::flatten;
  end_of_day.closes_overnight = true;
  for (const auto& each : members.strategies) tell(self, each, end_of_day);
}

void risk_gate_state::watch_flatten(const instant& at) {
  if (closing.stage() == flatten_stage::none || !members.audit) return;
  const auto& trading = desk->trading();
  // Nobody knows any more which of the two came first: nothing leaves.
  if (std::exchange(args.flatten, false) && has_reason(trading, halt_reason::kill)) {
    withdraw_flatten("a kill stands since the start; ask for it again");
    return;
  }
  const bool books_known =
      !has_reason(trading, halt_reason::boot) && !has_reason(trading, halt_reason::reconciling);
  const auto before = closing.stage();
  const auto step = closing.look(
      {is_market_open(), books_known, held_symbols(), broker_held, broker_asked}, at.mono);
  if (step.ask_broker) ask_what_the_broker_holds();
  if (before == flatten_stage::queued && step.close) note_flatten("the market is open");
  if (step.close) close_everything();
  if (step.done) return note_flatten("the broker shows that nothing is held");
  if (!step.late) return;
  const auto took = real_duration(at.mono - closing.since(), *args.time);
  const auto text = std::to_string(held_symbols()) + " symbols are held after " +
                    std::to_string(took.count() / 1'000'000'000) +
                    " s of closing; the broker shows " + std::to_string(broker_held);
  note_flatten(text);
  audit_append alarm;
  alarm.events.emplace_back(alert_record{alert_level::critical, "not_flat", {}, text});
  alarm.from = short_name{name};
  tell(self, members.audit, std::move(alarm));
  halt({halt_reason::not_flat, cut<short_text>(text)});
}

void risk_gate_state::ask_what_the_broker_holds() {
  tell(self, members.reconciliation, atom::flatten_v);
  if (!members.reconciliation) return;
  ask(self, broker_view_within, members.reconciliation, atom::view_v)
      .then(
          [this](const reconcile_view& x) {
            broker_held = x.held_at_broker;
            broker_asked = x.positions_asked;
          },
          [](const caf::error&) {});
}

void risk_gate_state::note_flatten(const std::string& text) {
  const auto stage = closing.stage();
  log_line(stage == flatten_stage::none ? log_level::info : log_level::warning, name, "flatten",
           std::string{to_string(stage)} + ": " + text);
  audit_append record;
  record.events.emplace_back(flatten_record{stage, text});
  record.needs = durability::before_answer;
  record.from = short_name{name};
  tell(self, members.audit, std::move(record));
}

std::string risk_gate_state::flatten_text() const {
  switch (closing.stage()) {
    case flatten_stage::none: return "";
    case flatten_stage::queued: return "everything is closed at the next open";
    case flatten_stage::closing: return "every position is being closed";
    case flatten_stage::late: return "every position is being closed, for longer than it may take";
  }
  return "";
}

}  // namespace bw
