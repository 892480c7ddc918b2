#include "storage/minute_story.hpp"

#include <algorithm>
#include <set>

namespace bw {
namespace {

/// "AAPL MSFT" has "AAPL".
bool lists(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const auto blank = words.find(' ');
    if (words.substr(0, blank) == wanted) return true;
    if (blank == std::string_view::npos) break;
    words.remove_prefix(blank + 1);
  }
  return false;
}

class minute_teller {
 public:
  explicit minute_teller(const minute_question& asked) { story_.asked = asked; }

  /// False once the minute is over.
  bool take(const audit_record& record) {
    if (story_.log_begins == utc_ns{}) story_.log_begins = record.wall;
    story_.log_ends = std::max(story_.log_ends, record.wall);
    if (record.wall >= story_.asked.to) return true;  // Only the end of the log matters now.
    within_ = record.wall >= story_.asked.from;
    std::visit([&](const auto& x) { on(record, x); }, record.event);
    return true;
  }

  minute_story finish() {
    for (const auto& id : unknown_) story_.unknown_orders.push_back(id);
    return std::move(story_);
  }

 private:
  template <class T>
  static recorded<T> note(const audit_record& record, const T& x) {
    return {record.sequence, record.wall, record.mono, x};
  }
  bool is_symbol(const symbol_name& x) const { return x == story_.asked.symbol; }

  strategy_minute* of(const short_name& strategy) {
    if (!story_.asked.strategy.empty() && strategy != story_.asked.strategy) return nullptr;
    const auto at = std::find_if(story_.strategies.begin(), story_.strategies.end(),
                                 [&](const strategy_minute& x) { return x.strategy == strategy; });
    if (at != story_.strategies.end()) return &*at;
    story_.strategies.push_back({});
    story_.strategies.back().strategy = strategy;
    return &story_.strategies.back();
  }

  template <class T>
  void on(const audit_record&, const T&) {}
  void on(const audit_record& record, const boot_record&) {
    story_.node_ran = true;
    story_.boot_no = record.boot_no;
    story_.strategies.clear();
    story_.state.reset();
    story_.session.reset();
    story_.feed.reset();
    story_.state_changes.clear();
    story_.session_changes.clear();
  }
  void on(const audit_record&, const shutdown_record&) { story_.node_ran = false; }
  void on(const audit_record&, const strategy_record& x) {
    if (x.enabled && lists(x.watchlist, story_.asked.symbol.view())) of(x.strategy);
  }
  void on(const audit_record& record, const state_record& x) {
    if (within_) return story_.state_changes.push_back(note(record, x));
    story_.state = note(record, x);
  }
  void on(const audit_record& record, const session_record& x) {
    if (within_) return story_.session_changes.push_back(note(record, x));
    story_.session = note(record, x);
  }
  void on(const audit_record& record, const feed_record& x) { story_.feed = note(record, x); }
  void on(const audit_record& record, const evaluation_record& x) {
    if (!is_symbol(x.symbol)) return;
    if (auto* line = of(x.strategy)) {
      line->last_look = note(record, x);
      line->looked_within = within_;
    }
  }
  void on(const audit_record& record, const signal_record& x) {
    if (!is_symbol(x.symbol) || !within_) return;
    if (auto* line = of(x.strategy)) line->signals.push_back(note(record, x));
  }
  void on(const audit_record& record, const decision_record& x) {
    if (!is_symbol(x.symbol) || !within_) return;
    if (auto* line = of(x.strategy)) line->decision = note(record, x);
  }
  void on(const audit_record& record, const verdict_record& x) {
    if (!is_symbol(x.symbol) || !within_ || x.verdict.approved) return;
    if (auto* line = of(x.strategy)) line->denials.push_back(note(record, x));
  }
  void on(const audit_record& record, const intent_record& x) {
    if (!is_symbol(x.symbol)) return;
    ours_.insert(x.client_id);
    if (!within_) return;
    if (auto* line = of(x.strategy)) line->orders.push_back(note(record, x));
  }
  void on(const audit_record&, const submit_record& x) {
    const auto& id = x.result.client_id;
    if (!ours_.contains(id)) return;
    if (x.result.outcome == submit_outcome::unknown ||
        x.result.outcome == submit_outcome::duplicate)
      unknown_.insert(id);
    else
      unknown_.erase(id);
  }
  void on(const audit_record&, const update_record& x) {
    if (!ours_.contains(x.update.client_id)) return;
    if (x.after == order_state::unknown || x.after == order_state::needs_review)
      unknown_.insert(x.update.client_id);
    else
      unknown_.erase(x.update.client_id);
  }

  minute_story story_;
  bool within_ = false;
  std::set<client_order_id> ours_;
  std::set<client_order_id> unknown_;
};

}  // namespace

result<minute_story> tell_minute(const audit_reader& log, const minute_question& asked) {
  minute_teller teller{asked};
  const auto read = log.read({}, [&](const audit_record& record) { return teller.take(record); });
  if (!read) return read.failure();
  return teller.finish();
}

}  // namespace bw
