#include <CLI/CLI.hpp>

#include <iostream>

#include "analytics/report.hpp"
#include "app/backtest_plan.hpp"
#include "app/cli.hpp"
#include "app/signals.hpp"
#include "core/clock.hpp"
#include "core/int128.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr nanoseconds progress_every = std::chrono::milliseconds{500};

std::string hexadecimal(std::uint64_t x) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(x));
  return text;
}

/// Says on stderr how far the run is, and how long it will take where its end is known.
class progress_line {
 public:
  progress_line(const common_flags& flags, utc_ns start, std::optional<utc_ns> end)
      : shown_(!flags.quiet && !flags.json),
        rich_(is_rich_terminal(2, flags)),
        start_(start),
        end_(end),
        began_(clock_.mono_now()) {}

  void at(const backtest_progress& x) {
    const auto now = clock_.mono_now();
    if (!shown_ || now - drawn_ < progress_every) return;
    drawn_ = now;
    std::string text = format_date_of(x.reached) + "  " + std::to_string(x.market_events) +
                       " events  " + std::to_string(x.fills) + " fills";
    const auto spent = now - began_;
    if (end_ && x.reached > start_) {
      const auto done = static_cast<int128>((x.reached - start_).count());
      const auto left = static_cast<int128>(std::max(*end_ - x.reached, nanoseconds{0}).count());
      const nanoseconds wait{static_cast<std::int64_t>(spent.count() * left / done)};
      text += "  " +
              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait).count()) +
              " s left";
    }
    std::cerr << (rich_ ? "\r\x1b[K" : "") << text << (rich_ ? "" : "\n") << std::flush;
  }
  void end() {
    if (shown_ && rich_ && drawn_ != mono_ns{}) std::cerr << "\r\x1b[K";
  }

 private:
  static std::string format_date_of(utc_ns at) { return format_rfc3339(at).substr(0, 10); }

  system_clock clock_;
  bool shown_;
  bool rich_;
  utc_ns start_;
  std::optional<utc_ns> end_;
  mono_ns began_;
  mono_ns drawn_{};
};

/// When the market will end, where that can be said before it was played: the option, else the
/// demonstration's last day.
std::optional<utc_ns> expected_end(const backtest_arguments& asked, const backtest_plan& plan,
                                   utc_ns start) {
  if (plan.to) return plan.to;
  if (!asked.demo) return std::nullopt;
  return start + std::chrono::hours{24} * (std::int64_t{asked.demo_days} * 7 / 5);
}

money final_equity(const run_result& run) {
  return run.equity.empty() ? run.starting_equity : run.equity.back().equity;
}

void write_texts(json_writer& out, std::string_view name, const std::vector<named_text>& texts) {
  out.key(name).begin_object();
  for (const auto& each : texts) out.member(each.name, each.value);
  out.end_object();
}

std::string summary_json(const backtest_answer& answer, const run_statistics& statistics) {
  const auto& run = answer.result;
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("name", run.name);
  out.member("seed", run.seed);
  out.member("data_hash", run.data_hash);
  out.member("config_hash", run.config_hash);
  out.member("plugin_hash", run.plugin_hash);
  out.member("trace", hexadecimal(answer.outcome.trace));
  out.member("start", run.start);
  out.member("end", run.end);
  out.member("market_events", run.market_events);
  out.member("starting_equity", run.starting_equity);
  out.member("end_equity", final_equity(run));
  out.member("cash", answer.outcome.cash);
  out.member("stress_end_equity_10bp", statistics.stress.end_equity);
  out.member("fees", answer.outcome.fees);
  out.member("dividends", answer.outcome.dividends);
  out.member("trades", std::uint64_t{run.trades.size()});
  out.member("open_trades", std::uint64_t{run.open_trades.size()});
  out.key("orders").raw(to_json(run.orders));
  write_texts(out, "models", run.models);
  write_texts(out, "assumptions", run.assumptions);
  out.key("warnings").begin_array();
  for (const auto& each : statistics.warnings) out.value(each);
  out.end_array();
  out.end_object();
  return out.take();
}

std::string summary_text(const backtest_answer& answer, const run_statistics& statistics) {
  const auto& run = answer.result;
  auto out = verdict_text(run, statistics);
  if (!out.empty() && out.back() != '\n') out += '\n';
  for (const auto& each : run.open_trades)
    out += "Open at the end: " + each.qty.text() + " " + std::string{each.symbol.view()} + " of " +
           std::string{each.strategy.view()} + ", unrealised " + each.unrealized.text() + " USD\n";
  out += "trace " + hexadecimal(answer.outcome.trace) + ": the same inputs give the same\n";
  return out;
}

run_maker maker_of(const backtest_arguments& asked, const backtest_plan& plan) {
  return [&asked, &plan](std::optional<utc_ns> cut) -> result<repeated_run> {
    auto setup = make_setup(asked, plan);
    if (!setup) return std::move(setup).failure();
    if (cut) setup->market = cut_market(std::move(setup->market), *cut);
    return repeated_run{std::move(*setup), &plan.loaded.strategies()};
  };
}

