#include "app/node_start.hpp"

#include <algorithm>

#include "app/node_runner.hpp"
#include "config/limits_text.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "storage/event_json.hpp"
#include "storage/segment_file.hpp"

namespace bw {

void widen_for_speed(node_config& config, std::int64_t speed) {
  if (speed <= 1) return;
  using std::chrono::milliseconds;
  const auto at_least = [&](auto& limit, milliseconds real) {
    limit = std::max(
        limit, std::chrono::duration_cast<std::remove_reference_t<decltype(limit)>>(real * speed));
  };
  at_least(config.risk.quote.receive_age_max, milliseconds{1000});
  at_least(config.risk.quote.event_age_max, milliseconds{2000});
  at_least(config.risk.account_age_max, milliseconds{3000});
  at_least(config.risk.fresh_quote_age_max, milliseconds{3000});
  at_least(config.risk.fresh_account_age_max, milliseconds{6000});
  at_least(config.risk.fresh_hop_max, milliseconds{1000});
  at_least(config.risk.hop_p99_max, milliseconds{1000});
  at_least(config.risk.books_age_max, milliseconds{6000});
  at_least(config.holding.entry_timeout, milliseconds{250});
  at_least(config.holding.retry_interval, milliseconds{50});
  config.holding.answer_timeout *= speed;
  auto& stops = config.holding.protection;
  at_least(stops.entry_rest, milliseconds{250});
  at_least(stops.broker_patience, milliseconds{500});
  at_least(stops.retry_denied, milliseconds{20});
  at_least(stops.retry_rejected, milliseconds{50});
  at_least(stops.step_interval, milliseconds{50});
}

void log_strategy(const strategy_record& x) {
  json_writer data;
  data.begin_object().member("kind", x.kind).member("version", x.version);
  data.member("enabled", x.enabled).member("watchlist", x.watchlist);
  data.member("hash", x.hash).end_object();
  log_fields fields;
  fields.strategy = x.strategy.view();
  fields.data = data.text();
  log_line(
      log_level::info, "node", "strategy_loaded",
      x.strategy.str() + " is " + x.kind + " " + x.version + (x.enabled ? "" : ", not enabled"),
      fields);
}

deploy_record what_is_deployed(const loaded_config& loaded) {
  deploy_record out;
  if (const auto seal = seal_of_file("/proc/self/exe"))
    out.binary = seal->sha256;
  else
    log_line(log_level::warning, "node", "exception", seal.failure().text());
  out.version = version();
  out.revision = revision();
  out.config_hash = loaded.hash;
  out.limits = limits_in_force(loaded.config, "").hash;
  if (!loaded.catalog) return out;
  for (const auto& each : plugin_records(*loaded.catalog))
    if (each.step == plugin_step::loaded)
      out.plugins.push_back(each.name + "=" + hex_text(each.content));
  return out;
}

result<unrecorded_proposals> proposals_to_record(const std::filesystem::path& state) {
  unrecorded_proposals out;
  std::error_code ignored;
  if (!std::filesystem::exists(proposals_file(state), ignored)) return out;
  auto store = proposal_store::open(proposals_file(state), sqlite_access::read_write);
  if (!store) return std::move(store).failure();
  auto records = (*store)->unrecorded();
  if (!records) return std::move(records).failure();
  out.store = *std::move(store);
  out.records = *std::move(records);
  return out;
}

result<void> unrecorded_proposals::forget() {
  return store ? store->mark_recorded(records) : result<void>{};
}

}  // namespace bw
