#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/result.hpp"

namespace bw {

enum class log_level : std::uint8_t { debug = 1, info, warning, error, critical };

std::string_view to_string(log_level level) noexcept;

struct log_options {
  /// Folder of the JSON Lines files "bellwether-YYYYMMDD.jsonl"; empty: no file.
  std::filesystem::path folder;
  /// Files of days further back than this are deleted when a day's file is opened.
  std::uint16_t days_kept = 30;
  log_level level = log_level::info;
  /// Lines also to stderr.
  bool to_stderr = false;
  /// Lines waiting for the disk; the oldest is dropped and counted when it is full.
  std::uint32_t queue_lines = 8192;
};

/// The optional keys of a line; empty ones are left out.
struct log_fields {
  std::string_view symbol;
  std::string_view strategy;
  std::string_view client_order_id;
  std::string_view trade_id;
  /// Position of the cause in the audit log, 0 for none.
  std::uint64_t cause = 0;
  /// A JSON object, or empty.
  std::string_view data;
};

/// Opens the process's log. `time` and `metrics` must outlive `log_stop`. Before the first call and
/// after `log_stop` lines go nowhere. A line stands in the file of the UTC day that it says.
result<void> log_start(const log_options& options, const clock& time, metrics_registry& metrics);
/// Writes what waits, as long as the sinks take it within two seconds, and closes the file.
void log_stop();

/// One line, one event. Never blocks, never throws: formatting happens here, the
/// write on the log's own thread.
void log_line(log_level level, std::string_view component, std::string_view event,
              std::string_view message, const log_fields& fields = {});

}  // namespace bw
