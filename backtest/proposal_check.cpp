#include "backtest/proposal_check.hpp"

#include <algorithm>

#include "backtest/search_report.hpp"
#include "config/strategies_edit.hpp"

namespace bw {
namespace {

struct change_place {
  const strategy_config* strategy = nullptr;
  std::string name;
};

std::string shown(std::string_view key) {
  std::string out;
  for (const char c : key.substr(0, 60)) out += c >= ' ' && c < 0x7f ? c : '?';
  return out;
}

/// "strategy.<id>.<name>" of a strategy that is configured.
result<change_place> place_of(const std::string& key, const node_config& config) {
  constexpr std::string_view prefix = "strategy.";
  const auto dot = key.find('.', prefix.size());
  if (!key.starts_with(prefix) || dot == std::string::npos)
    return {ec::unknown_key, "'" + shown(key) +
                                 "' cannot be proposed: only parameters of strategies can, never "
                                 "limits, mode, credentials or addresses"};
  const auto id = key.substr(prefix.size(), dot - prefix.size());
  for (const auto& each : config.strategies)
    if (each.id == id) return change_place{&each, key.substr(dot + 1)};
  return {ec::unknown_key, "'" + shown(key) + "': there is no strategy of that id"};
}

result<void> check_change(const proposal_change& change, const node_config& config,
                          const strategy_registry& known) {
  const auto place = place_of(change.key, config);
  if (!place) return place.failure();
  const auto* type = known.find(place->strategy->kind);
  const auto spec = std::find_if(type->parameters.begin(), type->parameters.end(),
                                 [&](const auto& x) { return x.name == place->name; });
  if (spec == type->parameters.end() || spec->type == parameter_type::symbols)
    return {ec::unknown_key, "'" + shown(change.key) + "' cannot be proposed: " +
                                 place->strategy->kind + " has no such parameter to search"};
  const auto in_force = known.check(place->strategy->kind, place->strategy->parameters);
  if (!in_force) return in_force.failure();
  const auto texts = in_force->texts();
  if (const auto at = texts.find(place->name); at != texts.end() && at->second != change.before)
    return {ec::integrity_broken, shown(change.key) + " is " + at->second + " now, not " +
                                      shown(change.before) + " as the proposal says"};
  auto given = place->strategy->parameters;
  given[place->name] = change.after;
  if (const auto fits = known.check(place->strategy->kind, given); !fits)
    return {fits.code(), shown(change.key) + ": " + fits.failure().context};
  return {};
}

result<void> check_evidence(const proposal_evidence& x) {
  const auto deflated = number_of_text(x.deflated_sharpe);
  const auto unseen = number_of_text(x.out_of_sample);
  if (!unseen || !deflated || x.data_hash.empty())
    return {ec::invalid_argument, "it has no evidence out of sample"};
  if (x.sessions < proposal_sessions_least)
    return {ec::invalid_argument, "its evidence covers " + std::to_string(x.sessions) +
                                      " unseen sessions; " +
                                      std::to_string(proposal_sessions_least) + " are needed"};
  if (x.judgement != to_string(search_judgement::better) || *deflated < deflated_needed)
    return {ec::invalid_argument, "its evidence is not better than chance (" + shown(x.judgement) +
                                      ", deflated Sharpe " + x.deflated_sharpe.substr(0, 8) + ")"};
  return {};
}

}  // namespace

result<void> check_proposal(const proposal& one, const loaded_config& now_in_force,
                            const strategy_registry& known, utc_ns now) {
  if (one.status != proposal_status::open)
    return {ec::illegal_transition,
            "it was " + std::string{to_string(one.status)} + " by " + one.decided_by};
  if (now >= one.expires_at)
    return {ec::timed_out, "it expired at " + format_rfc3339(one.expires_at)};
  if (one.base_hash != now_in_force.hash)
    return {ec::integrity_broken, "it was made for configuration " + one.base_hash.substr(0, 16) +
                                      ", which is " + now_in_force.hash +
                                      " now; search again with the new one"};
  if (one.changes.empty()) return {ec::invalid_argument, "it changes nothing"};
  for (const auto& each : one.changes)
    if (auto fits = check_change(each, now_in_force.config, known); !fits) return fits;
  return check_evidence(one.evidence);
}

result<std::string> apply_proposal(const proposal& one, const loaded_config& now_in_force,
                                   const strategy_registry& known) {
  std::vector<parameter_edit> edits;
  auto wanted = now_in_force.config.strategies;
  for (const auto& change : one.changes) {
    const auto place = place_of(change.key, now_in_force.config);
    if (!place) return place.failure();
    edits.push_back({place->strategy->id, place->name, change.after});
    for (auto& each : wanted)
      if (each.id == place->strategy->id) each.parameters[place->name] = change.after;
  }
  auto text = edit_parameters(now_in_force.strategies_toml, edits);
  if (!text) return text;
  const auto read =
      parse_config(now_in_force.node_toml, "node.toml", *text, "strategies.toml", {}, known);
  if (!read) return read.failure();
  const auto same = [](const strategy_config& a, const strategy_config& b) {
    return a.id == b.id && a.kind == b.kind && a.enabled == b.enabled &&
           a.watchlist == b.watchlist && a.parameters == b.parameters;
  };
  if (!std::equal(wanted.begin(), wanted.end(), read->config.strategies.begin(),
                  read->config.strategies.end(), same))
    return {ec::integrity_broken, "strategies.toml would change in more than what is proposed"};
  return text;
}

}  // namespace bw
