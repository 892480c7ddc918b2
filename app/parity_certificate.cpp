#include "app/parity_certificate.hpp"

#include <sys/resource.h>

#include "actors/status_actor.hpp"
#include "app/replay_config.hpp"
#include "config/plugin_catalog.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "storage/sha256.hpp"

namespace bw {
namespace {

/// Ten of nineteen: trading threads come first, and it still gets on.
constexpr int gives_way = 10;

std::filesystem::path certificate_name(calendar_date day) { return format_date(day) + ".json"; }

proof_record proof_of(calendar_date day, const replay_report& report, const std::string& json) {
  proof_record out;
  out.kind = proof_kind::parity;
  out.subject = format_date(day);
  out.passed = report.is_complete() && !report.differs() && report.tampered.empty();
  out.count = report.compared();
  out.text = std::to_string(report.differences) + " decisions differ";
  out.content = sha256{}.of({json});
  return out;
}

}  // namespace

result<parity_certificate> certify_session(replay_setup setup) {
  auto orders = orders_of_session(setup.log, setup.calendar, *setup.day);
  if (!orders) return std::move(orders).failure();
  session_simulation simulation{std::move(*orders)};
  setup.observer = &simulation;
  auto report = replay_log(setup);
  if (!report) return std::move(report).failure();
  if (report->boots == 0)
    return {ec::out_of_range, "no run of the log reaches into " + format_date(*setup.day)};
  simulation.finish();
  parity_certificate out{std::move(*report), parity_rows(simulation), {}, {}, {}};
  out.json = parity_json(*setup.day, out.report, simulation);
  out.against = against_simulation(out.report, simulation, setup.calendar);
  out.against.certificate =
      (parity_folder({}) / certificate_name(*setup.day)).lexically_normal().string();
  out.proof = proof_of(*setup.day, out.report, out.json);
  return out;
}

result<std::filesystem::path> keep_certificate(const std::filesystem::path& state,
                                               calendar_date day, const std::string& json) {
  const auto folder = parity_folder(state);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return {ec::io_failed, folder.string() + ": " + failed.message()};
  const auto path = folder / certificate_name(day);
  if (auto written = replace_file(path, json + "\n"); !written) return std::move(written).failure();
  return path;
}

day_backtest make_day_backtest(const node_config& config,
                               std::function<result<void>(strategy_registry&)> more) {
  return [state = config.state_folder, log = config.audit.folder, plugins = config.plugins,
          mode = config.mode, more = std::move(more)](
             calendar_date day, const std::function<bool()>& goes_on) -> result<decided_day> {
    (void)::setpriority(PRIO_PROCESS, 0, gives_way);
    auto calendar = session_calendar::make();
    if (!calendar) return std::move(calendar).failure();
    const auto catalog = discover_plugins(plugins, mode, built_in_strategies());
    if (more)
      if (auto added = more(catalog->registry); !added) return std::move(added).failure();
    const system_clock real;
    const auto until = real.mono_now() + certificate_within;
    const auto made =
        certify_session({.log = log,
                         .recordings = recordings_folder(state),
                         .day = day,
                         .config_of =
                             [&](const recorded_parameters& x) {
                               return config_of_recording(x, {}, catalog->registry);
                             },
                         .strategies = &catalog->registry,
                         .calendar = std::move(*calendar),
                         .goes_on = [&] { return goes_on() && real.mono_now() < until; }});
    if (!made) return made.failure();
    if (auto kept = keep_certificate(state, day, made->json); !kept)
      return std::move(kept).failure();
    decided_day out{made->against, std::nullopt};
    if (made->report.is_complete() || made->report.differs()) out.proof = made->proof;
    return out;
  };
}

}  // namespace bw