int run_lookahead_check(const common_flags& flags, const backtest_arguments& asked,
                        const backtest_plan& plan, const backtest_answer& answer) {
  lookahead_options options;
  options.seed = plan.loaded.config.backtest.seed;
  options.cuts = asked.cuts;
  options.from = answer.result.start;
  options.to = answer.result.end;
  const auto report = check_lookahead(maker_of(asked, plan), options);
  if (!report) return fail(flags, report.failure());
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.member("cuts", std::uint64_t{report->cuts.size()});
    out.member("decisions", report->decisions);
    out.member("changed", std::uint64_t{report->findings.size()});
    out.end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << "Look-ahead: " << report->decisions << " decisions, the future cut off at "
              << report->cuts.size() << " instants, " << report->findings.size() << " changed\n";
  }
  if (report->findings.empty()) return static_cast<int>(exit_code::ok);
  const auto& first = report->findings.front();
  return fail(flags,
              {exit_code::integrity,
               "a decision before " + format_rfc3339(first.cut) + " depends on what came after it",
               "with the future: " + first.with_future.substr(0, 200) +
                   "; without: " + first.without_future.substr(0, 200)});
}

int run_warm_up_check(const common_flags& flags, const backtest_arguments& asked,
                      const backtest_plan& plan) {
  const auto report = check_warm_up(maker_of(asked, plan));
  if (!report) return fail(flags, report.failure());
  json_writer out;
  std::vector<std::vector<std::string>> rows{{"days of history", "signals", "decisions"}};
  out.begin_object();
  out.member("schema_version", 1);
  out.key("rows").begin_array();
  for (const auto& each : report->rows) {
    rows.push_back(
        {std::to_string(each.history_days), std::to_string(each.signals), hexadecimal(each.trace)});
    out.begin_object();
    out.member("history_days", each.history_days);
    out.member("signals", each.signals);
    out.member("trace", hexadecimal(each.trace));
    out.end_object();
  }
  out.end_array();
  out.key("enough");
  report->enough ? out.value(*report->enough) : out.null();
  out.end_object();
  if (flags.json) {
    std::cout << out.take() << '\n';
  } else {
    std::cout << format_table(rows);
    if (report->enough)
      std::cout << "From " << *report->enough
                << " days of history on the decisions are the same.\n";
  }
  return static_cast<int>(exit_code::ok);
}

int run_backtest(const common_flags& flags, const backtest_arguments& asked) {
  if (asked.demo == !asked.data.empty())
    return fail(flags,
                {exit_code::usage,
                 asked.demo ? "--demo and --data exclude each other" : "there is nothing to run on",
                 "give --data DIR with recordings, or --demo for a generated market"});
  stop_signals stop;
  const auto plan = make_plan(asked);
  if (!plan) return fail(flags, {exit_code::usage, plan.failure().context, ""});
  auto setup = make_setup(asked, *plan);
  if (!setup) return fail(flags, {exit_code::usage, setup.failure().context, ""});
  const auto start = setup->market->start_time();
  progress_line progress{flags, start, expected_end(asked, *plan, start)};
  setup->progress = [&](const backtest_progress& x) {
    progress.at(x);
    return !stop.requested();
  };
  const auto answer = backtest_run(std::move(*setup), plan->loaded.strategies());
  progress.end();
  if (!answer) {
    if (answer.code() == ec::cancelled)
      return fail(flags, {exit_code::interrupted, answer.failure().context, "nothing was written"});
    return fail(flags, {exit_code::usage, answer.failure().context, ""});
  }
  if (asked.lookahead_check) return run_lookahead_check(flags, asked, *plan, *answer);
  if (asked.warmup_check) return run_warm_up_check(flags, asked, *plan);
  const auto statistics = statistics_of(answer->result, plan->calendar);
  if (!asked.out.empty())
    if (auto written = write_report(answer->result, plan->calendar, asked.out); !written)
      return fail(flags, written.failure());
  if (flags.json)
    std::cout << summary_json(*answer, statistics) << '\n';
  else
    std::cout << summary_text(*answer, statistics)
              << (asked.out.empty() ? "" : "Written to " + asked.out + "\n");
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_backtest(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "backtest", "Runs the strategies over recorded or generated data: same input, same result");
  command->footer(
      "Examples:  bellwether backtest --demo\n"
      "           bellwether backtest --config node.toml --data bars/ --out results/\n"
      "           bellwether backtest --data SPY_2024.csv.gz --from 2024-03-01 --to 2024-03-28\n"
      "The simulated world is [backtest] of node.toml. Exit codes: 0 done, 2 configuration or "
      "data\n"
      "(file and line), 7 a decision looked ahead, 130 interrupted.");
  auto asked = std::make_shared<backtest_arguments>();
  command->add_option("-c,--config", asked->config, "Configuration (default: node.toml)");
  command->add_option("--data", asked->data, "Recordings, or folders that are searched for them")
      ->type_name("DIR|FILE");
  command->add_flag("--demo", asked->demo, "A generated market instead of recordings");
  command->add_option("--days", asked->demo_days, "Sessions of the generated market")
      ->check(CLI::Range(1U, 250U))
      ->capture_default_str();
  command->add_option("--from", asked->from, "First day, 2024-03-01");
  command->add_option("--to", asked->to, "Last day");
  command->add_option("--seed", asked->seed, "Seed of market and fills");
  command->add_option("--strategy", asked->strategies, "Only these, by id");
  command->add_option("--benchmark", asked->benchmark, "auto, off or a symbol")
      ->capture_default_str();
  command->add_option("--out", asked->out, "Folder for the report");
  command->add_flag("--lookahead-check", asked->lookahead_check,
                    "Cut the future off at random instants: no decision may change");
  command->add_option("--cuts", asked->cuts, "Instants of that check")
      ->check(CLI::Range(1U, 1'000U))
      ->capture_default_str();
  command->add_flag("--warmup-check", asked->warmup_check,
                    "How many days of history the indicators need to agree");
  command->callback([&flags, asked, &chosen] {
    chosen = [&flags, asked] { return run_backtest(flags, *asked); };
  });
}

}  // namespace bw
