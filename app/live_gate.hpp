#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analytics/live_record.hpp"
#include "app/output.hpp"
#include "config/node_config.hpp"
#include "domain/live_evidence.hpp"
#include "domain/live_interlock.hpp"
#include "domain/live_stage.hpp"
#include "domain/session_calendar.hpp"
#include "messages/account.hpp"

namespace bw {

/// A session with real money, and the paper node's beside it.
struct live_day {
  session_facts facts;
  session_grade grade = session_grade::clean;
  twin_verdict twin;
  bool reviewed = false;
};

/// What the two logs of a node say: the paper node's about the evidence, the live node's about the
/// ramp.
struct live_books {
  evidence_report evidence;
  stage_state stage;
  /// Sessions with real money, oldest first.
  std::vector<live_day> days;
};

/// Reads both logs, after all of each was verified, against its signed anchors as well; one that is
/// not there is an empty one. ec::integrity_broken for one that does not verify.
result<live_books> read_live_books(const node_config& config, const session_calendar& calendar,
                                   utc_ns now);

/// Says that real money may be traded in this process. Nothing but `admit_live` makes one.
class live_permit {
 public:
  live_stage stage() const { return stage_; }
  const arming_record& arming() const { return arming_; }

 private:
  friend struct live_door;
  live_permit(live_stage stage, arming_record arming) : stage_(stage), arming_(std::move(arming)) {}

  live_stage stage_;
  arming_record arming_;
};

/// Who asks to be let in. The functions are asked in this order, each only when all before it was
/// right: nothing goes over the network while anything at hand is missing.
struct live_request {
  live_facts facts;
  std::function<result<live_books>()> books;
  std::function<result<account_report>()> account;
};

/// Neither: nobody wants to trade live.
struct live_answer {
  std::optional<live_permit> permit;
  std::optional<command_failure> refusal;
};

/// The only way to real money: words, the eight conditions, the evidence, the stage, then the
/// account that the broker names. Refusals have exit code 8 and name each missing thing; words that
/// are none have 2, refused credentials 4, an unreachable broker 5.
live_answer admit_live(const live_request& request);

/// The facts of this machine: environment, key, arming record, limits and calendar.
/// ec::invalid_argument for a credential that is there and wrong.
result<live_facts> gather_live_facts(const node_config& config, bool flag,
                                     const session_calendar& calendar, utc_ns now);

/// GET /v2/account of the configuration's broker, and nothing else.
result<account_report> ask_account(const node_config& config);

/// Whether the word of the person still stands: not expired, not taken back by `disarm`.
bool is_still_armed(const live_options& where, const live_permit& permit, utc_ns now);

/// The whole of it for a command that runs a node.
live_answer ask_for_live(const node_config& config, bool flag);

}  // namespace bw
