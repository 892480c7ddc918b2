#include "app/fault_choice.hpp"

#include <iostream>

#include "config/fault_file.hpp"
#include "core/json_writer.hpp"

namespace bw {

result<std::optional<venue::fault_script>> choose_faults(const std::string& file_or_name) {
  if (file_or_name.empty()) return std::optional<venue::fault_script>{};
  auto script = load_fault_script(file_or_name);
  if (!script) return std::move(script).failure();
  return std::optional{std::move(*script)};
}

std::string fault_summary(const venue::fault_script& script, const venue::fault_progress& went) {
  if (!went.begun) return "faults: the script has not begun: what it waits for has not happened\n";
  std::vector<std::vector<std::string>> rows{{"rule", "does", "met", "acted"}};
  for (std::size_t k = 0; k < script.rules.size() && k < went.tallies.size(); ++k) {
    const auto& rule = script.rules[k];
    rows.push_back({rule.name.empty() ? std::to_string(k + 1) : rule.name,
                    std::string{to_string(rule.what)}, std::to_string(went.tallies[k].met),
                    std::to_string(went.tallies[k].acted)});
  }
  return "faults: " + script.title + "\n" + format_table(rows);
}

int list_faults(const common_flags& flags) {
  json_writer out;
  out.begin_object().member("schema_version", 1).key("scripts").begin_array();
  std::vector<std::vector<std::string>> rows{{"name", "what goes wrong"}};
  for (const auto& each : fault_samples()) {
    const auto script = parse_fault_script(each.toml, each.name);
    const auto title = script ? script->title : script.failure().context;
    rows.push_back({std::string{each.name}, title});
    out.begin_object().member("name", each.name).member("title", title).end_object();
  }
  out.end_array().end_object();
  std::cout << (flags.json ? out.take() + "\n" : format_table(rows));
  return static_cast<int>(exit_code::ok);
}

}  // namespace bw
