#include <cmath>
#include <fstream>

#include "analytics/figure_json.hpp"
#include "analytics/report.hpp"
#include "analytics/run_against.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// A field as RFC 4180 wants it.
std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string out = "\"";
  for (const char letter : text) {
    out += letter;
    if (letter == '"') out += letter;
  }
  return out + "\"";
}

/// The shortest text that reads back as the same double; empty for nan.
std::string number_text(double value) {
  if (!std::isfinite(value)) return "";
  json_writer out;
  write_number(out, value);
  return out.take();
}

void write_series(json_writer& out, const std::vector<period_return>& periods) {
  out.begin_array();
  for (const auto& each : periods) {
    out.begin_object();
    out.member("first", format_date(each.first));
    out.member("last", format_date(each.last));
    out.member("end_equity", each.end);
    out.key("return");
    write_number(out, each.value);
    out.end_object();
  }
  out.end_array();
}

void write_named(json_writer& out, std::string_view key, const std::vector<named_text>& texts) {
  out.key(key).begin_array();
  for (const auto& each : texts) {
    out.begin_object();
    out.member("name", each.name);
    out.member("value", each.value);
    out.end_object();
  }
  out.end_array();
}

void write_origins(json_writer& out, const run_result& run) {
  out.key("plugins").begin_array();
  for (const auto& each : run.plugins) {
    out.begin_object();
    out.member("file", each.file);
    out.member("name", each.name);
    out.member("version", each.version);
    out.member("abi", each.abi);
    out.member("sha256", each.sha256);
    out.end_object();
  }
  out.end_array();
  out.key("data_files").begin_array();
  for (const auto& each : run.data_files) {
    out.begin_object();
    out.member("name", each.name);
    out.member("bytes", each.bytes);
    out.member("sha256", each.sha256);
    out.end_object();
  }
  out.end_array();
}

void write_run(json_writer& out, const run_result& run) {
  out.key("run").begin_object();
  out.member("name", run.name);
  out.member("type", to_string(run.type));
  out.key("strategies").begin_array();
  for (const auto& each : run.strategies) out.value(each);
  out.end_array();
  out.member("seed", run.seed);
  out.member("version", run.version);
  out.member("data_hash", run.data_hash);
  out.member("config_hash", run.config_hash);
  out.member("plugin_hash", run.plugin_hash);
  write_origins(out, run);
  out.member("start", run.start);
  out.member("end", run.end);
  out.member("starting_equity", run.starting_equity);
  out.member("market_events", run.market_events);
  out.member("benchmark", run.benchmark);
  out.member("trials", run.trials);
  out.key("trial_sharpe_variance");
  write_number(out, run.trial_sharpe_variance.value_or(std::nan("")));
  write_named(out, "models", run.models);
  write_named(out, "assumptions", run.assumptions);
  out.key("orders").raw(to_json(run.orders));
  out.end_object();
}

void write_groups(json_writer& out, const trade_groups& groups) {
  const std::pair<const char*, const grouped_figures&> all[] = {
      {"strategy", groups.by_strategy},
      {"symbol", groups.by_symbol},
      {"side", groups.by_side},
      {"hour", groups.by_hour},
      {"weekday", groups.by_weekday},
      {"regime", groups.by_regime},
      {"entry_reason", groups.by_entry_reason},
      {"exit_reason", groups.by_exit_reason}};
  out.key("groups").begin_object();
  for (const auto& [name, figures] : all) {
    out.key(name);
    write_json(out, figures);
  }
  out.end_object();
}

void write_days(json_writer& out, const run_statistics& statistics) {
  out.key("daily").begin_array();
  for (std::size_t k = 0; k < statistics.days.size(); ++k) {
    const auto& day = statistics.days[k];
    out.begin_object();
    out.member("date", format_date(day.date));
    out.member("equity", day.equity);
    out.key("return");
    write_number(out, day.value);
    out.key("benchmark");
    write_number(out, k < statistics.benchmark.size() ? statistics.benchmark[k] : std::nan(""));
    out.end_object();
  }
  out.end_array();
}

/// Writes beside the place and moves: whoever reads sees the old file, or the whole new one.
result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  auto beside = path;
  beside += ".new";
  {
    std::ofstream out{beside, std::ios::binary | std::ios::trunc};
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) return {ec::io_failed, beside.string() + ": cannot be written"};
  }
  std::error_code failed;
  std::filesystem::rename(beside, path, failed);
  if (failed) return {ec::io_failed, path.string() + ": " + failed.message()};
  return {};
}

}  // namespace

