#include "app/arming.hpp"

#include <unistd.h>

#include <iostream>

#include "storage/event_json.hpp"

namespace bw {
namespace {

std::string bp_text(std::int64_t bp) { return format_decimal(bp * 10'000'000) + " %"; }

}  // namespace

std::string to_text(const arming_question& question) {
  const auto& risk = question.in_force;
  const auto order = risk.order_max_usd ? risk.order_max_usd->text() + " USD" : std::string{"off"};
  std::vector<std::vector<std::string>> rows{
      {"mode", question.mode},
      {"account", question.account.account_number + " (" + question.account.status + ")"},
      {"equity", question.account.equity.text() + " USD"},
      {"stage", std::string{to_string(question.stage.stage)} + ", " +
                    std::to_string(question.stage.clean_sessions) + " clean sessions"},
      {"one position", bp_text(risk.position_max_equity_bp) + " of equity"},
      {"one order", order + " and " + bp_text(risk.order_max_equity_bp) + " of equity"},
      {"positions", std::to_string(risk.max_positions)},
      {"entries a day", std::to_string(risk.max_entries_per_day)},
      {"loss of the day", "warn " + bp_text(risk.loss_warn_bp) + ", no entries " +
                              bp_text(risk.loss_reduce_bp) + ", halt " +
                              bp_text(risk.loss_halt_bp)},
      {"limits approved", hex_text(question.limits)},
      {"until", format_rfc3339(question.expires)},
  };
  return format_table(rows);
}

person person_here() {
  person out;
  out.at_terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
  out.show = [](const std::string& text) { std::cerr << text << std::flush; };
  out.answer = [] {
    std::string line;
    std::getline(std::cin, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  };
  return out;
}

result<void> confirm_arming(const arming_question& question, const person& who) {
  if (!who.at_terminal)
    return {ec::halted,
            "arming asks a person at a terminal, and there is none; no flag takes its place"};
  who.show(to_text(question));
  who.show("\nMoney can be lost. To approve these limits and arm, type the account number: ");
  if (question.account.account_number.empty() || who.answer() != question.account.account_number)
    return {ec::halted, "that is not the account number: nothing was armed"};
  return {};
}

}  // namespace bw
