#include "app/strategy_manager.hpp"

#include <unistd.h>

#include <algorithm>

#include "actors/node.hpp"
#include "config/strategies_reload.hpp"
#include "config/strategy_records.hpp"
#include "core/exit_code.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "storage/event_json.hpp"
#include "storage/sha256.hpp"

namespace bw {

namespace {

/// Lines of a refused file that a record keeps.
constexpr std::size_t lines_max = 50;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size() && out.size() < lines_max;) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string hash_of(const std::string& text) { return hex_text(sha256{}.of({text})); }

/// One line a change, or a line an error of a file that is not taken.
void log_reload(const reload_record& record, const std::vector<std::string>& lines) {
  json_writer data;
  data.begin_object().member("file", record.file).member("applied", record.applied);
  data.member("old_hash", record.old_hash).member("new_hash", record.new_hash).end_object();
  log_fields fields;
  fields.data = data.text();
  for (const auto& line : lines)
    log_line(record.applied ? log_level::info : log_level::error, "manager", "config_reload", line,
             fields);
}

/// What the log is to know of strategies that a reload makes other than they were.
std::vector<strategy_record> records_of_change(const node_config& config,
                                               const running_strategies& before,
                                               const running_strategies& after,
                                               const strategy_registry& known) {
  const auto records = [&](const running_strategies& x) {
    auto as_set = config;
    as_set.strategies = x.strategies;
    return strategy_records(as_set, known);
  };
  const auto old = records(before);
  auto out = records(after);
  std::erase_if(out, [&](const strategy_record& x) {
    return std::any_of(old.begin(), old.end(), [&](const strategy_record& was) {
      return was.strategy == x.strategy && was.hash == x.hash && was.enabled == x.enabled &&
             was.watchlist == x.watchlist;
    });
  });
  return out;
}

/// The worker is inside a plugin for good: no member of the node can be asked for anything any
/// more, an orderly stop among it. What matters is in the log already; the slot tells the next
/// start whom to leave out.
void end_process(const std::string& strategy) {
  log_line(log_level::critical, "stall_guard", "worker_stalled",
           "strategy " + strategy +
               " does not return from its plugin; the process ends, and the "
               "next start leaves it out");
  log_stop();
  ::_exit(static_cast<int>(exit_code::unexpected));
}

}  // namespace

strategy_manager::strategy_manager(const loaded_config& config, const clock& real,
                                   plugin_call_file calls)
    : config_(config), real_(real), calls_(std::move(calls)) {}

result<std::unique_ptr<strategy_manager>> strategy_manager::open(
    const loaded_config& config, const std::filesystem::path& state_folder, const clock& real) {
  auto calls = plugin_call_file::open(state_folder / "plugins.calls");
  if (!calls) return std::move(calls).failure();
  std::unique_ptr<strategy_manager> out{new strategy_manager{config, real, std::move(*calls)}};
  if (config.catalog) {
    auto& watch = *config.catalog->watch;
    watch.time = &real;
    watch.slots = &out->calls_.slots();
    out->guard_ = std::make_unique<stall_guard>(out->calls_.slots(), real, &end_process);
  }
  return out;
}

std::vector<audit_event> strategy_manager::first_records() const {
  std::vector<audit_event> out;
  if (config_.catalog)
    for (auto& each : plugin_records(*config_.catalog)) {
      log_line(
          each.step == plugin_step::loaded ? log_level::info : log_level::warning, "manager",
          "plugin",
          each.file + (each.step == plugin_step::loaded ? ": " + each.name + " " + each.version +
                                                              ", SHA-256 " + hex_text(each.content)
                                                        : ": refused: " + each.reason));
      out.emplace_back(std::move(each));
    }
  for (const auto& strategy : calls_.left_inside()) {
    strategy_switch_record off;
    off.strategy = cut<short_name>(strategy);
    off.latched = true;
    off.cause = "the last run ended inside its plugin";
    log_line(log_level::critical, "manager", "strategy_disabled", strategy + ": " + off.cause);
    out.emplace_back(
        alert_record{alert_level::critical, "strategy_disabled", {}, strategy + ": " + off.cause});
    out.emplace_back(std::move(off));
  }
  return out;
}

void strategy_manager::take_out(const std::map<short_name, std::string>& off,
                                std::vector<strategy_config>& strategies) const {
  for (auto& each : strategies) {
    const auto at = off.find(cut<short_name>(each.id));
    if (at == off.end()) continue;
    each.latched = true;
    each.cause = at->second;
  }
}

void strategy_manager::watch(const strategy_registry& known, node& tree, file_sight sight) {
  known_ = &known;
  tree_ = &tree;
  running_ = begin_running(config_.config);
  running_hash_ = hash_of(config_.strategies_toml);
  const std::lock_guard lock{file_mutex_};
  file_ = std::make_unique<file_watch>(
      config_.config.strategies_file, config_.strategies_toml,
      [this](const std::string& text) { on_change(text); }, sight);
}

void strategy_manager::stop_watching() {
  std::unique_ptr<file_watch> last;
  const std::lock_guard lock{file_mutex_};
  last.swap(file_);
}

void strategy_manager::look_again(const char* why) {
  const std::lock_guard lock{file_mutex_};
  if (!file_) return;
  log_line(log_level::info, "manager", "config_read",
           config_.config.strategies_file.string() + " is read again: " + why);
  file_->look();
}

/// On the thread of the file's watch.
void strategy_manager::on_change(const std::string& text) {
  reload_record record;
  record.file = config_.config.strategies_file.string();
  record.old_hash = running_hash_;
  record.new_hash = hash_of(text);
  auto plan = plan_reload(config_, running_, text, *known_, holding());
  if (!plan) {
    record.errors = lines_of(plan.failure().context);
    log_reload(record, record.errors);
    return tree_->change_strategies({}, std::move(record));
  }
  record.applied = true;
  strategies_update update;
  const auto& symbols = plan->after.symbols;
  for (const auto& each : plan->changes)
    for (const auto& symbol : each.symbols) {
      const auto at = std::find(symbols.begin(), symbols.end(), symbol);
      update.changes.push_back(
          {symbol_id{static_cast<std::uint32_t>(at - symbols.begin())}, each.what});
    }
  update.strategies = plan->after.strategies;
  update.records = records_of_change(config_.config, running_, plan->after, *known_);
  update.new_symbols.assign(symbols.begin() + static_cast<std::ptrdiff_t>(running_.symbols.size()),
                            symbols.end());
  log_reload(record, plan->differences);
  running_ = std::move(plan->after);
  running_hash_ = record.new_hash;
  tree_->change_strategies(update, std::move(record));
}

std::set<std::string> strategy_manager::holding() const {
  std::set<std::string> out;
  for (const auto& each : tree_->held())
    if (!each.qty.is_zero() && each.strategy.value < running_.strategies.size())
      out.insert(running_.strategies[each.strategy.value].id);
  return out;
}

}  // namespace bw
