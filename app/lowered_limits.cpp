#include "app/lowered_limits.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "actors/status_actor.hpp"
#include "config/limits_change.hpp"
#include "core/json_writer.hpp"
#include "domain/risk_lowering.hpp"

namespace bw {
namespace {

/// No file that a node has written is longer.
constexpr std::size_t file_bytes_max = 64 * 1024;

error not_ours(const std::filesystem::path& file) {
  return {ec::parse_failed, file.string() +
                                " is not as a node writes it; look at what it lowers, then remove "
                                "it"};
}

}  // namespace

result<lowered_limits> read_lowered_limits(const std::filesystem::path& state) {
  lowered_limits out;
  const auto file = lowered_limits_file(state);
  std::ifstream in{file, std::ios::binary};
  if (!in) return out;
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto said = nlohmann::json::parse(text, nullptr, false);
  if (!said.is_object() || !said.contains("from") || !said["from"].is_string() ||
      !said.contains("limits") || !said["limits"].is_object())
    return not_ours(file);
  out.from = said["from"].get<std::string>();
  for (const auto& [key, value] : said["limits"].items()) {
    if (!value.is_string()) return not_ours(file);
    out.change.settings.push_back({key, value.get<std::string>()});
  }
  return out;
}

result<void> keep_lowered_limits(const std::filesystem::path& state, const std::string& from,
                                 const limits_change& more) {
  auto kept = read_lowered_limits(state);
  if (!kept || kept->from != from) kept = lowered_limits{from, {}};
  auto& all = kept->change.settings;
  for (const auto& each : more.settings) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.key == each.key; });
    if (at == all.end())
      all.push_back(each);
    else
      at->value = each.value;
  }
  json_writer out;
  out.begin_object().member("from", kept->from).key("limits").begin_object();
  for (const auto& each : all) out.member(each.key, each.value);
  out.end_object().end_object();
  return replace_file(lowered_limits_file(state), out.take() + "\n");
}

result<limits_change> apply_lowered_limits(node_config& config, const std::string& from) {
  const auto kept = read_lowered_limits(config.state_folder);
  if (!kept) return kept.failure();
  limits_change out;
  if (kept->from != from) return out;
  for (const auto& each : kept->change.settings) {
    auto next = with_limits(config, {{each}});
    if (!next) return std::move(next).failure().within("limits.lowered.json");
    if (!first_raised(config.risk, next->risk).empty()) continue;
    config = std::move(*next);
    out.settings.push_back(each);
  }
  return out;
}

}  // namespace bw
