#include "perf/result_page.hpp"

#include <array>
#include <cstdio>
#include <iostream>

#include "app/output.hpp"

namespace bw::perf {
namespace {

constexpr int schema_version = 1;
constexpr std::size_t worst_shown = 8;

std::string number_text(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (value - static_cast<double>(whole) == 0) return std::to_string(whole);
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.4f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

void member(json_writer& out, std::string_view name, const std::optional<std::int64_t>& value) {
  out.key(name);
  if (value)
    out.value(*value);
  else
    out.null();
}

std::optional<double> ratio(const std::optional<std::int64_t>& of,
                            const std::optional<std::int64_t>& by) {
  if (!of || !by || *by <= 0) return std::nullopt;
  return static_cast<double>(*of) / static_cast<double>(*by);
}

void write_row(json_writer& out, const result_row& x) {
  out.member("samples", x.latency.samples);
  if (x.latency.samples > 0) {
    out.member("p50_ns", x.latency.p50_ns);
    member(out, "p90_ns", x.latency.p90_ns);
    member(out, "p99_ns", x.latency.p99_ns);
    member(out, "p999_ns", x.latency.p999_ns);
    member(out, "p9999_ns", x.latency.p9999_ns);
    out.member("max_ns", x.latency.max_ns);
  }
  if (x.floor) {
    out.member("floor_p50_ns", x.floor->p50_ns);
    member(out, "floor_p99_ns", x.floor->p99_ns);
    if (const auto r = ratio(x.latency.p50_ns, x.floor->p50_ns))
      out.key("ratio_p50").raw(number_text(*r));
    if (const auto r = ratio(x.latency.p99_ns, x.floor->p99_ns))
      out.key("ratio_p99").raw(number_text(*r));
  }
  if (x.per_second) out.key("per_second").raw(number_text(*x.per_second));
  if (x.floor_per_second) out.key("floor_per_second").raw(number_text(*x.floor_per_second));
  out.member("dropped", x.dropped);
  out.member("conflated", x.conflated);
  for (const auto& [name, value] : x.figures) out.key(name).raw(number_text(value));
}

void write_rows(json_writer& out, std::string_view name, const std::vector<result_row>& rows) {
  out.key(name).begin_array();
  for (const auto& row : rows) {
    out.begin_object();
    out.member("name", row.name);
    write_row(out, row);
    out.end_object();
  }
  out.end_array();
}

void write_disturbance(json_writer& out, const disturbance& x) {
  out.begin_object();
  out.member("steal_ppm", x.steal_ppm);
  out.member("others_ppm", x.others_ppm);
  out.member("voluntary_switches", x.voluntary_switches);
  out.member("involuntary_switches", x.involuntary_switches);
  out.member("major_faults", x.major_faults);
  out.member("minor_faults", x.minor_faults);
  out.end_object();
}

std::string cell(const std::optional<std::int64_t>& ns) {
  return ns ? duration_text(static_cast<double>(*ns)) : std::string{};
}

std::string two_decimals(double value) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.2f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

void add_table(std::string& out, const char* title, const std::vector<result_row>& rows) {
  if (rows.empty()) return;
  bool rates = false;
  bool times = false;
  for (const auto& row : rows) {
    rates = rates || row.per_second;
    times = times || row.latency.samples > 0;
  }
  std::vector<std::vector<std::string>> cells;
  std::vector<std::string> head{title};
  if (times)
    for (const char* name : {"samples", "p50", "p99", "p99.9", "p99.99", "max", "floor", "ratio"})
      head.emplace_back(name);
  if (rates) head.emplace_back("per second");
  head.emplace_back("");
  cells.push_back(std::move(head));
  for (const auto& row : rows) {
    std::vector<std::string> line{row.name};
    if (times) {
      const bool has = row.latency.samples > 0;
      line.push_back(has ? std::to_string(row.latency.samples) : "");
      line.push_back(has ? duration_text(static_cast<double>(row.latency.p50_ns)) : "");
      line.push_back(cell(row.latency.p99_ns));
      line.push_back(cell(row.latency.p999_ns));
      line.push_back(cell(row.latency.p9999_ns));
      line.push_back(has ? duration_text(static_cast<double>(row.latency.max_ns)) : "");
      line.push_back(row.floor ? duration_text(static_cast<double>(row.floor->p50_ns)) : "");
      const auto r = row.floor ? ratio(row.latency.p50_ns, row.floor->p50_ns) : std::nullopt;
      line.push_back(r ? two_decimals(*r) : "");
    }
    if (rates)
      line.push_back(row.per_second ? std::to_string(static_cast<std::int64_t>(*row.per_second))
                                    : "");
    std::string more;
    if (row.dropped > 0) more += "dropped " + std::to_string(row.dropped) + "  ";
    if (row.conflated > 0) more += "conflated " + std::to_string(row.conflated) + "  ";
    for (const auto& [name, value] : row.figures) more += name + " " + number_text(value) + "  ";
    line.push_back(std::move(more));
    cells.push_back(std::move(line));
  }
  out += format_table(cells) + "\n";
}

}  // namespace

std::string duration_text(double ns) {
  if (ns < 1e3) return std::to_string(static_cast<std::int64_t>(ns + 0.5)) + " ns";
  if (ns < 1e6) return two_decimals(ns / 1e3) + " us";
  if (ns < 1e9) return two_decimals(ns / 1e6) + " ms";
  return two_decimals(ns / 1e9) + " s";
}

std::string to_json(const result_page& page) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", schema_version);
  out.member("command", page.command);
  out.member("valid", page.invalid.empty());
  out.key("invalid").begin_array();
  for (const auto& why : page.invalid) out.value(why);
  out.end_array();
  out.member("commit", page.environment.commit);
  out.key("settings").begin_object();
  for (const auto& [name, value] : page.settings) out.member(name, value);
  out.end_object();
  if (!page.rows.empty()) write_row(out, page.rows.front());
  write_rows(out, "rows", page.rows);
  write_rows(out, "stages", page.stages);
  write_rows(out, "floors", page.floors);
  out.key("worst").begin_array();
  for (const auto& line : page.worst) {
    out.begin_object();
    for (const auto& [stage, ns] : line) out.member(stage, ns);
    out.end_object();
  }
  out.end_array();
  out.key("environment");
  write(out, page.environment);
  out.key("disturbed");
  write_disturbance(out, page.disturbed);
  out.end_object();
  return out.take();
}

std::string to_text(const result_page& page) {
  std::string out;
  for (const auto& [name, value] : page.settings) out += name + " " + value + "  ";
  out += "\ncommit " + page.environment.commit + ", load " +
         two_decimals(page.environment.load_percent / 100.0) + ", steal " +
         two_decimals(static_cast<double>(page.disturbed.steal_ppm) / 1e4) + " %, others " +
         two_decimals(static_cast<double>(page.disturbed.others_ppm) / 1e4) + " %\n\n";
  add_table(out, page.command.c_str(), page.rows);
  add_table(out, "stage", page.stages);
  add_table(out, "floor", page.floors);
  if (!page.worst.empty()) {
    out += "worst " + std::to_string(page.worst.size()) + ", the first ones:\n";
    for (std::size_t k = 0; k < page.worst.size() && k < worst_shown; ++k) {
      for (const auto& [stage, ns] : page.worst[k])
        out += stage + " " + duration_text(static_cast<double>(ns)) + "  ";
      out += '\n';
    }
  }
  for (const auto& why : page.invalid) out += "not judged: " + why + "\n";
  return out;
}

int finish(const result_page& page, bool json) {
  std::cout << (json ? to_json(page) + "\n" : to_text(page));
  for (const auto& why : page.invalid)
    if (json) std::cerr << "bellwether-perf: not judged: " << why << '\n';
  return page.invalid.empty() ? 0 : not_judged;
}

}  // namespace bw::perf
