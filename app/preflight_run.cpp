#include "app/preflight_run.hpp"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "analytics/live_record.hpp"
#include "app/account_comparison.hpp"
#include "app/command_log.hpp"
#include "app/config_file.hpp"
#include "app/live_gate.hpp"
#include "app/preflight_node.hpp"
#include "config/secrets.hpp"
#include "config/state_folder.hpp"
#include "domain/session_calendar.hpp"
#include "storage/anchor_writer.hpp"
#include "storage/audit_reader.hpp"
#include "storage/audit_verify.hpp"

namespace bw {
namespace {

using grade = preflight_result;

constexpr std::int64_t calendar_days = 10;
constexpr nanoseconds look_back = std::chrono::hours{24};

/// A text of the broker's answer; empty where there is none.
std::string text_of(const net::http_response& answer, const char* key) {
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (!body.is_object() || !body.contains(key) || !body[key].is_string()) return "";
  return body[key].get<std::string>();
}

/// One preflight on its way: what is known so far, and what came of it.
class preflight {
 public:
  preflight(const preflight_request& asked, preflight_outcome& out) : asked_(asked), out_(out) {}

  void run() {
    out_.at = time_.utc_now();
    if (!read_configuration()) return;
    look_at_secrets();
    look_at_files();
    reach_broker();
    ask_broker();
    add(judge_risk_limits(config()));
    add(judge_position_limits(config()));
    drill();
    look_at_clock();
    look_at_disk();
    look_at_log();
    compare_books();
    add_the_rest();
    if (asked_.live || config().mode == environment::live) look_at_live();
  }

 private:
  const node_config& config() const { return loaded_->config; }
  void add(preflight_item item) { out_.report.items.push_back(std::move(item)); }
  void add(std::string name, preflight_result result, std::string value, std::string hint = "") {
    add(preflight_item{std::move(name), result, std::move(value), std::move(hint)});
  }
  void not_asked(std::string name) {
    add(std::move(name), grade::fail, "not looked at: the broker did not answer",
        "see api_connected");
  }
  std::string first_symbol() const {
    const auto all = config().symbols();
    return all.empty() ? "AAPL" : all.front();
  }

  bool read_configuration();
  void look_at_secrets();
  void look_at_files();
  void reach_broker();
  void ask_broker();
  void ask_account_facts();
  void ask_calendar();
  void drill();
  void look_at_clock();
  void look_at_disk();
  void look_at_log();
  void compare_books();
  void add_the_rest();
  void look_at_live();

