#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>

#include "analytics/chart.hpp"
#include "analytics/page_texts.hpp"
#include "analytics/report.hpp"
#include "analytics/run_against.hpp"
#include "analytics/trade_rows.hpp"

namespace bw {
namespace {

using kainjow::mustache::data;

/// Charts of candles on one page: of the symbols with most executions.
constexpr std::size_t candle_charts_max = 4;
/// Rows of a table of groups: those that earned or lost most.
constexpr std::size_t group_rows_max = 25;
/// Warnings, and open positions; report.json has all.
constexpr std::size_t list_rows_max = 50;

data list() { return data{data::type::list}; }

std::string sign_class(money amount) {
  return amount.is_negative() ? "loss" : amount.is_positive() ? "gain" : "";
}

std::string optional_percent(std::optional<double> value) {
  return value ? percent_text(*value, 1) : "n/a";
}

std::string local_minute(utc_ns at, const session_calendar& calendar) {
  const auto local = utc_ns{at.value + calendar.offset_at(at).count() * 1'000'000'000};
  auto text = format_rfc3339(local).substr(0, 16);
  text[10] = ' ';
  return text;
}

void add_head(data& page, const run_result& run, const run_statistics& statistics) {
  std::string strategies;
  for (const auto& each : run.strategies) strategies += (strategies.empty() ? "" : ", ") + each;
  page.set("name", run.name);
  page.set("type", std::string{to_string(run.type)});
  page.set("strategies", strategies);
  page.set("period", statistics.days.empty() ? "no sessions"
                                             : format_date(statistics.days.front().date) + " to " +
                                                   format_date(statistics.days.back().date));
  page.set("sessions", std::to_string(statistics.days.size()));
  page.set("start_equity", dollar_text(run.starting_equity));
  page.set("verdict", verdict_sentence(run, statistics));
  page.set("style", std::string{page_style});
  page.set("script", std::string{page_script});
  page.set("rolling_days", std::to_string(rolling_days));
  auto warnings = list();
  const auto& all = statistics.warnings;
  for (std::size_t k = 0; k < std::min(all.size(), list_rows_max); ++k)
    warnings << data{"text", all[k]};
  if (all.size() > list_rows_max)
    warnings << data{
        "text", std::to_string(all.size() - list_rows_max) + " more warnings are in report.json."};
  page.set("has_warnings", !statistics.warnings.empty());
  page.set("warnings", warnings);
}

data figure_row(const figure& one) {
  data row;
  row.set("label", std::string{one.label});
  row.set("value", figure_text(one));
  row.set("convention", std::string{one.convention});
  return row;
}

void add_figures(data& page, const run_statistics& statistics) {
  auto tiles = list();
  for (const char* id : {"total_return", "cagr", "sharpe", "max_drawdown", "win_rate",
                         "profit_factor", "trades", "deflated_sharpe"})
    if (const auto* found = find_figure(statistics.figures, id)) tiles << figure_row(*found);
  page.set("tiles", tiles);
  auto sections = list();
  auto conventions = list();
  for (std::size_t k = 0; k < statistics.figures.size();) {
    const auto section = statistics.figures[k].section;
    auto rows = list();
    for (; k < statistics.figures.size() && statistics.figures[k].section == section; ++k) {
      rows << figure_row(statistics.figures[k]);
      conventions << figure_row(statistics.figures[k]);
    }
    data part;
    part.set("section", std::string{section});
    part.set("figures", rows);
    sections << part;
  }
  page.set("sections", sections);
  page.set("conventions", conventions);
  for (const char* id : {"fees", "slippage", "net_profit", "total_return", "end_equity"})
    if (const auto* found = find_figure(statistics.figures, id)) page.set(id, figure_text(*found));
  page.set("stress_net", dollar_text(statistics.stress.net));
  page.set("stress_return", percent_text(statistics.stress.total_return));
  page.set("stress_equity", dollar_text(statistics.stress.end_equity));
  page.set("traded_value", dollar_text(statistics.traded_value));
}

void set_chart(data& page, const char* name, std::string chart) {
  if (!chart.empty()) page.set(name, std::move(chart));
}

/// Equity against the benchmark, and what is below the running peak.
void add_curves(data& page, const run_result& run, const run_statistics& statistics,
                const session_axis& axis) {
  chart_line own{run.name, "own", {}};
  chart_line other{run.benchmark.empty() ? "Benchmark" : run.benchmark, "other", {}};
  chart_line fall{"Drawdown", "fall", {}};
  const double start = run.starting_equity.to_double();
  double peak = start;
  for (const auto& point : run.equity) {
    const double equity = point.equity.to_double();
    const double x = axis.position(point.at);
    peak = std::max(peak, equity);
    if (start > 0) own.points.push_back({x, equity / start - 1});
    if (peak > 0) fall.points.push_back({x, equity / peak - 1});
  }
  if (!run.benchmark_curve.empty()) {
    const double first = run.benchmark_curve.front().level.to_double();
    for (const auto& point : run.benchmark_curve)
      if (first > 0)
        other.points.push_back({axis.position(point.at), point.level.to_double() / first - 1});
    page.set("benchmark", other.name);
  }
  const auto end = own.points.empty() ? "" : percent_text(own.points.back().y);
  std::vector<chart_line> lines{own};
  if (!other.points.empty()) lines.push_back(other);
  set_chart(page, "equity_chart",
            draw(line_chart{"Equity", "Return since the start; it ends at " + end + ".", lines,
                            value_form::percent, line_chart::area::no},
                 axis));
  set_chart(page, "drawdown_chart",
            draw(line_chart{"Drawdown",
                            "How far the equity was below its highest so far.",
                            {fall},
                            value_form::percent,
                            line_chart::area::yes},
                 axis));
  chart_line rolling{"Sharpe", "own", {}};
  const auto skipped = statistics.days.size() - statistics.rolling.size();
  for (std::size_t k = 0; k < statistics.rolling.size(); ++k)
    rolling.points.push_back({static_cast<double>(skipped + k) + 1, statistics.rolling[k].value});
  if (rolling.points.size() > 1)
    set_chart(page, "rolling_chart",
              draw(line_chart{"Rolling Sharpe ratio",
                              "Of the sessions before each day.",
                              {rolling},
                              value_form::ratio,
                              line_chart::area::no},
                   axis));
}

void add_distributions(data& page, const run_result& run, const run_statistics& statistics) {
  set_chart(page, "distribution_chart",
            draw(histogram_chart{"Daily returns", "How many days had which return.",
                                 returns_of(statistics.days)}));
  std::vector<double> returns;
  for (const auto& each : run.trades)
    if (each.entry_value.is_positive())
      returns.push_back(each.net().to_double() / each.entry_value.to_double());
  set_chart(page, "trade_chart",
            draw(histogram_chart{"Returns of trades", "How many trades had which net return.",
                                 std::move(returns)}));
}

data heat_cell(double value, double strongest) {
  data cell;
  cell.set("text", percent_text(value, 1));
  const int level =
      strongest > 0 ? std::clamp(static_cast<int>(std::abs(value) / strongest * 3) + 1, 1, 3) : 1;
  const bool none = percent_text(value, 1) == "0.0%";
  cell.set("class", none ? "" : (value < 0 ? "l" : "g") + std::to_string(level));
  return cell;
}

void add_heat(data& page, const run_statistics& statistics) {
  double strongest = 0;
  for (const auto& each : statistics.months) strongest = std::max(strongest, std::abs(each.value));
  auto years = list();
  for (std::size_t k = 0; k < statistics.months.size();) {
    const auto year = statistics.months[k].last.year;
    auto months = list();
    double grown = 1;
    for (unsigned month = 1; month <= 12; ++month) {
      if (k < statistics.months.size() && statistics.months[k].last.year == year &&
          statistics.months[k].last.month == month) {
        months << heat_cell(statistics.months[k].value, strongest);
        grown *= 1 + statistics.months[k].value;
        ++k;
      } else {
        data empty;
        empty.set("text", "");
        empty.set("class", "");
        months << empty;
      }
    }
    months << heat_cell(grown - 1, strongest * 3);
    data row;
    row.set("year", std::to_string(year));
    row.set("months", months);
    years << row;
  }
  auto names = list();
  for (const char* name :
       {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
    names << data{name};
  page.set("month_names", names);
  page.set("years", years);
  page.set("has_heat", !statistics.months.empty());
}

data group_table(const char* title, const grouped_figures& groups) {
  std::vector<std::pair<std::string, trade_figures>> rows{groups.begin(), groups.end()};
  if (rows.size() > group_rows_max) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return abs(a.second.net()) > abs(b.second.net());
    });
    rows.resize(group_rows_max);
  }
  auto lines = list();
  for (const auto& [name, figures] : rows) {
    data row;
    row.set("name", name);
    row.set("trades", std::to_string(figures.trades()));
    row.set("win_rate", optional_percent(figures.win_rate()));
    const auto factor = figures.profit_factor();
    row.set("profit_factor", factor ? fixed_text(*factor, 2) : "n/a");
    row.set("expectancy", figures.expectancy() ? dollar_text(*figures.expectancy()) : "n/a");
    row.set("net", dollar_text(figures.net()));
    row.set("class", sign_class(figures.net()));
    lines << row;
  }
  data out;
  out.set("title", std::string{title} + (groups.size() > group_rows_max ? " (largest 25)" : ""));
  out.set("rows", lines);
  return out;
}

void add_tables(data& page, const run_statistics& statistics, const session_calendar& calendar) {
  const auto& trades = statistics.trades;
  auto groups = list();
  groups << group_table("Strategy", trades.by_strategy) << group_table("Symbol", trades.by_symbol)
         << group_table("Exit", trades.by_exit_reason)
         << group_table("Entry", trades.by_entry_reason)
         << group_table("Hour of entry", trades.by_hour)
         << group_table("Weekday", trades.by_weekday)
         << group_table("Regime at entry", trades.by_regime);
  if (trades.by_side.size() > 1) groups << group_table("Side", trades.by_side);
  page.set("groups", groups);
  page.set("has_trades", trades.all.trades() > 0);
  auto periods = list();
  for (const auto& each : statistics.periods) {
    data row;
    row.set("name", each.name);
    row.set("first", format_date(each.first));
    row.set("value", percent_text(each.value));
    row.set("drawdown", percent_text(each.max_drawdown));
    row.set("trades", std::to_string(each.trades.trades()));
    row.set("win_rate", optional_percent(each.trades.win_rate()));
    row.set("net", dollar_text(each.trades.net()));
    row.set("class", sign_class(each.trades.net()));
    periods << row;
  }
  page.set("periods", periods);
  auto falls = list();
  for (const auto& each : statistics.drawdowns) {
    const auto last = each.recovered.value_or(each.bottom);
    data row;
    row.set("depth", percent_text(each.depth()));
    row.set("start", local_minute(each.start, calendar));
    row.set("bottom", local_minute(each.bottom, calendar));
    row.set("recovered", each.recovered ? local_minute(*each.recovered, calendar) : "not yet");
    row.set("days", each.recovered
                        ? fixed_text(static_cast<double>((last - each.start).count()) / 86'400e9, 1)
                        : "");
    falls << row;
  }
  page.set("has_drawdowns", !statistics.drawdowns.empty());
  page.set("drawdowns", falls);
}

std::string span_text(nanoseconds span) {
  const auto minutes = span / std::chrono::minutes{1};
  if (minutes < 60) return std::to_string(minutes) + " min";
  if (minutes < 1'440) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes / 1'440) + (minutes < 2'880 ? " day" : " days");
}

void add_candles(data& page, const run_result& run, const session_calendar& calendar) {
  std::vector<std::pair<std::size_t, const candle_series*>> ranked;
  for (const auto& series : run.candles)
    ranked.emplace_back(std::count_if(run.fills.begin(), run.fills.end(),
                                      [&](const auto& x) { return x.symbol == series.symbol; }),
                        &series);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  auto charts = list();
  bool any = false;
  for (std::size_t k = 0; k < std::min(ranked.size(), candle_charts_max); ++k) {
    const auto& series = *ranked[k].second;
    auto chart = draw_candles(series, run.fills, calendar);
    if (chart.empty()) continue;
    data row;
    row.set("symbol", series.symbol.str());
    row.set("span", span_text(series.span));
    row.set("count", std::to_string(std::min(series.candles.size(), candles_shown_max)));
    row.set("chart", std::move(chart));
    charts << row;
    any = true;
  }
  page.set("has_candles", any);
  page.set("candles", charts);
}

void add_open(data& page, const run_result& run, const session_calendar& calendar) {
  auto open = list();
  for (std::size_t k = 0; k < std::min(run.open_trades.size(), list_rows_max); ++k) {
    const auto& each = run.open_trades[k];
    data row;
    row.set("symbol", each.symbol.str());
    row.set("strategy", each.strategy.str());
    row.set("qty", each.qty.text());
    row.set("average", each.average.text());
    row.set("last", each.last.text());
    row.set("unrealized", dollar_text(each.unrealized));
    row.set("class", sign_class(each.unrealized));
    row.set("since", local_minute(each.opened_at, calendar));
    open << row;
  }
  page.set("has_open", !run.open_trades.empty());
  page.set("open_note", run.open_trades.size() > list_rows_max
                            ? "The first " + std::to_string(list_rows_max) + " of " +
                                  std::to_string(run.open_trades.size()) + "; report.json has all. "
                            : "");
  page.set("open", open);
}

data named_rows(const std::vector<named_text>& texts) {
  auto out = list();
  for (const auto& each : texts) {
    data row;
    row.set("name", each.name);
    row.set("value", each.value);
    out << row;
  }
  return out;
}

/// Pairs of trades that the page shows of each strategy; report.json has more.
constexpr std::size_t pairs_in_page_max = 60;

void add_against(data& page, const run_result& run, const session_calendar& calendar) {
  page.set("has_against", run.against.has_value());
  if (!run.against) return;
  page.set("against_other", run.against->other);
  page.set("against_verdict", run.against->verdict);
  page.set("against_certificate", run.against->certificate);
  auto strategies = list();
  for (const auto& each : run.against->strategies) {
    data strategy;
    strategy.set("strategy", each.strategy);
    auto figures = list();
    for (const auto& own : each.own) {
      const auto* other = find_figure(each.other, own.id);
      if (other == nullptr) continue;
      data row;
      row.set("label", std::string{own.label});
      row.set("own", figure_text(own));
      row.set("other", figure_text(*other));
      row.set("difference", difference_text(own, *other));
      figures << row;
    }
    strategy.set("figures", figures);
    auto trades = list();
    for (std::size_t k = 0; k < std::min(each.trades.size(), pairs_in_page_max); ++k) {
      const auto& pair = each.trades[k];
      const auto& named = pair.own ? *pair.own : *pair.other;
      const auto prices = [](const std::optional<closed_trade>& x) {
        return x ? x->entry_average.text() + " to " + x->exit_average.text() : std::string{"none"};
      };
      const auto net = [](const std::optional<closed_trade>& x) {
        return x ? dollar_text(x->net()) : std::string{"none"};
      };
      data row;
      row.set("since", local_minute(named.opened_at, calendar));
      row.set("symbol", named.symbol.str());
      row.set("own_prices", prices(pair.own));
      row.set("other_prices", prices(pair.other));
      row.set("own_net", net(pair.own));
      row.set("other_net", net(pair.other));
      row.set("difference", dollar_text(difference_of(pair)));
      trades << row;
    }
    strategy.set("has_pairs", !each.trades.empty());
    strategy.set("pairs", trades);
    strategies << strategy;
  }
  page.set("against_strategies", strategies);
}

/// Recordings that the page names one by one; report.json has all.
constexpr std::size_t files_in_page_max = 50;

/// What the run took for granted, and the very plugins and recordings that it rests on.
std::vector<named_text> assumptions_of(const run_result& run) {
  auto out = run.assumptions;
  for (const auto& each : run.plugins)
    out.push_back({"plugin " + each.file, each.name + " " + each.version +
                                              (each.abi.empty() ? "" : ", ABI " + each.abi) +
                                              ", SHA-256 " + each.sha256});
  const auto shown = std::min(run.data_files.size(), files_in_page_max);
  for (std::size_t k = 0; k < shown; ++k)
    out.push_back({"data " + run.data_files[k].name, "SHA-256 " + run.data_files[k].sha256});
  if (shown < run.data_files.size())
    out.push_back({"data", std::to_string(run.data_files.size() - shown) +
                               " more recordings: report.json has their hashes"});
  return out;
}

void add_facts(data& page, const run_result& run) {
  const auto& orders = run.orders;
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  const auto hash = [](const std::string& text) { return text.empty() ? "none" : text; };
  std::vector<named_text> facts{
      {"Program", hash(run.version)},
      {"Seed", count(run.seed)},
      {"Data", hash(run.data_hash)},
      {"Configuration", hash(run.config_hash)},
      {"Plugins", hash(run.plugin_hash)},
      {"From", format_rfc3339(run.start)},
      {"To", format_rfc3339(run.end)},
      {"Market events", count(run.market_events)},
      {"Orders", count(orders.submitted) + " submitted, " + count(orders.filled) + " filled, " +
                     count(orders.canceled) + " cancelled, " + count(orders.expired) +
                     " expired, " + count(orders.rejected) + " rejected, " + count(orders.denied) +
                     " denied by risk rules"},
      {"Executions", count(orders.fills)}};
  constexpr std::size_t regimes_shown = 100;
  if (!run.regimes.empty())
    facts.push_back({"Regimes of " + run.regimes.front().day, regimes_text(run, regimes_shown)});
  facts.insert(facts.end(), run.models.begin(), run.models.end());
  page.set("facts", named_rows(facts));
  const auto assumptions = assumptions_of(run);
  page.set("has_assumptions", !assumptions.empty());
  page.set("assumptions", named_rows(assumptions));
}

}  // namespace

std::string report_html(const run_result& run, const run_statistics& statistics,
                        const session_calendar& calendar) {
  const session_axis axis{statistics.days, calendar};
  data page;
  add_head(page, run, statistics);
  add_figures(page, statistics);
  add_curves(page, run, statistics, axis);
  add_distributions(page, run, statistics);
  add_heat(page, statistics);
  add_tables(page, statistics, calendar);
  add_candles(page, run, calendar);
  add_open(page, run, calendar);
  add_facts(page, run);
  add_against(page, run, calendar);
  auto columns = list();
  for (const char* name : trade_columns) columns << data{name};
  page.set("trade_columns", columns);
  page.set("days", days_json(statistics.days));
  page.set("rows", trade_rows_json(run.trades, calendar, trades_in_page_max));
  page.set("trade_note", run.trades.size() > trades_in_page_max
                             ? "The latest " + std::to_string(trades_in_page_max) + " of " +
                                   std::to_string(run.trades.size()) +
                                   " trades; trades.csv holds all."
                             : "All trades; trades.csv holds them with every column.");
  kainjow::mustache::mustache form{std::string{report_page_template}};
  return form.render(page);
}

}  // namespace bw
