#include "core/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/file_helper.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
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

/// Longest time in which the sinks may take what waits at the end: one that takes nothing more
/// costs those lines and not the end of the process.
constexpr std::chrono::seconds log_stop_wait_max{2};
constexpr std::string_view line_begin = R"({"ts":")";
constexpr std::string_view file_begin = "bellwether-";
constexpr std::string_view file_end = ".jsonl";

/// bellwether-20261102.jsonl: sorts by day and says what it is.
std::string file_of(calendar_date day) {
  auto digits = format_date(day);
  std::erase(digits, '-');
  return std::string{file_begin} + digits + std::string{file_end};
}

/// The day of a file of ours; nothing for any other file.
std::optional<calendar_date> day_of(std::string_view name) {
  constexpr std::size_t digits = 8;
  if (name.size() != file_begin.size() + digits + file_end.size()) return std::nullopt;
  if (!name.starts_with(file_begin) || !name.ends_with(file_end)) return std::nullopt;
  const std::string day{name.substr(file_begin.size(), digits)};
  const auto out = parse_date(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6));
  return out ? std::optional{*out} : std::nullopt;
}

/// One file a day, by the time that each line itself says: a line stands in the file of its day
/// whenever it is written. Files that are too old go when a day's file is opened, so that a process
/// that is started anew each morning keeps no more than one that runs on.
class day_file_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  day_file_sink(std::filesystem::path folder, std::uint16_t days_kept)
      : folder_(std::move(folder)), days_kept_(days_kept) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view line{message.payload.data(), message.payload.size()};
    const auto day = line.substr(std::min(line.size(), line_begin.size()), 10);
    if (day != open_day_) open(day);
    spdlog::memory_buf_t bytes;
    formatter_->format(message, bytes);
    file_.write(bytes);
  }
  void flush_() override {
    if (!open_day_.empty()) file_.flush();
  }

  void open(std::string_view text) {
    const auto day = parse_date(text);
    if (!day) throw spdlog::spdlog_ex("a log line without its time");
    file_.open((folder_ / file_of(*day)).string());
    open_day_ = text;
    remove_older(days_from_civil(*day) - days_kept_);
  }
  void remove_older(std::int64_t last_day) {
    std::error_code problem;
    std::vector<std::filesystem::path> old;
    for (std::filesystem::directory_iterator at{folder_, problem}, end; !problem && at != end;
         at.increment(problem)) {
      const auto day = day_of(at->path().filename().string());
      if (day && days_from_civil(*day) <= last_day) old.push_back(at->path());
    }
    for (const auto& file : old) std::filesystem::remove(file, problem);
  }

  std::filesystem::path folder_;
  std::uint16_t days_kept_;
  std::string open_day_;
  spdlog::details::file_helper file_;
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
      sinks.push_back(std::make_shared<day_file_sink>(options.folder, options.days_kept));
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
  if (!old || !old->logger) return;
  old->logger->flush();
  // The last owner waits for the log's thread, which a sink that takes nothing more would hold for
  // ever: a thread of its own does the waiting, and is left behind when it takes too long.
  auto ended = std::make_shared<std::promise<void>>();
  const auto done = ended->get_future();
  std::thread{[last = std::move(old), ended]() mutable {  // tidy-ok: it may have to be left behind
    last.reset();
    ended->set_value();
  }}
      .detach();
  done.wait_for(log_stop_wait_max);
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
