#include "perf/report_page.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "perf/result_page.hpp"

namespace bw::perf {
namespace {

using table = std::vector<std::vector<std::string>>;

std::string fixed(double value, int decimals) {
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string time_cell(const stored_row& row, const char* name) {
  const auto value = row.find(name);
  return value ? duration_text(*value) : std::string{};
}

std::string number_cell(const stored_row& row, const char* name, int decimals = 0) {
  const auto value = row.find(name);
  return value ? fixed(*value, decimals) : std::string{};
}

void add(std::string& out, const table& rows) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    out += '|';
    for (const auto& cell : rows[k]) out += ' ' + cell + " |";
    out += '\n';
    if (k > 0) continue;
    out += '|';
    for (std::size_t column = 0; column < rows[0].size(); ++column) out += " --- |";
    out += '\n';
  }
  out += '\n';
}

std::string runs_cell(const result_store& store, const stored_result& x) {
  const auto [valid, all] = store.runs_of(x);
  return std::to_string(valid) + " of " + std::to_string(all);
}

/// Everything but the rate and the length of the run.
std::string conditions(const stored_result& x) {
  return x.setting("mode") + ", " + x.setting("sync") + ", " + x.setting("wait") + ", " +
         x.setting("symbols") + " symbols, every " + x.setting("every") + "th an order";
}

void add_rates(std::string& out, const result_store& store, const char* command,
               const char* title) {
  const auto found = store.medians(command);
  if (found.empty()) return;
  out += "## " + std::string{title} + "\n\n";
  table rows{{"conditions", "ticks/s", "achieved", "samples", "50", "90", "99", "99.9", "99.99",
              "max", "conflated", "F2 50", "node/F2", "valid runs"}};
  std::string reasons;
  for (const auto* x : found) {
    if (x->rows.empty()) continue;
    const auto& row = x->rows.front();
    rows.push_back({conditions(*x), x->setting("rate"), number_cell(row, "per_second"),
                    number_cell(row, "samples"), time_cell(row, "p50_ns"), time_cell(row, "p90_ns"),
                    time_cell(row, "p99_ns"), time_cell(row, "p999_ns"), time_cell(row, "p9999_ns"),
                    time_cell(row, "max_ns"), number_cell(row, "conflated"),
                    time_cell(row, "floor_p50_ns"), number_cell(row, "ratio_p50", 2),
                    runs_cell(store, *x)});
    if (x->valid) continue;
    reasons += "- " + x->file + " is not judged:";
    for (const auto& why : x->invalid) reasons += " " + why + ";";
    reasons.back() = '.';
    reasons += '\n';
  }
  add(out, rows);
  if (!reasons.empty()) out += reasons + '\n';
}

void add_stages(std::string& out, const result_store& store) {
  for (const auto* x : store.medians("tick-to-order")) {
    if (x->stages.empty()) continue;
    out += "### Stages: " + conditions(*x) + ", " + x->setting("rate") + " ticks/s\n\n";
    table rows{{"stage", "50", "99", "99.9", "max", "share of the worst 0.1 %"}};
    for (const auto& stage : x->stages)
      rows.push_back({stage.name, time_cell(stage, "p50_ns"), time_cell(stage, "p99_ns"),
                      time_cell(stage, "p999_ns"), time_cell(stage, "max_ns"),
                      number_cell(stage, "share_of_worst_percent", 1) + " %"});
    add(out, rows);
  }
}

/// Any other command: each row with what it has.
void add_plain(std::string& out, const result_store& store, const char* command,
               const char* title) {
  const auto found = store.medians(command);
  if (found.empty()) return;
  out += "## " + std::string{title} + "\n\n";
  for (const auto* x : found) {
    table rows{
        {"what", "samples", "50", "99", "99.9", "max", "floor", "ratio", "per second", "more"}};
    for (const auto& row : x->rows) {
      std::string more;
      for (const auto& [name, value] : row.figures)
        if (!name.ends_with("_ns") && name != "samples" && name != "per_second" &&
            name != "ratio_p50" && name != "ratio_p99" && value != 0)
          more += (more.empty() ? "" : ", ") + name + " " + fixed(value, value < 100 ? 2 : 0);
      auto floor = time_cell(row, "floor_p50_ns");
      if (floor.empty()) floor = number_cell(row, "floor");
      auto ratio = number_cell(row, "ratio_p50", 2);
      if (ratio.empty()) ratio = number_cell(row, "ratio", 2);
      rows.push_back({row.name, number_cell(row, "samples"), time_cell(row, "p50_ns"),
                      time_cell(row, "p99_ns"), time_cell(row, "p999_ns"), time_cell(row, "max_ns"),
                      floor, ratio, number_cell(row, "per_second"), more});
    }
    add(out, rows);
    out += "Valid runs: " + runs_cell(store, *x) + ".\n\n";
  }
}

void add_floors(std::string& out, const result_store& store) {
  table rows{{"floor", "measured with", "samples", "50", "99", "max"}};
  std::vector<std::string> seen;
  for (const char* command : {"hop", "audit", "tick-to-order"})
    for (const auto* x : store.medians(command))
      for (const auto& floor : x->floors) {
        if (std::find(seen.begin(), seen.end(), floor.name) != seen.end()) continue;
        seen.push_back(floor.name);
        rows.push_back({floor.name, command, number_cell(floor, "samples"),
                        time_cell(floor, "p50_ns"), time_cell(floor, "p99_ns"),
                        time_cell(floor, "max_ns")});
      }
  if (rows.size() == 1) return;
  out += "## Floors\n\n";
  add(out, rows);
}

void add_head(std::string& out, const result_store& store) {
  const auto& first = store.all().front();
  const auto fact = [&](const char* name) {
    const auto found = first.environment.find(name);
    return found == first.environment.end() ? std::string{"unknown"} : found->second;
  };
  out +=
      "# Latency\n\nWritten by `bellwether-perf report` from the files in `perf/results`; no "
      "number is written by hand.\n\n";
  out += "Machine: " + fact("processor") + ", " + fact("cores") + " processors" +
         (fact("virtual") == "true" ? ", virtual" : "") + ", " + fact("kernel") + ", " +
         fact("file_system") + ". Compiler: " + fact("compiler") + ", `-O2`.\n";
  std::vector<std::string> commits;
  for (const auto& each : store.all())
    if (std::find(commits.begin(), commits.end(), each.commit) == commits.end())
      commits.push_back(each.commit);
  out += "Commits:";
  for (const auto& each : commits) out += " `" + each + "`";
  out +=
      ".\n\n## What is measured\n\n"
      "*Tick to verdict* runs from the instant at which a tick was scheduled to the risk gate's "
      "verdict on the order that it causes; *tick to order* to the moment at which the order's "
      "bytes are ready to be written. Both count from the schedule and never from the actual "
      "send, so that back-pressure shows. In *queue* mode the generator's thread does the work "
      "of the I/O thread and all actors of the node are the real ones; in *socket* mode the "
      "venue is a process of its own and stamps both ends. *F2* is the same work in one "
      "straight line on one thread, on the same schedule, in the same run. The tick that causes "
      "an order is a minute bar that completes a bar of five minutes: that is what strategies "
      "decide on; all other ticks are quotes. Of several runs the one with the median p50 is "
      "shown. A percentile with fewer than a hundred samples beyond it stays empty.\n\n";
}

}  // namespace

