// All rules of the gate on one order.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "domain/risk_desk.hpp"
#include "perf/audit_load.hpp"
#include "perf/commands.hpp"
#include "perf/result_page.hpp"
#include "perf/sink_gateway.hpp"
#include "perf/workload.hpp"

namespace bw::perf {
namespace {

struct desk_under_load {
  system_clock real;
  symbol_list symbols;
  std::optional<risk_desk> desk;

  instant now() const { return {measured_start(), real.mono_now()}; }

  explicit desk_under_load(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) symbols.push_back("S" + std::to_string(1'000 + k));
    risk_desk_options options;
    options.limits = wide_config(symbols).risk;
    std::vector<symbol_facts> facts(count);
    for (auto& each : facts) each.allowed = true;
    desk.emplace(options, std::move(facts), 1);
    desk->begin_connected();
    const auto at = now();
    desk->on_feed(true, at);
    desk->on_order_stream(true, at);
    desk->on_account(measured_account(at.utc, at.mono));
    session_state session;
    session.phase = session_phase::entries;
    session.open = at.utc - std::chrono::hours{1};
    session.close = at.utc + std::chrono::hours{5};
    desk->on_session(session);
    for (std::uint32_t k = 0; k < count; ++k) {
      asset_report asset;
      asset.symbol = cut<symbol_name>(symbols[k]);
      asset.tradable = asset.active = true;
      desk->on_asset(symbol_id{k}, asset, at.utc);
      quote q;
      q.symbol = symbol_id{k};
      q.bid = price::from_units(80'000'000'000);
      q.ask = price::from_units(80'020'000'000);
      q.bid_size = q.ask_size = quantity::from_int(300);
      q.ts_event = at.utc;
      q.received = at.mono;
      desk->on_quote(q);
      desk->on_trade({.symbol = symbol_id{k},
                      .last = q.bid,
                      .size = quantity::from_int(100),
                      .ts_event = at.utc,
                      .received = at.mono});
    }
  }
};

/// Checks one order after the other; each is over before the next one comes.
result_row measure(const char* name, bool approved, std::size_t rounds,
                   std::vector<std::string>& invalid) {
  constexpr std::size_t symbols = 100;
  desk_under_load load{symbols};
  latency_samples out{rounds};
  std::uint64_t unexpected = 0;
  std::string_view first;
  auto wanted = sample_request();
  if (!approved) wanted.qty = quantity::from_int(1'000'000);
  for (std::size_t k = 0; k < rounds; ++k) {
    wanted.symbol = symbol_id{static_cast<std::uint32_t>(k % symbols)};
    wanted.order = order_id{k + 1};
    const auto at = load.now();
    const auto verdict = load.desk->check(wanted, at);
    const auto took = load.real.mono_now() - at.mono;
    out.add(took.count());
    if (verdict.approved != approved || verdict.checks.size() != risk_rule_count)
      if (unexpected++ == 0) first = verdict.approved ? "approved" : to_string(verdict.reason);
    if (!verdict.approved) continue;
    order_report over;
    over.request = wanted;
    over.state = order_state::canceled;
    over.at = at.utc;
    load.desk->on_report(over, at);
  }
  if (unexpected > 0)
    invalid.push_back(std::string{name} + ": " + std::to_string(unexpected) +
                      " verdicts are not what was expected, the first: " + std::string{first});
  result_row row;
  row.name = name;
  row.latency = out.summary();
  row.per_second = 1e9 / static_cast<double>(std::max<std::int64_t>(row.latency.p50_ns, 1));
  row.figures = {{"rules", static_cast<double>(risk_rule_count)}};
  return row;
}

int run(const common_options& options) {
  result_page page;
  page.command = "risk";
  page.environment = look_around(std::filesystem::temp_directory_path());
  const disturbance_meter meter;
  const std::size_t rounds = options.smoke ? 5'000 : 1'000'000;
  page.rows.push_back(measure("entry, approved", true, rounds, page.invalid));
  page.rows.push_back(measure("entry, denied", false, rounds, page.invalid));
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_risk(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("risk", "All rules of the gate on one order");
  command->callback([&options, &chosen] { chosen = [&options] { return run(options); }; });
}

}  // namespace bw::perf
