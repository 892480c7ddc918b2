#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>

#include "analytics/chart.hpp"
#include "analytics/figure_json.hpp"
#include "analytics/page_texts.hpp"
#include "analytics/run_against.hpp"
#include "analytics/run_comparison.hpp"
#include "analytics/trade_rows.hpp"

namespace bw {
namespace {

using kainjow::mustache::data;

/// What a ranking shows; all figures follow in another table.
constexpr const char* ranked_by[] = {"total_return", "sharpe",        "max_drawdown",
                                     "trades",       "win_rate",      "average_win",
                                     "average_loss", "profit_factor", "deflated_sharpe"};

data list() { return data{data::type::list}; }

std::vector<const compared_run*> by_rank(const run_comparison& all) {
  std::vector<const compared_run*> out;
  for (const auto& run : all.runs) out.push_back(&run);
  std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->rank < b->rank; });
  return out;
}

std::string text_of(const compared_run& run, std::string_view id) {
  const auto* found = find_figure(run.statistics.figures, id);
  return found ? figure_text(*found) : "n/a";
}

std::string label_of(const run_comparison& all, std::string_view id) {
  const auto* found = find_figure(all.runs.front().statistics.figures, id);
  return std::string{found ? found->label : id};
}

std::string style_of(std::size_t k) {
  return k == 0 ? "own" : k < 5 ? "line-" + std::to_string(k + 1) : "other";
}

std::string interval_text(const run_pair& pair) {
  if (std::isnan(pair.low)) return "n/a";
  return percent_text(pair.low, 1) + " to " + percent_text(pair.high, 1);
}

std::string p_text(const run_pair& pair) {
  return std::isnan(pair.p_value) ? "n/a" : fixed_text(pair.p_value, 3);
}

std::string pair_words(const run_comparison& all, const run_pair& pair) {
  if (std::isnan(pair.p_value)) return "too few sessions to tell";
  if (pair.p_value >= 0.05) return "chance may explain it";
  return all.runs[pair.difference > 0 ? pair.first : pair.second].name + " is better";
}

void add_ranking(data& page, const run_comparison& all) {
  auto columns = list();
  for (const char* id : ranked_by) columns << data{label_of(all, id)};
  page.set("ranking_columns", columns);
  auto rows = list();
  for (const auto* run : by_rank(all)) {
    auto cells = list();
    for (const char* id : ranked_by) cells << data{text_of(*run, id)};
    data row;
    row.set("rank", std::to_string(run->rank));
    row.set("name", run->name);
    row.set("cells", cells);
    rows << row;
  }
  page.set("ranking", rows);
}

void add_pairs(data& page, const run_comparison& all) {
  auto rows = list();
  for (const auto& pair : all.pairs) {
    data row;
    row.set("first", all.runs[pair.first].name);
    row.set("second", all.runs[pair.second].name);
    row.set("difference", percent_text(pair.difference, 1));
    row.set("interval", interval_text(pair));
    row.set("p_value", p_text(pair));
    row.set("overlap",
            percent_text(pair.first_overlap, 0) + " / " + percent_text(pair.second_overlap, 0));
    row.set("words", pair_words(all, pair));
    rows << row;
  }
  page.set("pairs", rows);
  page.set("method", std::string{significance_method});
}

/// One row a figure; the best value of those that have a better side is marked.
void add_figures(data& page, const run_comparison& all) {
  auto names = list();
  for (const auto& run : all.runs) names << data{run.name};
  page.set("names", names);
  auto rows = list();
  for (const auto& one : all.runs.front().statistics.figures) {
    double best = std::nan("");
    for (const auto& run : all.runs) {
      const auto* found = find_figure(run.statistics.figures, one.id);
      if (!found || !found->defined() || one.better == better::neither) continue;
      const bool first = std::isnan(best);
      const bool ahead = one.better == better::higher ? found->value > best : found->value < best;
      if (first || ahead) best = found->value;
    }
    auto cells = list();
    for (const auto& run : all.runs) {
      const auto* found = find_figure(run.statistics.figures, one.id);
      data cell;
      cell.set("text", found ? figure_text(*found) : "n/a");
      cell.set("class", found && found->value == best ? "gain" : "");
      cells << cell;
    }
    data row;
    row.set("label", std::string{one.label});
    row.set("convention", std::string{one.convention});
    row.set("cells", cells);
    rows << row;
  }
  page.set("figures", rows);
}

std::string equity_chart(const run_comparison& all, const session_axis& axis) {
  line_chart chart{"Equity",
                   "Return of each run since the first common session.",
                   {},
                   value_form::percent,
                   line_chart::area::no};
  for (std::size_t k = 0; k < all.runs.size(); ++k) {
    chart_line line{all.runs[k].name, style_of(k), {{0, 0}}};
    double value = 1;
    double x = 0;
    for (const auto& day : all.runs[k].statistics.days) {
      value *= 1 + day.value;
      line.points.push_back({++x, value - 1});
    }
    chart.lines.push_back(std::move(line));
  }
  return draw(chart, axis);
}

}  // namespace

