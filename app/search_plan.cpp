#include "app/search_plan.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "app/config_file.hpp"
#include "backtest/adjusted_market.hpp"
#include "core/version.hpp"
#include "storage/event_json.hpp"
#include "storage/sha256.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

/// Before the open, so that the session's first prices are played and not history.
constexpr nanoseconds before_open = std::chrono::minutes{5};
constexpr std::size_t threads_most = 256;
constexpr std::size_t id_digits = 8;

result<search_options> read_options(const search_arguments& asked) {
  search_options out;
  auto file = std::filesystem::path{asked.file};
  std::error_code ignored;
  if (file.empty()) {
    const auto beside = find_config(asked.base.config).parent_path() / "search.toml";
    if (std::filesystem::exists(beside, ignored) || asked.weekly) file = beside;
  }
  if (!file.empty()) {
    auto read = load_search_options(file);
    if (!read) return read;
    out = std::move(*read);
  }
  const auto word = [](const std::string& text, auto parse, const char* flag,
                       auto& into) -> result<void> {
    if (text.empty()) return {};
    auto read = parse(text);
    if (!read) return std::move(read).failure().within(flag);
    into = *read;
    return {};
  };
  if (auto ok = word(asked.method, parse_search_method, "--method", out.method); !ok)
    return std::move(ok).failure();
  if (auto ok = word(asked.objective, parse_search_objective, "--objective", out.objective); !ok)
    return std::move(ok).failure();
  if (auto ok = word(asked.walk_forward, parse_walk_forward_mode, "--walk-forward", out.mode); !ok)
    return std::move(ok).failure();
  out.trials = asked.trials.value_or(out.trials);
  out.train = asked.train.value_or(out.train);
  out.test = asked.test.value_or(out.test);
  out.min_trades = asked.min_trades.value_or(out.min_trades);
  out.seed = asked.seed.value_or(out.seed);
  if (!asked.base.strategies.empty()) out.strategy = asked.base.strategies.front();
  if (!asked.parameters.empty()) out.parameters.clear();
  for (const auto& each : asked.parameters) {
    const auto at = each.find('=');
    if (at == std::string::npos || at == 0)
      return {ec::invalid_argument,
              "--param '" + each.substr(0, 60) + "': write name=low:high:step or name=a,b,c"};
    out.parameters.push_back({each.substr(0, at), each.substr(at + 1)});
  }
  return out;
}

/// The first instant of the search: the day asked for, or where the data begin.
utc_ns start_of(const backtest_plan& plan, const market_table& table) {
  if (plan.from) {
    const auto first = plan.calendar.current_or_next(*plan.from);
    return first ? first->open - before_open : *plan.from;
  }
  if (!table.minutes.empty()) return table.minutes.front().start;
  return table.events.empty() ? utc_ns{} : venue::emission_time(table.events.front());
}

std::optional<utc_ns> end_of(const market_table& table) {
  if (!table.minutes.empty()) return table.minutes.back().start + venue::one_minute;
  if (table.events.empty()) return std::nullopt;
  return venue::emission_time(table.events.back());
}

std::string identity_of(const search_plan& plan, const search_arguments& asked) {
  const auto& options = plan.options;
  std::string text =
      plan.facts.config_hash + "\n" + plan.facts.data_hash + "\n" + asked.base.from + "\n" +
      asked.base.to + "\n" + options.strategy + "\n" + std::string{to_string(options.method)} +
      " " + std::string{to_string(options.objective)} + " " + std::string{to_string(options.mode)};
  for (const std::uint64_t x : {std::uint64_t{options.trials}, std::uint64_t{options.train},
                                std::uint64_t{options.test}, options.seed})
    text += " " + std::to_string(x);
  for (const auto& each : options.parameters) text += "\n" + each.name + "=" + each.range;
  return hex_text(sha256{}.of({text}));
}

