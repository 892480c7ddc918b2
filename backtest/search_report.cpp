#include "backtest/search_report.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "analytics/figure.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Rows of the table of the best trials.
constexpr std::size_t rows_shown = 10;

void number(json_writer& out, std::string_view name, double x) {
  out.key(name);
  const auto text = exact_text(x);
  text.empty() ? out.null() : out.raw(text);
}

void figures(json_writer& out, std::string_view name, const search_figures& x) {
  out.key(name).begin_object();
  number(out, "sharpe", x.sharpe);
  number(out, "sortino", x.sortino);
  number(out, "calmar", x.calmar);
  number(out, "return", x.total_return);
  number(out, "profit_factor", x.profit_factor);
  number(out, "expectancy", x.expectancy);
  number(out, "max_drawdown", x.max_drawdown);
  number(out, "volatility", x.volatility);
  out.member("trades", x.trades);
  out.member("sessions", std::uint64_t{x.sessions});
  out.end_object();
}

void trial(json_writer& out, const search_facts& facts, const trial_line& line) {
  out.begin_object();
  out.member("trial", line.id);
  out.key("parameters").raw(parameters_json(facts, line.id));
  figures(out, "out_of_sample", line.out_of_sample);
  figures(out, "in_sample", line.in_sample);
  out.end_object();
}

void folds(json_writer& out, const search_facts& facts, const search_result& result) {
  out.key("folds").begin_array();
  for (const auto& each : result.folds) {
    out.begin_object();
    out.member("train_first", format_date(each.train_first));
    out.member("train_last", format_date(each.train_last));
    out.member("test_first", format_date(each.test_first));
    out.member("test_last", format_date(each.test_last));
    out.key("chosen");
    each.chosen ? out.value(*each.chosen) : out.null();
    if (each.chosen) out.key("parameters").raw(parameters_json(facts, *each.chosen));
    figures(out, "test", each.test);
    figures(out, "train", each.train);
    out.end_object();
  }
  out.end_array();
}

void best(json_writer& out, const search_facts& facts, const search_result& result) {
  out.key("best");
  if (!result.best) {
    out.null();
    return;
  }
  trial(out, facts, result.trials[*result.best]);
  number(out, "deflated_sharpe", result.deflated_sharpe);
  number(out, "deflated_sharpe_needed", deflated_needed);
  number(out, "trial_sharpe_variance", result.trial_sharpe_variance);
  number(out, "degradation", result.degradation);
  out.key("neighbourhood").begin_object();
  out.key("trials").begin_array();
  for (const auto id : result.near.trials) out.value(id);
  out.end_array();
  number(out, "median", result.near.median);
  number(out, "worst", result.near.worst);
  number(out, "drop", result.near.drop);
  out.end_object();
}

/// Table columns as the terminal's other tables: two blanks between them.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t k = 0; k < row.size(); ++k) {
      line += (k == 0 ? "" : "  ") + row[k];
      if (k + 1 < row.size()) line.append(widths[k] - row[k].size(), ' ');
    }
    out += line + "\n";
  }
  return out;
}

std::vector<std::string> head_of(const search_facts& facts, const search_result& result) {
  std::vector<std::string> out{"trial"};
  for (const auto& axis : facts.axes) out.push_back(axis.name);
  const std::string objective{to_string(result.objective)};
  for (const auto& each : {objective + " unseen", objective + " training",
                           std::string{"return unseen"}, std::string{"trades unseen"}})
    out.push_back(each);
  return out;
}

std::vector<std::string> row_of(const search_facts& facts, const search_result& result,
                                std::uint32_t id) {
  std::vector<std::string> out{id == 0 ? "now" : std::to_string(id)};
  for (auto& each : values_of(facts, id)) out.push_back(std::move(each));
  const auto& line = result.trials[id];
  out.push_back(fixed_text(line.out_of_sample.of(result.objective), 3));
  out.push_back(fixed_text(line.in_sample.of(result.objective), 3));
  out.push_back(percent_text(line.out_of_sample.total_return));
  out.push_back(std::to_string(line.out_of_sample.trades));
  return out;
}

/// Trials by their objective out of sample, undefined ones last.
std::vector<std::uint32_t> ranked(const search_result& result) {
  std::vector<std::uint32_t> out;
  for (const auto& each : result.trials) out.push_back(each.id);
  const auto value = [&](std::uint32_t id) {
    const auto x = result.trials[id].out_of_sample.of(result.objective);
    return std::isnan(x) ? -INFINITY : x;
  };
  std::stable_sort(out.begin(), out.end(), [&](auto a, auto b) { return value(a) > value(b); });
  return out;
}

std::string folds_text(const search_result& result) {
  std::vector<std::vector<std::string>> rows{{"trained until", "tested", "chosen",
                                              std::string{to_string(result.objective)} + " unseen",
                                              "training", "return unseen"}};
  for (const auto& each : result.folds)
    rows.push_back({format_date(each.train_last),
                    format_date(each.test_first) + " .. " + format_date(each.test_last),
                    !each.chosen        ? "none"
                    : *each.chosen == 0 ? "now"
                                        : std::to_string(*each.chosen),
                    fixed_text(each.test.of(result.objective), 3),
                    fixed_text(each.train.of(result.objective), 3),
                    percent_text(each.test.total_return)});
  return table(rows);
}

