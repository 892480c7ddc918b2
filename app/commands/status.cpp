#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "config/state_folder.hpp"
#include "core/time.hpp"

namespace bw {
namespace {

/// A running node writes its status at least twice a second; older than this it is not running.
constexpr nanoseconds status_age_max = std::chrono::seconds{5};

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return "-";
  return at->is_string() ? at->get<std::string>() : at->dump();
}

/// Whether the parts that are shown have the form they must have.
bool is_status(const nlohmann::json& status) {
  return status.is_object() && status.value("account", nlohmann::json::object()).is_object() &&
         status.value("positions", nlohmann::json::array()).is_array() &&
         status.value("reasons", nlohmann::json::array()).is_array();
}

/// What is not of our making, and how both books differ; empty when there is neither.
std::string external_text(const nlohmann::json& status) {
  std::string out;
  const auto texts = status.value("reconcile_texts", nlohmann::json::array());
  for (const auto& text : texts)
    if (text.is_string()) out += "difference: " + text.get<std::string>() + "\n";
  if (!texts.empty()) out += "for " + text_of(status, "reconcile_oldest_s") + " s\n";
  const auto rows = status.value("external", nlohmann::json::array());
  if (!rows.is_array() || rows.empty()) return out;
  std::vector<std::vector<std::string>> table{{"EXTERNAL", "shares", "open orders", "why"}};
  for (const auto& row : rows)
    table.push_back({text_of(row, "symbol"), text_of(row, "qty"), text_of(row, "open_orders"),
                     text_of(row, "note")});
  return out + "\n" + format_table(table);
}

/// The symbols by the regime of their market; of many the first ones, and how many there are.
std::string regimes_text(const nlohmann::json& status) {
  constexpr std::size_t shown_max = 12;
  const auto regimes = status.value("regimes", nlohmann::json::object());
  if (!regimes.is_object() || regimes.empty()) return "";
  std::map<std::string, std::vector<std::string>> by_regime;
  for (const auto& [symbol, regime] : regimes.items())
    by_regime[regime.is_string() ? regime.get<std::string>() : "-"].push_back(symbol);
  std::vector<std::vector<std::string>> table{{"regime", "symbols", ""}};
  for (const auto& [regime, symbols] : by_regime) {
    std::string shown;
    for (std::size_t k = 0; k < std::min(symbols.size(), shown_max); ++k)
      shown += (k > 0 ? " " : "") + symbols[k];
    if (symbols.size() > shown_max) shown += " …";
    table.push_back({regime, std::to_string(symbols.size()), shown});
  }
  return "\n" + format_table(table);
}

std::string status_text(const nlohmann::json& status) {
  std::string reasons;
  for (const auto& reason : status.value("reasons", nlohmann::json::array()))
    reasons += (reasons.empty() ? "" : ", ") +
               (reason.is_string() ? reason.get<std::string>() : reason.dump());
  if (!reasons.empty()) reasons = " (" + reasons + ")";
  const auto account = status.value("account", nlohmann::json::object());
  auto out = format_table({{"state", text_of(status, "state") + reasons},
                           {"mode", text_of(status, "mode")},
                           {"at", text_of(status, "timestamp")},
                           {"portfolio value", text_of(account, "portfolio_value")},
                           {"cash", text_of(account, "cash")},
                           {"profit of the day", text_of(status, "daily_pnl")},
                           {"open orders", text_of(status, "open_orders")},
                           {"unknown orders", text_of(status, "unknown_orders")},
                           {"trades today", text_of(status, "trades_today")}});
  out += external_text(status);
  const auto positions = status.value("positions", nlohmann::json::array());
  if (positions.empty()) return out + regimes_text(status);
  std::vector<std::vector<std::string>> rows{
      {"symbol", "qty", "average", "last", "unrealized", "stop", "strategy"}};
  for (const auto& row : positions)
    rows.push_back({text_of(row, "symbol"), text_of(row, "qty"), text_of(row, "avg_price"),
                    text_of(row, "last"), text_of(row, "unrealized_pnl"), text_of(row, "stop"),
                    text_of(row, "strategy")});
  return out + "\n" + format_table(rows) + regimes_text(status);
}

/// How long ago the file was written, by the machine's clock: the times inside follow the venue's
/// clock in a simulation.
nanoseconds age_of(const std::filesystem::path& path) {
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(path, failed);
  if (failed) return nanoseconds::max();
  const auto now = std::filesystem::file_time_type::clock::now();
  return now - written;
}

int show_status(const common_flags& flags, const state_choice& where) {
  const auto folder = find_state_folder(where);
  if (!folder) return fail(flags, folder.failure());
  const auto path = status_file(*folder);
  std::ifstream in{path};
  if (!in)
    return fail(flags, {exit_code::unreachable, path.string() + ": no node has written here",
                        "start one with `bellwether run`, or name its folder with --state"});
  std::ostringstream text;
  text << in.rdbuf();
  const auto age = age_of(path);
  const auto status = nlohmann::json::parse(text.str(), nullptr, false);
  if (!is_status(status))
    return fail(flags, {exit_code::integrity, path.string() + ": is no status of a node", ""});
  std::cout << (flags.json ? status.dump() + "\n" : status_text(status));
  if (age <= status_age_max) return static_cast<int>(exit_code::ok);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  return fail(flags,
              {exit_code::unreachable,
               "no node is running here: the status is " + std::to_string(seconds) + " s old",
               "start one with `bellwether run`"});
}

}  // namespace

void add_status(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("status", "State, account and positions of a node");
  command->footer(
      "Example:  bellwether status --json\n"
      "Exit code 5 when no node is running; the last status is shown all the same.");
  auto where = std::make_shared<state_choice>();
  add_state_choice(*command, *where);
  command->callback([&chosen, &flags, where] {
    chosen = [&flags, where] { return show_status(flags, *where); };
  });
}

}  // namespace bw
