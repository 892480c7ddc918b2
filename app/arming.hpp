#pragma once

#include <functional>
#include <string>

#include "app/live_gate.hpp"
#include "config/config_loader.hpp"

namespace bw {

/// What a person is shown before he arms.
struct arming_question {
  std::string mode;
  account_report account;
  /// Of the limits that are approved by arming.
  digest limits{};
  risk_options in_force;
  stage_state stage;
  utc_ns expires;
};
std::string to_text(const arming_question& question);

/// The terminal of a person; a test puts a pseudo terminal in its place.
struct person {
  bool at_terminal = false;
  std::function<void(const std::string&)> show;
  /// One line; empty at the end of the input.
  std::function<std::string()> answer;
};
/// Standard input and standard error, both of which must be a terminal.
person person_here();

/// Shows the question and asks for the account number in full. ec::halted without a terminal or
/// with another word; nothing else confirms.
result<void> confirm_arming(const arming_question& question, const person& who);

}  // namespace bw
