#include "core/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/daily_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <mutex>
#include <vector>

#include "core/json_writer.hpp"

namespace bw {
namespace {

struct log_state {
  const clock* time = nullptr;
  counter* dropped = nullptr;
  std::vector<counter*> lines;  // By level.
  std::size_t overruns_counted = 0;
  log_level level = log_level::info;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::logger> logger;
};

std::mutex state_mutex;
std::shared_ptr<log_state> state;  // Swapped as a whole, so that a late line finds the old one.

std::shared_ptr<log_state> current() {
  const std::lock_guard lock{state_mutex};
  return state;
}

/// bellwether-20261102.jsonl: sorts by day and says what it is.
struct day_file_name {
  static spdlog::filename_t calc_filename(const spdlog::filename_t& base, const std::tm& day) {
    return fmt::format("{}-{:04d}{:02d}{:02d}.jsonl", base, day.tm_year + 1900, day.tm_mon + 1,
                       day.tm_mday);
  }
};

}  // namespace

std::string_view to_string(log_level level) noexcept {
  switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warning: return "warning";
    case log_level::error: return "error";
    case log_level::critical: return "critical";
  }
  return "unknown";
}

result<void> log_start(const log_options& options, const clock& time, metrics_registry& metrics) {
  auto next = std::make_shared<log_state>();
  next->time = &time;
  next->level = options.level;
  for (const auto level : {log_level::debug, log_level::info, log_level::warning, log_level::error,
                           log_level::critical})
    next->lines.push_back(&metrics.add_counter("bellwether_log_messages_total",
                                               "Log lines written.",
                                               {{"level", std::string{to_string(level)}}}));
  next->dropped = &metrics.add_counter("bellwether_log_dropped_total",
                                       "Log lines lost because the sink was too slow.");
  try {
    std::vector<spdlog::sink_ptr> sinks;
    if (!options.folder.empty()) {
      std::filesystem::create_directories(options.folder);
      using daily_sink = spdlog::sinks::daily_file_sink<std::mutex, day_file_name>;
      sinks.push_back(std::make_shared<daily_sink>((options.folder / "bellwether").string(), 0, 0,
                                                   false, options.days_kept));
    }
    if (options.to_stderr) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    next->pool = std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1);
    next->logger =
        std::make_shared<spdlog::async_logger>("bellwether", sinks.begin(), sinks.end(), next->pool,
                                               spdlog::async_overflow_policy::overrun_oldest);
    // The whole line is ours; spdlog only adds the line end.
    next->logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    next->logger->set_level(spdlog::level::trace);
    next->logger->flush_on(spdlog::level::warn);
  } catch (const std::exception& failure) {
    return {ec::io_failed, "log folder " + options.folder.string() + ": " + failure.what()};
  }
  const std::lock_guard lock{state_mutex};
  state = std::move(next);
  return {};
}

void log_stop() {
  std::shared_ptr<log_state> old;
  {
    const std::lock_guard lock{state_mutex};
    old.swap(state);
  }
  if (old && old->logger) old->logger->flush();
}

void log_line(log_level level, std::string_view component, std::string_view event,
              std::string_view message, const log_fields& fields) {
  const auto to = current();
  if (!to || level < to->level) return;
  json_writer line;
  line.begin_object();
  line.member("ts", to->time->utc_now());
  line.member("level", to_string(level));
  line.member("component", component);
  line.member("event", event);
  line.member("msg", message);
  if (!fields.symbol.empty()) line.member("symbol", fields.symbol);
  if (!fields.strategy.empty()) line.member("strategy", fields.strategy);
  if (!fields.client_order_id.empty()) line.member("client_order_id", fields.client_order_id);
  if (!fields.trade_id.empty()) line.member("trade_id", fields.trade_id);
  if (fields.cause != 0) line.member("cause", fields.cause);
  if (!fields.data.empty()) line.key("data").raw(fields.data);
  line.end_object();
  to->lines[static_cast<std::size_t>(level) - 1]->add();
  const auto severity = level >= log_level::warning ? spdlog::level::warn : spdlog::level::info;
  to->logger->log(severity, spdlog::string_view_t{line.text().data(), line.text().size()});
  const auto overruns = to->pool->overrun_counter();
  const std::lock_guard lock{state_mutex};
  if (overruns > to->overruns_counted) {
    to->dropped->add(overruns - to->overruns_counted);
    to->overruns_counted = overruns;
  }
}

}  // namespace bw
