#pragma once

#include <future>
#include <memory>
#include <string>

#include "app/io_thread.hpp"
#include "app/output.hpp"
#include "broker/account_desk.hpp"
#include "broker/market_desk.hpp"
#include "broker/rest_connection.hpp"
#include "core/clock.hpp"
#include "domain/session_calendar.hpp"

namespace CLI {
class App;
}

namespace bw {

/// Which broker a command reads from: that of a configuration, or a venue on this machine.
struct broker_choice {
  std::string config;
  std::uint16_t venue_port = 0;
};
void add_broker_choice(CLI::App& command, broker_choice& out);

/// Everything that can be read of the broker, one question after the other. Nothing of it can
/// change anything there. One thread.
class broker_reads {
 public:
  static result<std::unique_ptr<broker_reads>> open(const broker_choice& where);
  ~broker_reads();
  broker_reads(const broker_reads&) = delete;
  broker_reads& operator=(const broker_reads&) = delete;

  account_desk& account() { return *account_; }
  market_desk& market() { return *market_; }
  const session_calendar& calendar() const { return *calendar_; }

  /// Calls `question` with what takes its answer, and waits: each is answered once, in bounded
  /// time.
  template <class T, class Question>
  static result<T> ask(Question question) {
    std::promise<result<T>> answer;
    auto answered = answer.get_future();
    question([&answer](result<T> x) { answer.set_value(std::move(x)); });
    return answered.get();
  }

  /// What answers held and this version does not know, as lines for a person.
  std::vector<std::string> unknown() const;

 private:
  broker_reads() = default;

  system_clock time_;
  std::unique_ptr<session_calendar> calendar_;
  io_thread io_;
  std::unique_ptr<rest_connection> trading_;
  std::unique_ptr<rest_connection> data_;
  std::unique_ptr<account_desk> account_;
  std::unique_ptr<market_desk> market_;
};

/// A failure of the broker as a command tells it: 4 refused keys, 2 what does not exist, else 5.
command_failure broker_failure(const error& why);

/// "2026-11-02" (midnight in New York, or the last instant of that day) or an instant of RFC 3339.
enum class day_edge : std::uint8_t { first = 1, last };
result<utc_ns> parse_when(std::string_view text, const session_calendar& calendar, day_edge edge);

}  // namespace bw