/// Values of the axes as they are in force.
result<std::vector<std::string>> values_in_force(const std::vector<search_axis>& axes,
                                                 const loaded_config& loaded) {
  std::vector<std::string> out;
  for (const auto& axis : axes)
    for (const auto& each : loaded.config.strategies)
      if (each.id == axis.strategy) {
        const auto checked = loaded.strategies().check(each.kind, each.parameters);
        if (!checked) return checked.failure();
        const auto texts = checked->texts();
        const auto at = texts.find(axis.name);
        out.push_back(at == texts.end() ? "" : at->second);
      }
  return out;
}

std::filesystem::path weekly_folder(const std::filesystem::path& state, utc_ns now) {
  return state / "searches" / format_date(utc_date(now));
}

}  // namespace

judge_options search_plan::judging() const {
  return {options.objective, options.mode, options.train, options.test, options.min_trades};
}

setup_maker search_plan::maker_from(utc_ns start) const {
  return [base = base, table = table, start]() -> result<backtest_setup> {
    const auto& config = base->loaded.config;
    backtest_setup made{.config = config, .calendar = base->calendar};
    made.name = "search";
    made.market = play_table(table, {.start = start, .path = config.backtest.bar_path});
    made.data_hash = base->data.hash;
    made.config_hash = base->loaded.hash;
    made.until = base->to;
    made.market_end = end_of(*table);
    made.actions = base->actions;
    made.measured_latencies = base->latencies;
    made.benchmark = benchmark_choice::off;
    if (config.backtest.prices == price_basis::adjusted) {
      auto factors = load_adjustments(config.backtest.corporate_actions, made.market->symbols(),
                                      base->calendar);
      if (!factors) return std::move(factors).failure();
      made.market = adjust_market(std::move(made.market), std::move(*factors));
      made.actions.clear();
    }
    return made;
  };
}

result<search_plan> make_search_plan(const search_arguments& asked, utc_ns now) {
  auto options = read_options(asked);
  if (!options) return std::move(options).failure();
  search_plan out;
  out.options = std::move(*options);
  auto base = asked.base;
  if (asked.weekly && base.data.empty()) base.data = out.options.data;
  if (base.data.empty())
    return {ec::invalid_argument, asked.weekly ? "search.data names no recordings for the job"
                                               : "there is nothing to run on: give --data DIR"};
  base.strategies.clear();
  if (!out.options.strategy.empty()) base.strategies = {out.options.strategy};
  base.benchmark = "off";
  auto plan = make_plan(base);
  if (!plan) return std::move(plan).failure();
  out.base = std::make_shared<const backtest_plan>(std::move(*plan));
  const auto& config = out.base->loaded.config;
  const auto& known = out.base->loaded.strategies();
  auto axes = make_axes(out.options.parameters, config, known);
  if (!axes) return std::move(axes).failure();
  auto points = draw_points(*axes, out.options.method, out.options.trials, out.options.seed);
  if (!points) return std::move(points).failure();
  auto values = values_in_force(*axes, out.base->loaded);
  if (!values) return std::move(values).failure();
  if (!out.base->data.coarse.empty())
    return {ec::invalid_argument, out.base->data.coarse.front().path.string() +
                                      ": a search takes minute bars or finer recordings"};
  auto table = load_market_table(out.base->data.files);
  if (!table) return std::move(table).failure();
  out.table = *std::move(table);
  out.facts = {*axes,
               *points,
               std::move(*values),
               out.options.method,
               out.options.mode,
               out.options.min_trades,
               out.options.seed,
               out.base->data.hash,
               out.base->loaded.hash,
               out.base->warnings};
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  out.setup = {out.maker_from(start_of(*out.base, *out.table)), &known, std::move(*axes),
               std::move(*points),
               std::min(asked.threads == 0 ? cores : asked.threads, threads_most)};
  out.state = asked.state.empty() ? config.state_folder : std::filesystem::path{asked.state};
  out.folder = asked.out.empty() ? weekly_folder(out.state, now) : std::filesystem::path{asked.out};
  out.identity = identity_of(out, asked);
  return out;
}