std::string report_text(const result_store& store, const std::string& plot) {
  std::string out;
  add_head(out, store);
  out += "![Percentiles by offered rate](" + plot + ")\n\n";
  add_rates(out, store, "tick-to-order", "Tick to order by offered rate");
  add_rates(out, store, "tick-to-verdict", "Tick to verdict by offered rate");
  add_stages(out, store);
  add_plain(out, store, "throughput", "Throughput");
  add_plain(out, store, "codec", "Codec");
  add_plain(out, store, "risk", "Risk rules");
  add_plain(out, store, "audit", "Durability");
  add_plain(out, store, "hop", "Hand-overs");
  add_plain(out, store, "ws", "WebSocket");
  add_plain(out, store, "recovery", "Recovery");
  add_plain(out, store, "control", "Control under load");
  add_plain(out, store, "soak", "Soak");
  add_plain(out, store, "backtest", "Backtest");
  add_floors(out, store);
  out +=
      "## How to reproduce\n\n    scripts/measure\n    build/release/bellwether-perf report\n\n"
      "Counts that do not depend on the machine's mood are compared in every test run: "
      "`perf/gates.py` against `perf/baseline.json`.\n\n"
      "## What these numbers do not say\n\n"
      "One machine, loopback or no socket at all, a simulated venue, no network to an exchange. "
      "A broker's answer takes tens of milliseconds. Figures of other machines are not "
      "comparable; their ratios to the floors are.\n";
  return out;
}

}  // namespace bw::perf
