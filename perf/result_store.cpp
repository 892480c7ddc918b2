#include "perf/result_store.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace bw::perf {
namespace {

using nlohmann::json;

stored_row row_of(const json& from) {
  stored_row out;
  for (const auto& [name, value] : from.items())
    if (value.is_number())
      out.figures[name] = value.get<double>();
    else if (name == "name" && value.is_string())
      out.name = value.get<std::string>();
  return out;
}

std::vector<stored_row> rows_of(const json& from, const char* name) {
  std::vector<stored_row> out;
  const auto found = from.find(name);
  if (found == from.end() || !found->is_array()) return out;
  for (const auto& each : *found) out.push_back(row_of(each));
  return out;
}

std::map<std::string, std::string> texts_of(const json& from, const char* name) {
  std::map<std::string, std::string> out;
  const auto found = from.find(name);
  if (found == from.end() || !found->is_object()) return out;
  for (const auto& [key, value] : found->items())
    out[key] = value.is_string() ? value.get<std::string>() : value.dump();
  return out;
}

result<stored_result> read_result(const std::filesystem::path& file) {
  std::ifstream in{file};
  const auto parsed = json::parse(in, nullptr, false);
  if (!parsed.is_object())
    return {ec::parse_failed, file.string() + " is no result of bellwether-perf"};
  stored_result out;
  out.file = file.filename().string();
  out.command = parsed.value("command", "");
  out.commit = parsed.value("commit", "");
  out.valid = parsed.value("valid", false);
  if (const auto why = parsed.find("invalid"); why != parsed.end() && why->is_array())
    for (const auto& each : *why) out.invalid.push_back(each.get<std::string>());
  out.settings = texts_of(parsed, "settings");
  out.environment = texts_of(parsed, "environment");
  out.rows = rows_of(parsed, "rows");
  out.stages = rows_of(parsed, "stages");
  out.floors = rows_of(parsed, "floors");
  // The backtest keeps its rows under a name of their own.
  if (out.rows.empty()) out.rows = rows_of(parsed, "jobs");
  if (out.command.empty() && !out.rows.empty()) out.command = "backtest";
  return out;
}

bool same_group(const stored_result& a, const stored_result& b) {
  return a.command == b.command && a.settings == b.settings;
}

/// What runs of one group are ordered by.
double headline(const stored_result& x) {
  if (x.rows.empty()) return 0;
  if (const auto p50 = x.rows.front().find("p50_ns")) return *p50;
  return x.rows.front().find("per_second").value_or(0);
}

}  // namespace

std::optional<double> stored_row::find(const std::string& wanted) const {
  const auto found = figures.find(wanted);
  return found == figures.end() ? std::nullopt : std::optional{found->second};
}

std::string stored_result::setting(const std::string& name) const {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string{} : found->second;
}

result<result_store> result_store::load(const std::filesystem::path& folder) {
  result_store out;
  std::error_code none;
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator{folder, none})
    if (each.path().extension() == ".json") files.push_back(each.path());
  if (files.empty())
    return {ec::not_found,
            "no result files in " + folder.string() + "; scripts/measure makes them"};
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    auto read = read_result(file);
    if (!read) return read.failure();
    out.all_.push_back(std::move(*read));
  }
  return out;
}

std::vector<const stored_result*> result_store::medians(const std::string& command) const {
  std::vector<const stored_result*> out;
  std::vector<const stored_result*> seen;
  for (const auto& first : all_) {
    if (first.command != command) continue;
    if (std::any_of(seen.begin(), seen.end(), [&](const auto* x) { return same_group(*x, first); }))
      continue;
    seen.push_back(&first);
    std::vector<const stored_result*> group;
    for (const auto& each : all_)
      if (same_group(each, first) && each.valid) group.push_back(&each);
    if (group.empty())  // Shown with the reason why it says nothing.
      for (const auto& each : all_)
        if (same_group(each, first)) group.push_back(&each);
    std::sort(group.begin(), group.end(),
              [](const auto* a, const auto* b) { return headline(*a) < headline(*b); });
    out.push_back(group[group.size() / 2]);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    const auto rate = [](const stored_result& x) {
      return x.setting("rate").empty() ? 0ULL : std::stoull(x.setting("rate"));
    };
    return rate(*a) < rate(*b);
  });
  return out;
}

std::pair<std::size_t, std::size_t> result_store::runs_of(const stored_result& x) const {
  std::pair<std::size_t, std::size_t> out{0, 0};
  for (const auto& each : all_)
    if (same_group(each, x)) {
      ++out.second;
      if (each.valid) ++out.first;
    }
  return out;
}

result<void> write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out << text;
  out.flush();
  if (!out) return {ec::io_failed, file.string() + " cannot be written"};
  return {};
}

}  // namespace bw::perf
