#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "app/search_plan.hpp"
#include "app/signals.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr nanoseconds progress_every = std::chrono::milliseconds{500};
/// How often a wish to stop is looked for.
constexpr nanoseconds stop_looked_for = std::chrono::milliseconds{50};

/// How far the search is and how long it will take, on stderr.
class search_progress {
 public:
  search_progress(const common_flags& flags, std::size_t first, std::size_t end)
      : shown_(!flags.quiet && !flags.json),
        rich_(is_rich_terminal(2, flags)),
        first_(first),
        end_(end),
        began_(clock_.mono_now()) {}

  void at(std::size_t done) {
    const auto now = clock_.mono_now();
    if (!shown_ || (now - drawn_ < progress_every && done != end_)) return;
    drawn_ = now;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(
        (now - began_) * static_cast<std::int64_t>(end_ - done) /
        static_cast<std::int64_t>(done - first_));
    std::cerr << (rich_ ? "\r\x1b[K" : "") << "trial " << done << " of " << end_ << "  "
              << left.count() << " s left" << (rich_ ? "" : "\n") << std::flush;
  }
  void end() {
    if (shown_ && rich_ && drawn_ != mono_ns{}) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  system_clock clock_;
  bool shown_;
  bool rich_;
  std::size_t first_;
  std::size_t end_;
  mono_ns began_;
  mono_ns drawn_{};
};

/// Carries a wish to stop to the trials while it lives.
class stop_watch {
 public:
  stop_watch(stop_signals& signals, std::atomic<bool>& stop)
      : thread_([this, &signals, &stop] {
          while (!over_)
            if (signals.wait_for(stop_looked_for)) {
              stop = true;
              return;
            }
        }) {}
  ~stop_watch() {
    over_ = true;
    thread_.join();
  }
  stop_watch(const stop_watch&) = delete;
  stop_watch& operator=(const stop_watch&) = delete;

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

result<void> run_trials(const common_flags& flags, const search_plan& plan, trial_store& store,
                        std::size_t first, stop_signals& signals) {
  std::atomic<bool> stop{false};
  const stop_watch watch{signals, stop};
  search_progress progress{flags, first, plan.setup.trials()};
  auto done = run_search(plan.setup, first, stop, [&](const search_trial& trial) -> result<void> {
    const auto kept = stored_of(plan, trial);
    if (!kept) return kept.failure();
    if (auto put = store.append(*kept); !put) return put;
    progress.at(trial.id + std::size_t{1});
    return {};
  });
  progress.end();
  return done;
}

result<std::vector<search_trial>> trials_in(const trial_store& store) {
  const auto stored = store.load();
  if (!stored) return stored.failure();
  std::vector<search_trial> out;
  for (const auto& each : *stored) {
    auto trial = trial_of(each);
    if (!trial) return std::move(trial).failure();
    out.push_back(std::move(*trial));
  }
  return out;
}

/// Writes the proposal and tells of it; a search that found nothing better only says so.
int propose(const common_flags& flags, const search_arguments& asked, const search_plan& plan,
            const search_result& found, const std::vector<search_trial>& trials, utc_ns now) {
  if (found.judgement != search_judgement::better) {
    if (!flags.quiet && !flags.json) std::cerr << "Nothing is proposed.\n";
    return static_cast<int>(exit_code::ok);
  }
  const auto author = asked.weekly           ? std::string{"weekly job"}
                      : asked.author.empty() ? person_at_the_keyboard()
                                             : asked.author;
  auto made = make_proposal(plan, found, trials[*found.best], author, now);
  if (!made) return fail(flags, made.failure());
  std::error_code problem;
  std::filesystem::create_directories(plan.state, problem);
  auto store = proposal_store::open(proposals_file(plan.state), sqlite_access::read_write);
  if (!store) return fail(flags, store.failure());
  if (auto added = (*store)->add(*made); !added) {
    // The same search again proposes what stands there already.
    if (added.failure().code != ec::already_exists) return fail(flags, added.failure());
    if (!flags.quiet) std::cerr << added.failure().context << '\n';
    return static_cast<int>(exit_code::ok);
  }
  if (!flags.quiet)
    std::cerr << "Proposed as " << made->id << ": bellwether proposals show " << made->id << '\n';
  return static_cast<int>(exit_code::ok);
}

int finish(const common_flags& flags, const search_arguments& asked, const search_plan& plan,
           const trial_store& store, utc_ns now) {
  const auto trials = trials_in(store);
  if (!trials) return fail(flags, {exit_code::integrity, trials.failure().context, ""});
  const auto found = judge_search(plan.facts.axes, plan.facts.points, *trials, plan.judging());
  if (!found) return fail(flags, {exit_code::usage, found.failure().context, ""});
  if (auto written = write_search(plan.folder, plan.facts, *found); !written)
    return fail(flags, written.failure());
  if (flags.json)
    std::cout << result_json(plan.facts, *found);
  else
    std::cout << result_text(plan.facts, *found) << "Written to " << plan.folder.string() << '\n';
  if (!asked.propose && !asked.weekly) return static_cast<int>(exit_code::ok);
  return propose(flags, asked, plan, *found, *trials, now);
}

int run_optimize(const common_flags& flags, const search_arguments& asked) {
  if (asked.out.empty() && !asked.weekly)
    return fail(flags, {exit_code::usage, "--out is missing", "name a folder for the results"});
  stop_signals stop;
  const auto now = system_clock{}.utc_now();
  const auto plan = make_search_plan(asked, now);
  if (!plan) return fail(flags, {exit_code::usage, plan.failure().context, ""});
  std::error_code problem;
  std::filesystem::create_directories(plan->folder, problem);
  if (problem)
    return fail(flags, {exit_code::usage, plan->folder.string() + ": " + problem.message(), ""});
  auto store =
      trial_store::open(plan->folder / "trials.db", plan->identity, asked.resume || asked.weekly);
  if (!store) return fail(flags, {exit_code::usage, store.failure().context, ""});
  const auto kept = (*store)->load();
  if (!kept) return fail(flags, {exit_code::integrity, kept.failure().context, ""});
  const auto done = run_trials(flags, *plan, **store, kept->size(), stop);
  if (!done) {
    if (done.failure().code != ec::cancelled)
      return fail(flags, {exit_code::usage, done.failure().context, ""});
    const auto so_far = (*store)->load();
    return fail(flags, {exit_code::interrupted,
                        "stopped after " + std::to_string(so_far ? so_far->size() : 0) + " of " +
                            std::to_string(plan->setup.trials()) + " trials, which are kept",
                        "the same command with --resume goes on"});
  }
  return finish(flags, asked, *plan, **store, now);
}

void add_search_options(CLI::App& command, search_arguments& asked) {
  command.add_option("--search", asked.file,
                     "File with [search] (default: search.toml beside the configuration)");
  command.add_option("--param", asked.parameters,
                     "A range: name=low:high:step, name=low:high or name=a,b,c");
  command.add_option("--method", asked.method, "grid, random or latin");
  command.add_option("--trials", asked.trials, "Parameter sets of random and latin")
      ->check(CLI::Range(1U, search_options::trials_most));
  command.add_option("--objective", asked.objective,
                     "sharpe, sortino, calmar, return, profit_factor or expectancy");
  command.add_option("--walk-forward", asked.walk_forward,
                     "anchored, rolling, or off: one split, two thirds to train");
  command.add_option("--train", asked.train, "Sessions of the first training window")
      ->check(CLI::Range(1U, search_options::sessions_most));
  command.add_option("--test", asked.test, "Sessions of each test window")
      ->check(CLI::Range(1U, search_options::sessions_most));
  command.add_option("--min-trades", asked.min_trades, "Trades out of sample at least")
      ->check(CLI::Range(1U, 1'000'000U));
  command.add_option("--seed", asked.seed, "Of the parameter sets that are drawn");
  command.add_option("--threads", asked.threads, "Trials at once (default: all cores)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{256}));
}

}  // namespace

void add_optimize(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "optimize", "Searches parameters and judges them on sessions they did not see");
  command->footer(
      "Examples:  bellwether optimize --data bars/ --strategy mean_reversion \\\n"
      "               --param rsi_oversold=20:40:5 --param lookback_period=7,14,21 --out found/\n"
      "           bellwether optimize --data bars/ --method latin --trials 500 --search "
      "search.toml \\\n"
      "               --out found/ --propose\n"
      "           bellwether optimize --weekly --config node.toml\n"
      "Ctrl-C stops; the same command with --resume goes on and ends in the same bytes.\n"
      "Exit codes: 0 done, whatever was found, 2 configuration or data (file and line), 7 the "
      "kept\n"
      "trials are damaged, 130 interrupted.");
  auto asked = std::make_shared<search_arguments>();
  command->add_option("-c,--config", asked->base.config, "Configuration (default: node.toml)");
  command->add_option("--data", asked->base.data, "Recordings, or folders with them")
      ->type_name("DIR|FILE");
  command->add_option("--from", asked->base.from, "First day, 2024-03-01");
  command->add_option("--to", asked->base.to, "Last day");
  command->add_option("--strategy", asked->base.strategies, "Only this one, by id")->expected(1);
  add_search_options(*command, *asked);
  command->add_flag("--resume", asked->resume, "Go on with the search in --out");
  command->add_option("--out", asked->out, "Folder for trials.db and the results");
  command->add_flag("--propose", asked->propose, "Write a proposal if something is better");
  command->add_flag("--weekly", asked->weekly,
                    "The weekly job: data of the search file, results and proposal in the state "
                    "folder");
  command->add_option("--state", asked->state, "State folder (default: the configuration's)");
  command->add_option("--as", asked->author, "Author of the proposal (default: you)");
  command->callback([&flags, asked, &chosen] {
    chosen = [&flags, asked] { return run_optimize(flags, *asked); };
  });
}

}  // namespace bw
