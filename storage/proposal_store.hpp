#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_writer.hpp"
#include "core/time.hpp"
#include "domain/rollout.hpp"
#include "messages/operations.hpp"
#include "storage/sqlite_file.hpp"

namespace bw {

/// The proposals of a node, in its state folder.
inline std::filesystem::path proposals_file(const std::filesystem::path& state) {
  return state / "proposals.db";
}

enum class proposal_status : std::uint8_t { open = 1, accepted, rejected };
std::string_view to_string(proposal_status x) noexcept;

/// `key` as the configuration names it: "strategy.momentum.vwap_buffer".
struct proposal_change {
  std::string key;
  std::string before;
  std::string after;

  friend bool operator==(const proposal_change&, const proposal_change&) = default;
};

/// What speaks for a change. Figures are decimals as text; an empty one was not computed.
struct proposal_evidence {
  std::string objective;
  std::string in_sample;
  std::string out_of_sample;
  /// Of the parameters as they stand, on the same unseen sessions.
  std::string out_of_sample_now;
  std::string deflated_sharpe;
  std::string judgement;
  std::int64_t trials = 0;
  /// Out of sample.
  std::int64_t trades = 0;
  std::int64_t sessions = 0;
  std::string data_hash;
  /// Where the search left its results.
  std::string folder;

  friend bool operator==(const proposal_evidence&, const proposal_evidence&) = default;
};

/// What the last sessions would have done differently.
struct proposal_effect {
  std::int64_t sessions = 0;
  std::int64_t orders = 0;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;

  friend bool operator==(const proposal_effect&, const proposal_effect&) = default;
};

/// A change of parameters that somebody suggests. It changes nothing by itself.
struct proposal {
  std::string id;
  std::string author;
  utc_ns created_at;
  utc_ns expires_at;
  /// Hash of the configuration that it was made for.
  std::string base_hash;
  std::string reason;
  std::vector<proposal_change> changes;
  proposal_evidence evidence;
  proposal_effect effect;
  proposal_status status = proposal_status::open;
  /// Who decided, when, and why; empty while it is open.
  std::string decided_by;
  utc_ns decided_at;
  std::string note;

  friend bool operator==(const proposal&, const proposal&) = default;
};

/// How far an accepted proposal is in force.
struct proposal_rollout {
  std::string proposal;
  /// The strategies file before it, whole.
  std::string base_toml;
  money canary_budget;
  rollout_state state;
  utc_ns changed_at;

  friend bool operator==(const proposal_rollout&, const proposal_rollout&) = default;
};

/// Arrays and objects of JSON: what would change, what speaks for it, what it would have done.
void write_changes(json_writer& out, const proposal& x);
void write_evidence(json_writer& out, const proposal_evidence& x);
void write_effect(json_writer& out, const proposal_effect& x);

/// What the audit log is to say of a proposal that stands at `state`.
proposal_record record_of(const proposal& x, std::string state);

/// proposals.db in the state folder. A proposal is written once and decided once. One thread; other
/// processes may read and write beside it.
class proposal_store {
 public:
  static constexpr std::size_t changes_most = 50;
  /// Open ones at a time; what is decided does not count.
  static constexpr std::int64_t open_most = 100;

  /// ec::not_found when it is to be read only and is not there.
  static result<std::unique_ptr<proposal_store>> open(const std::filesystem::path& path,
                                                      sqlite_access access);

  /// ec::already_exists for an id that is known; ec::queue_full when too many are open.
  result<void> add(const proposal& one);
  /// Newest first.
  result<std::vector<proposal>> list() const;
  /// ec::not_found.
  result<proposal> find(std::string_view id) const;
  /// ec::illegal_transition when it was decided before, by whomever.
  result<void> decide(std::string_view id, proposal_status status, const std::string& by, utc_ns at,
                      const std::string& note);

  /// Of all proposals that were accepted, in the order of their ids.
  result<std::vector<proposal_rollout>> rollouts() const;
  /// Puts it in the place of what is known of the proposal.
  result<void> put(const proposal_rollout& one);

  /// What the audit log does not have yet: proposals that are new, and those that stand elsewhere
  /// than it says. Oldest first.
  result<std::vector<proposal_record>> unrecorded() const;
  /// They are in the log, synced. A crash before it lets them come into the log twice.
  result<void> mark_recorded(const std::vector<proposal_record>& records);

 private:
  explicit proposal_store(std::unique_ptr<sqlite_file> file) : file_(std::move(file)) {}

  std::unique_ptr<sqlite_file> file_;
};

}  // namespace bw