std::string to_json(const order_counts& x) {
  json_writer out;
  out.begin_object();
  out.member("submitted", x.submitted).member("filled", x.filled).member("canceled", x.canceled);
  out.member("expired", x.expired).member("rejected", x.rejected).member("denied", x.denied);
  out.member("fills", x.fills).end_object();
  return out.take();
}

std::string report_json(const run_result& run, const run_statistics& statistics) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("verdict", verdict_sentence(run, statistics));
  write_run(out, run);
  out.key("figures");
  write_json(out, statistics.figures);
  out.key("conventions").begin_object();
  for (const auto& each : statistics.figures) out.member(each.id, each.convention);
  out.end_object();
  out.key("stress").begin_object();
  out.member("commission_basis_points", stress_basis_points);
  out.member("net", statistics.stress.net);
  out.member("end_equity", statistics.stress.end_equity);
  out.key("total_return");
  write_number(out, statistics.stress.total_return);
  out.end_object();
  out.key("periods");
  write_json(out, statistics.periods);
  write_groups(out, statistics.trades);
  out.key("regimes").begin_object();
  for (const auto& each : run.regimes) out.member(each.symbol.view(), to_string(each.trend.regime));
  out.end_object();
  write_days(out, statistics);
  out.key("weekly");
  write_series(out, statistics.weeks);
  out.key("monthly");
  write_series(out, statistics.months);
  out.key("rolling_sharpe").begin_array();
  for (const auto& each : statistics.rolling) {
    out.begin_object();
    out.member("date", format_date(each.date));
    out.key("value");
    write_number(out, each.value);
    out.end_object();
  }
  out.end_array();
  out.key("drawdowns").begin_array();
  for (const auto& each : statistics.drawdowns) {
    out.begin_object();
    out.key("depth");
    write_number(out, each.depth());
    out.member("start", each.start);
    out.member("bottom", each.bottom);
    out.key("recovered");
    if (each.recovered)
      out.value(*each.recovered);
    else
      out.null();
    out.member("peak", each.peak);
    out.member("trough", each.trough);
    out.end_object();
  }
  out.end_array();
  out.key("open_trades").begin_array();
  for (const auto& each : run.open_trades) write_json(out, each);
  out.end_array();
  if (run.against) {
    out.key("against");
    write_json(out, *run.against);
  }
  out.key("warnings").begin_array();
  for (const auto& each : statistics.warnings) out.value(each);
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

std::string trades_csv(const run_result& run) {
  std::string out =
      "opened_at,closed_at,strategy,symbol,side,qty,entry,exit,entry_value,gross,fees,slippage,"
      "net,entry_reason,exit_reason,regime,worst,best\n";
  for (const auto& each : run.trades) {
    const auto optional = [](const std::optional<money>& x) { return x ? x->text() : ""; };
    for (const auto& field :
         {format_rfc3339(each.opened_at), format_rfc3339(each.closed_at), each.strategy.str(),
          each.symbol.str(), std::string{each.entry_side == side::buy ? "long" : "short"},
          each.qty.text(), each.entry_average.text(), each.exit_average.text(),
          each.entry_value.text(), each.gross.text(), each.fees.text(), each.slippage.text(),
          each.net().text(), each.entry_reason.str(), each.exit_reason.str(),
          std::string{to_string(each.regime)}, optional(each.worst)})
      out += csv_field(field) + ",";
    out += optional(each.best) + "\n";
  }
  return out;
}

std::string equity_csv(const run_statistics& statistics) {
  std::string out = "date,return,equity,benchmark_return\n";
  for (std::size_t k = 0; k < statistics.days.size(); ++k) {
    const auto& day = statistics.days[k];
    out += format_date(day.date) + "," + number_text(day.value) + "," + day.equity.text() + ",";
    if (k < statistics.benchmark.size()) out += number_text(statistics.benchmark[k]);
    out += "\n";
  }
  return out;
}

result<void> write_report(const run_result& run, const session_calendar& calendar,
                          const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return {ec::io_failed, folder.string() + ": " + failed.message()};
  const auto statistics = statistics_of(run, calendar);
  const std::pair<const char*, std::string> files[] = {
      {"report.html", report_html(run, statistics, calendar)},
      {"report.json", report_json(run, statistics)},
      {"report.txt", verdict_text(run, statistics)},
      {"trades.csv", trades_csv(run)},
      {"equity.csv", equity_csv(statistics)}};
  for (const auto& [name, text] : files)
    if (auto written = write_file(folder / name, text); !written) return written;
  return {};
}

}  // namespace bw