  const preflight_request& asked_;
  preflight_outcome& out_;
  system_clock time_;
  std::optional<loaded_config> loaded_;
  std::optional<session_calendar> calendar_;
  result<broker_credentials> keys_{ec::not_found, "not looked for"};
  /// Null while the broker does not answer.
  std::unique_ptr<broker_session> broker_;
  nanoseconds round_trip_{};
  /// The broker's time, which is the venue's in mode sim.
  utc_ns now_;
  std::string account_;
};

bool preflight::read_configuration() {
  auto loaded = load_config(find_config(asked_.config_file));
  if (!loaded) {
    const auto& text = loaded.failure().context;
    add("configuration", grade::fail, text.substr(0, text.find('\n')),
        "`bellwether config validate` shows all errors; `bellwether init` writes a new one");
    return false;
  }
  loaded_ = std::move(*loaded);
  out_.mode = to_string(config().mode);
  out_.state_folder = config().state_folder;
  const auto agrees = check_environment(config().mode);
  const auto warnings = config_warnings(config());
  const auto value = "mode " + out_.mode + ", " + std::to_string(config().symbols().size()) +
                     " symbols, hash " + loaded_->hash;
  if (!agrees)
    add("configuration", grade::fail, value, agrees.failure().context);
  else
    add("configuration", warnings.empty() ? grade::pass : grade::warn, value,
        warnings.empty() ? "" : warnings.front());
  auto calendar = session_calendar::make();
  if (calendar) calendar_ = std::move(*calendar);
  now_ = time_.utc_now();
  return true;
}

void preflight::look_at_secrets() {
  keys_ = resolve_credentials(config());
  if (!keys_) return add("secrets", grade::fail, keys_.failure().context, "see .env.example");
  const auto key = class_of_key(keys_->key_id);
  const bool live = config().mode == environment::live;
  if (config().mode != environment::sim && key == (live ? key_class::paper : key_class::live))
    return add("secrets", grade::fail, "from " + keys_->origin,
               std::string{"the key id begins as those of a "} + (live ? "paper" : "live") +
                   " account do: use the pair of the " + (live ? "live" : "paper") + " account");
  if (!keys_->secret_key.is_locked())
    return add("secrets", grade::warn, "from " + keys_->origin + ", not locked in memory",
               "raise the limit on locked memory: ulimit -l, or LimitMEMLOCK= of the service");
  const bool weak = keys_->origin == "environment";
  add("secrets", weak ? grade::warn : grade::pass, "from " + keys_->origin,
      weak ? "every child process inherits an environment variable: use a file with mode 0600, "
             "1Password or a systemd credential"
           : "");
}

/// Modes of files that only their owner may write, or may read.
void preflight::look_at_files() {
  struct row {
    std::filesystem::path path;
    mode_t forbidden;
    const char* why;
  };
  const auto& state = config().state_folder;
  const row rows[] = {
      {find_config(asked_.config_file), S_IWOTH, "others may change it"},
      {config().strategies_file, S_IWOTH, "others may change it"},
      {state, S_IWOTH, "others may write into it"},
      {in_state_folder(state, config().audit.anchor_key), 077, "others may read it"},
      {in_state_folder(config().live.state_folder, config().live.arming_key), 077,
       "others may read it"},
  };
  std::size_t looked = 0;
  for (const auto& each : rows) {
    struct stat facts {};
    if (::stat(each.path.c_str(), &facts) != 0) continue;
    ++looked;
    if ((facts.st_mode & each.forbidden) != 0)
      return add("file_modes", grade::fail, each.path.string() + ": " + each.why,
                 "run chmod go-w, and go-r for a key, " + each.path.string());
  }
  add("file_modes", grade::pass, std::to_string(looked) + " files and folders");
}

void preflight::reach_broker() {
  if (!keys_)
    return add("api_connected", grade::fail, "not asked: there are no credentials", "see secrets");
  auto session = broker_session::open(config(), *keys_);
  if (!session) return add("api_connected", grade::fail, session.failure().context, "");
  const auto answer = (*session)->get_trading("/v2/clock");
  const bool sim = config().mode == environment::sim;
  if (!answer.response)
    return add("api_connected", grade::fail, answer.response.failure().context,
               sim ? "start the embedded venue: `bellwether venue --port " +
                         std::to_string(config().sim.port) + "`"
                   : "is there a way to the internet, to port 443 of the broker?");
  const auto status = answer.response->status;
  if (status != 200)
    return add("api_connected", grade::fail, "the broker answered " + std::to_string(status),
               status == 401 || status == 403
                   ? "the broker refuses the key pair: is it the one of this account, and not "
                     "regenerated since?"
                   : "the broker has a problem: see its status page");
  round_trip_ = answer.answered - answer.sent;
  add(judge_api(round_trip_));
  const auto local = time_.utc_now() - round_trip_ / 2;
  const auto theirs = parse_rfc3339(text_of(*answer.response, "timestamp"));
  broker_ = std::move(*session);
  if (!theirs)
    return add("clock_offset", grade::fail, "the broker's clock cannot be read",
               "report this answer");
  if (!sim) return add(judge_clock(*theirs - local, round_trip_ / 2));
  now_ = *theirs;
  add("clock_offset", grade::pass, "the venue's clock is followed, at " + format_rfc3339(*theirs));
}

void preflight::ask_broker() {
  if (!broker_) {
    for (const char* name : {"clock_offset", "account_verified", "data_entitlement", "calendar"})
      not_asked(name);
    return;
  }
  ask_account_facts();
  const auto symbol = first_symbol();
  add(judge_data(latest_price(*broker_, symbol, config().feed.name), config().feed.name, symbol));
  ask_calendar();
}

void preflight::ask_account_facts() {
  const auto account = broker_->account();
  const auto raw = broker_->get_trading("/v2/account");
  if (!account || !raw.response)
    return add("account_verified", grade::fail,
               account ? raw.response.failure().context : account.failure().context,
               "the broker's account cannot be read");
  account_ = account->account_number;
  add(judge_account(*account, text_of(*raw.response, "currency"),
                    config().risk.min_buying_power_usd));
}

void preflight::ask_calendar() {
  if (!calendar_)
    return add("calendar", grade::fail, "no time zone data", "install the package tzdata");
  const auto today = calendar_->new_york_date(now_);
  const auto last = civil_from_days(days_from_civil(today) + calendar_days);
  const auto days = broker_->calendar(today, last);
  if (!days)
    return add("calendar", grade::fail, days.failure().context, "the calendar cannot be read");
  if (const auto used = calendar_->use_broker_days(today, last, *days); !used)
    return add("calendar", grade::fail, used.failure().context,
               "the broker's calendar makes no sense");
  std::vector<std::string> differences;
  for (const auto& each : calendar_->cross_check()) differences.push_back(each.text());
  add(judge_calendar(now_, calendar_->current_or_next(now_), differences));
}

void preflight::drill() {
  std::optional<drill_evidence> last;
  if (calendar_) last = last_drill_of(config(), *calendar_);
  if (!broker_)
    out_.drill.why = "the broker did not answer";
  else if (!asked_.drill)
    out_.drill.why = "left out by --no-drill";
  else
    out_.drill = drill_stop(*loaded_, *broker_, first_symbol());
  add(judge_drill(out_.drill, last, config().live.gate.drill_max_days, time_.utc_now()));
}

void preflight::look_at_clock() {
  if (config().mode == environment::sim)
    return add("clock_sync", grade::pass, "not needed: the venue's clock is followed");
  add(judge_clock_sync(read_clock_sync()));
}

void preflight::look_at_disk() {
  // Before the first start there is no state folder: its place counts.
  auto folder = std::filesystem::absolute(config().state_folder).lexically_normal();
  std::error_code failed;
  while (!std::filesystem::is_directory(folder, failed) && folder.has_relative_path())
    folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, failed);
  add(failed ? preflight_item{"disk_space", grade::fail, failed.message(), "is the disk there?"}
             : judge_disk(space.available));
  add(judge_sync_time(measure_sync(folder, time_)));
}

void preflight::look_at_log() {
  const auto& state = config().state_folder;
  verify_options how;
  const auto anchors = in_state_folder(state, config().audit.anchors);
  std::error_code ignored;
  if (std::filesystem::exists(anchors, ignored)) {
    how.anchors = anchors;
    how.public_key = public_key_file(in_state_folder(state, config().audit.anchor_key));
  }
  const auto report = verify_audit_log(audit_folder(state), how);
  if (!report && report.code() == ec::not_found)
    return add("audit_chain", grade::pass, "no log yet: the first start makes it");
  const auto hint = "do not start; see `bellwether audit verify --state " + state.string() + "`";
  if (!report) return add("audit_chain", grade::fail, report.failure().context, hint);
  if (!report->ok()) return add("audit_chain", grade::fail, report->failure->text, hint);
  add("audit_chain", grade::pass,
      std::to_string(report->records) + " records and " + std::to_string(report->anchors) +
          " anchors verified");
}

void preflight::compare_books() {
  if (!broker_) {
    not_asked("reconciliation");
    return not_asked("time_to_flat_seconds");
  }
  const auto books = read_books(audit_folder(config().state_folder));
  const auto since = (books && books->past.last_at() != utc_ns{} ? books->past.last_at() : now_);
  const auto theirs = ask_broker_books(config(), since - look_back);
  if (!books && books.code() == ec::not_found) {
    add("reconciliation", grade::pass, "no log yet: what is in the account becomes EXTERNAL");
  } else if (!books || !theirs) {
    add("reconciliation", grade::fail, books ? theirs.failure().context : books.failure().context,
        "the books cannot be read");
  } else {
    const auto found = compare_account(*books, *theirs, config().symbols());
    add("reconciliation", found.is_clean() ? grade::pass : grade::fail,
        found.is_clean() ? "both books are the same"
                         : std::to_string(found.differences.size() +
                                          found.missing_executions.size() + found.unresolved) +
                               " differences",
        found.is_clean() ? "" : "see `bellwether reconcile`; a running node mends some by itself");
  }
  if (!theirs) return not_asked("time_to_flat_seconds");
  out_.positions = theirs->positions.size();
  add(judge_time_to_flat(theirs->positions.size(), round_trip_));
}

void preflight::add_the_rest() {
  add(judge_alert_channels());
  add(judge_plugins(loaded_->catalog ? plugin_records(*loaded_->catalog)
                                     : std::vector<plugin_record>{}));
}

void preflight::look_at_live() {
  if (!calendar_) return;
  auto facts = gather_live_facts(config(), true, *calendar_, time_.utc_now());
  if (!facts)
    return add("live_interlock", grade::fail, facts.failure().context, "see .env.example");
  if (config().mode == environment::live) facts->account = account_;
  const auto words = check_live_words(*facts);
  const auto verdict = judge_live(*facts);
  auto text = words ? verdict.text() : words.failure().context;
  for (auto& c : text)
    if (c == '\n') c = ';';
  const bool armed = verdict.outcome == interlock_outcome::armed;
  add("live_interlock", armed ? grade::pass : grade::fail,
      armed ? "all eight conditions hold" : text, armed ? "" : "see docs/live.md");
  const auto books = read_live_books(config(), *calendar_, time_.utc_now());
  if (!books) return add("live_evidence", grade::fail, books.failure().context, "");
  const bool complete = books->evidence.complete();
  add("live_evidence", complete ? grade::pass : grade::fail,
      complete ? "every gate is met" : books->evidence.missing(),
      complete ? "" : "trade on paper until it is; see `bellwether live status`");
  const bool promoted = books->stage.stage != live_stage::s0;
  add("live_stage", promoted ? grade::pass : grade::fail,
      std::string{to_string(books->stage.stage)},
      promoted ? "" : "a person promotes the node: `bellwether live promote`");
}

}  // namespace

preflight_outcome run_preflight(const preflight_request& asked) {
  preflight_outcome out;
  preflight{asked, out}.run();
  return out;
}

void keep_preflight(const preflight_request& asked, const preflight_outcome& outcome) {
  std::error_code ignored;
  if (outcome.state_folder.empty() ||
      !std::filesystem::exists(audit_folder(outcome.state_folder), ignored))
    return;
  const auto loaded = load_config(find_config(asked.config_file));
  if (!loaded) return;
  auto log = command_log::open(*loaded, std::string{check_run_prefix} + outcome.mode);
  if (!log) return;  // A node runs there and looks by itself.
  if (log->write({to_record(outcome.report, "request")})) (void)log->close("check");
}

}  // namespace bw
