#pragma once

#include <string>

#include "app/config_file.hpp"
#include "app/control_client.hpp"
#include "app/output.hpp"

namespace CLI {
class App;
}

namespace bw {

/// A command by which a person reaches into a running node.
struct person_arguments {
  state_choice where;
  control_request request;
  bool broker = false;
  bool suspend = false;
  bool keep_protective = false;
  std::string within = "5m";
};

/// --state, --config, --who and --why.
void add_person(CLI::App& command, person_arguments& to);
command_failure failure_of_request(const error& why);
/// The node's answer: exit code 0, or 8 when it refused.
int show_answer(const common_flags& flags, const control_answer& x);
/// Asks the node and shows what it says.
int ask_and_show(const common_flags& flags, const person_arguments& asked);

}  // namespace bw