result<stored_trial> stored_of(const search_plan& plan, const search_trial& trial) {
  const auto& judged = plan.judging();
  const auto folds = make_folds(trial.sessions.size(), judged.mode, judged.train, judged.test);
  if (!folds) return folds.failure();
  const auto line = line_of(trial, *folds);
  return stored_trial{.id = trial.id,
                      .parameters = parameters_json(plan.facts, trial.id),
                      .objective_in = exact_text(line.in_sample.of(judged.objective)),
                      .objective_out = exact_text(line.out_of_sample.of(judged.objective)),
                      .trades_in = static_cast<std::int64_t>(line.in_sample.trades),
                      .trades_out = static_cast<std::int64_t>(line.out_of_sample.trades),
                      .figures = figures_json(line),
                      .seed = std::to_string(plan.base->loaded.config.backtest.seed),
                      .data_hash = plan.facts.data_hash,
                      .config_hash = plan.facts.config_hash,
                      .trace = std::to_string(trial.trace),
                      .sessions = write_sessions(trial.sessions)};
}

result<search_trial> trial_of(const stored_trial& stored) {
  auto sessions = read_sessions(stored.sessions);
  if (!sessions) return std::move(sessions).failure().within("trial " + std::to_string(stored.id));
  return search_trial{static_cast<std::uint32_t>(stored.id),
                      std::strtoull(stored.trace.c_str(), nullptr, 10), std::move(*sessions)};
}

result<proposal> make_proposal(const search_plan& plan, const search_result& found,
                               const search_trial& best, const std::string& author, utc_ns now) {
  if (found.judgement != search_judgement::better || !found.best)
    return {ec::invalid_argument, "nothing is proposed: " + found.recommendation};
  proposal out;
  out.author = author;
  out.created_at = now;
  out.expires_at = now + std::chrono::hours{24} * std::int64_t{plan.options.expires_days};
  out.base_hash = plan.facts.config_hash;
  out.reason = found.recommendation;
  std::string content = out.base_hash;
  const auto values = values_of(plan.facts, best.id);
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k] == plan.facts.values_now[k]) continue;
    out.changes.push_back(
        {"strategy." + plan.facts.axes[k].key(), plan.facts.values_now[k], values[k]});
    content += "\n" + out.changes.back().key + "=" + values[k];
  }
  out.id = "p-" + format_date(utc_date(now)) + "-" +
           hex_text(sha256{}.of({content})).substr(0, id_digits);
  const auto& line = found.trials[best.id];
  out.evidence = {
      .objective = std::string{to_string(found.objective)},
      .in_sample = exact_text(line.in_sample.of(found.objective)),
      .out_of_sample = exact_text(line.out_of_sample.of(found.objective)),
      .out_of_sample_now = exact_text(found.trials.front().out_of_sample.of(found.objective)),
      .deflated_sharpe = exact_text(found.deflated_sharpe),
      .judgement = std::string{to_string(found.judgement)},
      .trials = static_cast<std::int64_t>(found.trials.size()),
      .trades = static_cast<std::int64_t>(line.out_of_sample.trades),
      .sessions = static_cast<std::int64_t>(line.out_of_sample.sessions),
      .data_hash = plan.facts.data_hash,
      .folder = plan.folder.string()};
  const auto compared = std::min<std::size_t>(plan.options.effect_sessions, best.sessions.size());
  const auto date = best.sessions[best.sessions.size() - compared].date;
  const auto session = plan.base->calendar.session_on(date);
  if (!session) return {ec::out_of_range, "the calendar has no session on " + format_date(date)};
  auto effect = order_effect(plan.maker_from(session->open - before_open), *plan.setup.known,
                             plan.facts.axes, plan.facts.points[best.id - 1]);
  if (!effect) return std::move(effect).failure();
  out.effect = *effect;
  out.effect.sessions = static_cast<std::int64_t>(compared);
  return out;
}

std::string person_at_the_keyboard() {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr)
    return found->pw_name;
  return "user " + std::to_string(getuid());
}

}  // namespace bw
