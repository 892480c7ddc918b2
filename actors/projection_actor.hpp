#pragma once

#include <filesystem>
#include <memory>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "messages/actor_interfaces.hpp"
#include "storage/trade_database.hpp"

namespace bw {

struct projection_args {
  std::filesystem::path audit_folder;
  std::filesystem::path database;
  metrics_registry* metrics = nullptr;
};

/// Keeps trades.db up with the audit log. It looks at the log from outside, as any other reader
/// does, so that nobody who trades waits for it or sends it anything. Detached; restarted like any
/// leaf, and a failure of the database is a warning and another try.
struct projection_state {
  static constexpr const char* name = "projection";
  static constexpr nanoseconds look_every = std::chrono::milliseconds{250};
  /// Between two tries after a failure.
  static constexpr nanoseconds retry_every = std::chrono::seconds{5};

  explicit projection_state(projection_actor::pointer owner) : self(owner) {}
  void init(projection_args args);

  void beat();
  /// One look: opens what is not open, takes in what the log has.
  result<std::uint64_t> follow();
  component_status status() const;

  projection_actor::pointer self;
  projection_args args;
  std::unique_ptr<audit_reader> log;
  std::unique_ptr<trade_database> trades;
  system_clock real;
  std::string trouble;
  std::uint64_t records = 0;
  gauge* behind = nullptr;
  histogram* batch_time = nullptr;
};

projection_actor::behavior_type projection(
    projection_actor::stateful_pointer<projection_state> self, projection_args args);

}  // namespace bw