std::string best_text(const search_result& result) {
  const auto& line = result.trials[*result.best];
  std::string out = "Best out of sample: trial " + std::to_string(*result.best) + ", " +
                    std::string{to_string(result.objective)} + " " +
                    fixed_text(line.out_of_sample.of(result.objective), 3) + " unseen against " +
                    fixed_text(line.in_sample.of(result.objective), 3) + " in training";
  if (!std::isnan(result.degradation)) out += " (" + percent_text(result.degradation, 0) + " lost)";
  out += "\nDeflated Sharpe: " + percent_text(result.deflated_sharpe, 1) + " after " +
         std::to_string(result.trials.size()) + " trials (" + percent_text(deflated_needed, 0) +
         " is needed)\nNeighbours: median " + fixed_text(result.near.median, 3) + ", worst " +
         fixed_text(result.near.worst, 3) + ", drop " + percent_text(result.near.drop, 0) + " of " +
         std::to_string(result.near.trials.size()) + "\n";
  return out;
}

}  // namespace

std::string exact_text(double x) {
  if (!std::isfinite(x)) return {};
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, x == 0 ? 0.0 : x).ptr;
  return {buffer, end};
}

std::optional<double> number_of_text(std::string_view text) {
  double out = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || !std::isfinite(out))
    return std::nullopt;
  return out;
}

std::vector<std::string> values_of(const search_facts& facts, std::uint32_t trial) {
  if (trial == 0) return facts.values_now;
  std::vector<std::string> out;
  for (std::size_t k = 0; k < facts.axes.size(); ++k)
    out.push_back(facts.axes[k].text(facts.points[trial - 1][k]));
  return out;
}

std::string parameters_json(const search_facts& facts, std::uint32_t trial) {
  json_writer out;
  out.begin_object();
  const auto values = values_of(facts, trial);
  for (std::size_t k = 0; k < facts.axes.size(); ++k)
    out.member("strategy." + facts.axes[k].key(), values[k]);
  out.end_object();
  return out.take();
}

std::string figures_json(const trial_line& line) {
  json_writer out;
  out.begin_object();
  figures(out, "in_sample", line.in_sample);
  figures(out, "out_of_sample", line.out_of_sample);
  out.end_object();
  return out.take();
}

std::string result_json(const search_facts& facts, const search_result& result) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("judgement", to_string(result.judgement));
  out.member("recommendation", result.recommendation);
  out.member("objective", to_string(result.objective));
  out.member("method", to_string(facts.method));
  out.member("walk_forward", to_string(facts.mode));
  out.member("trials", std::uint64_t{result.trials.size()});
  out.member("min_trades", facts.min_trades);
  out.member("seed", facts.seed);
  out.member("data_hash", facts.data_hash);
  out.member("config_hash", facts.config_hash);
  best(out, facts, result);
  out.key("now");
  trial(out, facts, result.trials.front());
  figures(out, "walk_forward_out_of_sample", result.walk_forward);
  folds(out, facts, result);
  out.key("last_week").begin_object();
  out.member("note", "fitted on these sessions alone: for information, never a proposal");
  if (result.week_best) {
    out.member("trial", *result.week_best);
    out.key("parameters").raw(parameters_json(facts, *result.week_best));
    figures(out, "in_sample", result.week);
  }
  out.end_object();
  out.key("warnings").begin_array();
  for (const auto& each : facts.warnings) out.value(each);
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

std::string trials_csv(const search_facts& facts, const search_result& result) {
  std::string out = "trial";
  for (const auto& axis : facts.axes) out += "," + axis.key();
  for (const char* side : {"out_of_sample", "in_sample"})
    for (const char* name : {"sharpe", "sortino", "calmar", "return", "profit_factor", "expectancy",
                             "max_drawdown", "volatility", "trades"})
      out += std::string{","} + name + "_" + side;
  out += "\n";
  for (const auto& line : result.trials) {
    out += std::to_string(line.id);
    for (const auto& each : values_of(facts, line.id)) out += "," + each;
    for (const auto* x : {&line.out_of_sample, &line.in_sample}) {
      for (const double each : {x->sharpe, x->sortino, x->calmar, x->total_return, x->profit_factor,
                                x->expectancy, x->max_drawdown, x->volatility})
        out += "," + exact_text(each);
      out += "," + std::to_string(x->trades);
    }
    out += "\n";
  }
  return out;
}

std::string result_text(const search_facts& facts, const search_result& result) {
  std::vector<std::vector<std::string>> rows{head_of(facts, result)};
  const auto order = ranked(result);
  bool now_shown = false;
  for (std::size_t k = 0; k < std::min(order.size(), rows_shown); ++k) {
    rows.push_back(row_of(facts, result, order[k]));
    now_shown = now_shown || order[k] == 0;
  }
  if (!now_shown) rows.push_back(row_of(facts, result, 0));
  std::string out = table(rows) + "\n" + folds_text(result);
  out += "Walk-forward, all test windows: " + std::string{to_string(result.objective)} + " " +
         fixed_text(result.walk_forward.of(result.objective), 3) + ", return " +
         percent_text(result.walk_forward.total_return) + ", " +
         std::to_string(result.walk_forward.trades) + " trades\n\n";
  if (result.best) out += best_text(result);
  if (result.week_best)
    out += "Last " + std::to_string(result.week.sessions) + " sessions: trial " +
           (*result.week_best == 0 ? "now" : std::to_string(*result.week_best)) +
           " would have been best, which is hindsight and never a proposal\n";
  out += "\n" + result.recommendation + "\n";
  for (const auto& each : facts.warnings) out += "Warning: " + each + "\n";
  return out;
}

result<void> write_search(const std::filesystem::path& folder, const search_facts& facts,
                          const search_result& result) {
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream file{folder / name, std::ios::binary};
    file << text;
    return static_cast<bool>(file.flush());
  };
  if (write("result.json", result_json(facts, result)) &&
      write("trials.csv", trials_csv(facts, result)) &&
      write("summary.txt", result_text(facts, result)))
    return {};
  return {ec::io_failed, folder.string() + ": the results could not be written"};
}

}  // namespace bw
