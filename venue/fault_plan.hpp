#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/prng.hpp"
#include "venue/fault_script.hpp"

namespace bw::venue {

/// How far a script's two clocks have come since it began.
struct fault_time {
  nanoseconds machine{};
  nanoseconds market{};
};

/// Something that happens in the venue and may meet a rule. Views live as long as the call.
struct fault_event {
  fault_point at = fault_point::request;
  std::string_view method;
  std::string_view path;
  /// A request's body, or a message.
  std::string_view text;
  std::string_view symbol;
  /// A trade is about to be told: it alone can be mended afterwards.
  bool is_trade = false;
};

/// A rule that acts now, with what chance has decided about it.
struct fault_hit {
  const fault_rule* rule = nullptr;
  nanoseconds delay{};
  /// For whatever else is random about it.
  std::uint64_t dice = 0;
};

/// How often each rule has met something and has acted.
struct fault_tally {
  std::uint64_t met = 0;
  std::uint64_t acted = 0;
};

/// A script at work: script and event and time in, what to do out. Pure apart from its counters;
/// the same seed and the same events give the same hits. Single-threaded.
class fault_plan {
 public:
  explicit fault_plan(fault_script script);

  /// The first rule that acts on this event, if one does.
  std::optional<fault_hit> ask(const fault_event& event, fault_time now);
  /// Rules of time whose instant has come.
  std::vector<fault_hit> due(fault_time now);

  /// Whether no rule will act any more: its number is used up, or its time is over. A rule that
  /// has neither ends never.
  bool is_over(fault_time now) const;
  const fault_script& script() const { return script_; }
  const std::vector<fault_tally>& tallies() const { return tallies_; }

 private:
  nanoseconds elapsed(fault_time now) const {
    return script_.clock == fault_clock::market ? now.market : now.machine;
  }
  fault_hit hit(const fault_rule& rule);

  fault_script script_;
  prng random_;
  std::vector<fault_tally> tallies_;
};

/// Whether `text` has the form of `pattern`, in which '*' stands for any run of characters.
bool matches_path(std::string_view pattern, std::string_view text);

}  // namespace bw::venue
