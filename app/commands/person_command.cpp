#include "app/commands/person_command.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "app/config_file.hpp"
#include "core/json_writer.hpp"

namespace bw {

void add_person(CLI::App& command, person_arguments& to) {
  add_state_choice(command, to.where);
  to.request.who = person_at_the_terminal();
  command.add_option("--who", to.request.who, "Who asks, for the audit log")->capture_default_str();
  command.add_option("--why", to.request.why, "Why, for the audit log");
}

command_failure failure_of_request(const error& why) {
  switch (why.code) {
    case ec::connection_failed:
    case ec::timed_out:
      return {exit_code::unreachable, why.context,
              "`bellwether halt --broker` stops at the broker and needs no node"};
    case ec::auth_refused:
      return {exit_code::refused_for_safety, why.context,
              "act as the node's own user, or use the file KILL or `bellwether halt --broker`"};
    default: return {code_for(why.code), why.context, ""};
  }
}

int show_answer(const common_flags& flags, const control_answer& x) {
  if (!x.accepted) return fail(flags, {exit_code::refused_for_safety, x.text, ""});
  if (flags.json) {
    json_writer out;
    out.begin_object().member("schema_version", 1).member("accepted", true);
    out.member("text", x.text).end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << x.text << '\n';
  }
  return static_cast<int>(exit_code::ok);
}

int ask_and_show(const common_flags& flags, const person_arguments& asked) {
  const auto folder = find_state_folder(asked.where);
  if (!folder) return fail(flags, folder.failure());
  const auto answer = ask_node(*folder, asked.request);
  if (!answer) return fail(flags, failure_of_request(answer.failure()));
  return show_answer(flags, *answer);
}

}  // namespace bw