std::string comparison_html(const run_comparison& all, const session_calendar& calendar) {
  const auto& days = all.runs.front().statistics.days;
  data page;
  page.set("style", std::string{page_style});
  page.set("script", std::string{page_script});
  page.set("count", std::to_string(all.runs.size()));
  page.set("period", format_date(all.first) + " to " + format_date(all.last));
  page.set("sessions", std::to_string(days.size()));
  page.set("recommendation", all.recommendation);
  auto warnings = list();
  for (const auto& each : all.warnings) warnings << data{"text", each};
  page.set("has_warnings", !all.warnings.empty());
  page.set("warnings", warnings);
  auto keys = list();
  for (std::size_t k = 0; k < all.runs.size(); ++k) {
    data key;
    key.set("name", all.runs[k].name);
    key.set("style", style_of(k));
    keys << key;
  }
  page.set("keys", keys);
  page.set("equity_chart", equity_chart(all, session_axis{days, calendar}));
  page.set("days", days_json(days));
  add_ranking(page, all);
  add_pairs(page, all);
  add_figures(page, all);
  kainjow::mustache::mustache form{std::string{comparison_page_template}};
  return form.render(page);
}

std::string comparison_json(const run_comparison& all) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("first", format_date(all.first));
  out.member("last", format_date(all.last));
  out.member("recommendation", all.recommendation);
  out.key("runs").begin_array();
  for (const auto* run : by_rank(all)) {
    out.begin_object();
    out.member("rank", static_cast<std::uint64_t>(run->rank));
    out.member("name", run->name);
    out.key("figures");
    write_json(out, run->statistics.figures);
    out.end_object();
  }
  out.end_array();
  out.member("method", significance_method);
  out.key("pairs").begin_array();
  for (const auto& pair : all.pairs) {
    out.begin_object();
    out.member("first", all.runs[pair.first].name);
    out.member("second", all.runs[pair.second].name);
    const std::pair<const char*, double> numbers[] = {{"difference", pair.difference},
                                                      {"low", pair.low},
                                                      {"high", pair.high},
                                                      {"p_value", pair.p_value},
                                                      {"first_overlap", pair.first_overlap},
                                                      {"second_overlap", pair.second_overlap}};
    for (const auto& [name, value] : numbers) {
      out.key(name);
      write_number(out, value);
    }
    write_pairs(out, pair.strategies);
    out.end_object();
  }
  out.end_array();
  out.key("warnings").begin_array();
  for (const auto& each : all.warnings) out.value(each);
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

std::string comparison_text(const run_comparison& all) {
  const auto table = [](const std::vector<std::vector<std::string>>& rows) {
    std::string out;
    for (const auto& row : rows) {
      std::string line;
      for (std::size_t k = 0; k < row.size(); ++k) {
        std::size_t width = 0;
        for (const auto& each : rows) width = std::max(width, each[k].size());
        line += row[k] + std::string(width - row[k].size() + 2, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += "  " + line + "\n";
    }
    return out;
  };
  std::vector<std::vector<std::string>> ranking{{"rank", "run"}};
  for (const char* id : ranked_by) ranking[0].push_back(label_of(all, id));
  for (const auto* run : by_rank(all)) {
    ranking.push_back({std::to_string(run->rank), run->name});
    for (const char* id : ranked_by) ranking.back().push_back(text_of(*run, id));
  }
  std::vector<std::vector<std::string>> pairs{
      {"first", "second", "a year", "95% interval", "p", "common trades", ""}};
  for (const auto& pair : all.pairs)
    pairs.push_back(
        {all.runs[pair.first].name, all.runs[pair.second].name, percent_text(pair.difference, 1),
         interval_text(pair), p_text(pair),
         percent_text(pair.first_overlap, 0) + " / " + percent_text(pair.second_overlap, 0),
         pair_words(all, pair)});
  auto out = all.recommendation + "\n  " + format_date(all.first) + " to " + format_date(all.last) +
             ", " + std::to_string(all.runs.front().statistics.days.size()) +
             " common sessions\n\n" + table(ranking) + "\n" + table(pairs);
  for (const auto& pair : all.pairs)
    if (!pair.strategies.empty())
      out += "\n  " + all.runs[pair.first].name + " against " + all.runs[pair.second].name + "\n" +
             pairs_text(pair.strategies);
  for (const auto& each : all.warnings) out += "  ! " + each + "\n";
  return out;
}

}  // namespace bw
