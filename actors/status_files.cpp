// What the status actor writes beside status.json: reports, briefs and what is kept over a restart.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "actors/checkin_files.hpp"
#include "actors/day_report_files.hpp"
#include "actors/status_actor.hpp"
#include "core/log.hpp"
#include "storage/strategy_states.hpp"

namespace bw {

void status_state::write_report(const day_report& x) {
  if (args.file.empty()) return;
  const auto folder = args.file.parent_path() / "reports";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const auto stem = folder / ("reconciliation-" + x.day.day);
  for (const auto& [ending, text] : {std::pair{".json", to_json(x) + "\n"}, {".txt", to_text(x)}}) {
    auto path = stem;
    path += ending;
    if (const auto written = replace_file(path, text); !written)
      log_line(log_level::warning, name, "exception", written.failure().text());
  }
}

namespace {

/// Everything that is written about a day after its close, on a thread of its own.
struct day_writer {
  std::filesystem::path state;
  day_report_question asked;
  session_calendar calendar;
  day_backtest backtest;
  std::function<void(audit_event)> note;
  std::shared_ptr<std::atomic<bool>> stopping;

  void run() const {
    const auto goes_on = [this] { return !stopping->load(); };
    std::optional<result<run_against>> against;
    if (backtest) against = decide_again(goes_on);
    const auto written = write_day_report(state, asked, calendar, goes_on, against);
    if (written)
      log_line(log_level::info, status_state::name, "report_written", "wrote " + written->string());
    else
      log_line(log_level::warning, status_state::name, "exception",
               "no report of the day: " + written.failure().text());
  }

 private:
  result<run_against> decide_again(const std::function<bool()>& goes_on) const {
    auto made = backtest(asked.day, goes_on);
    if (!made) {
      log_line(log_level::warning, status_state::name, "exception",
               "the day was not decided again: " + made.failure().text());
      return std::move(made).failure();
    }
    if (note && made->proof) note(*made->proof);
    if (made->against.diverged) {
      const auto text = format_date(asked.day) + ": " + made->against.verdict;
      log_line(log_level::error, status_state::name, "parity_diverged", text);
      if (note) note(alert_record{alert_level::critical, "parity_diverged", {}, text});
    }
    return std::move(made->against);
  }
};

}  // namespace

/// The whole log is read, and the day decided again: beside the status, which goes on.
void status_state::write_day(const std::string& day) {
  const auto date = parse_date(day);
  if (args.file.empty() || !args.calendar || !date) return;
  const auto work = [writer = day_writer{args.file.parent_path(),
                                         {args.mode, *date},
                                         *args.calendar,
                                         args.backtest,
                                         args.note,
                                         stopping}](caf::event_based_actor*, int) { writer.run(); };
  // tidy-ok: it lives for one report, outside of the tree
  self->spawn<caf::detached>(work, 0);
}

void status_state::write_brief(const checkin_request& x) {
  constexpr std::string_view prefix = "checkin_";
  const auto job = x.job.str();
  const auto slot = checkin_slot_from(
      std::string_view{job}.substr(job.starts_with(prefix) ? prefix.size() : job.size()));
  if (args.file.empty() || !args.calendar || !slot) return;
  const auto state = args.file.parent_path();
  auto facts = gather_checkin(state, {*slot, x.day, x.at}, *args.calendar);
  facts.limits = args.limits;
  const auto written = write_checkin(state, make_checkin(facts));
  if (written)
    log_line(log_level::info, name, "report_written", "wrote " + written->string());
  else
    log_line(log_level::warning, name, "exception", written.failure().text());
}

void status_state::keep(const kept_file& x) {
  if (args.file.empty()) return;
  if (const auto written =
          write_kept_file(args.file.parent_path() / x.name, x.text, sync_mode::yes);
      !written)
    log_line(log_level::warning, name, "exception", written.failure().text());
}

result<void> replace_file(const std::filesystem::path& path, std::string_view text) {
  auto fresh = path;
  fresh += ".new";
  {
    std::ofstream out{fresh, std::ios::binary | std::ios::trunc};
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) return {ec::io_failed, fresh.string() + ": cannot be written"};
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0)
    return {ec::io_failed, path.string() + ": cannot be replaced"};
  return {};
}

}  // namespace bw
