#include "domain/reconcile_schedule.hpp"

#include <algorithm>

namespace bw {

std::string_view to_string(book_question x) noexcept {
  switch (x) {
    case book_question::opens: return "open orders";
    case book_question::positions: return "positions";
    case book_question::account: return "account";
    case book_question::activities: return "activities";
  }
  return "invalid";
}

void reconcile_schedule::begin_full(mono_ns now) {
  began_ = full_ = true;
  for (auto& each : entries_) {
    each.asked = each.answered = false;
    each.next = now;
  }
}

bool reconcile_schedule::is_full_answered() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const entry& each) { return each.answered; });
}

std::vector<reconcile_schedule::question> reconcile_schedule::due(mono_ns now) {
  std::vector<question> out;
  if (!began_) return out;
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    auto& each = entries_[k];
    if (each.asked && now - each.asked_at > options_.answer_within) fail(each, now);
    if (each.asked || now < each.next) continue;
    each.asked = true;
    each.asked_at = now;
    each.round = ++rounds_;
    out.push_back({static_cast<book_question>(k + 1), each.round});
  }
  return out;
}

void reconcile_schedule::soon(book_question what, mono_ns at) {
  auto& x = of(what);
  x.next = std::min(x.next, at);
}

bool reconcile_schedule::on_answer(book_question what, std::uint64_t round, mono_ns now) {
  auto& x = of(what);
  if (!x.asked || x.round != round) return false;
  x.asked = false;
  x.answered = true;
  x.bad = {};
  x.next = now + options_.every[static_cast<std::size_t>(what) - 1];
  return true;
}

void reconcile_schedule::on_failure(book_question what, std::uint64_t round, mono_ns now) {
  auto& x = of(what);
  if (x.asked && x.round == round) fail(x, now);
}

void reconcile_schedule::fail(entry& x, mono_ns now) {
  x.asked = false;
  if (x.bad.times++ == 0) x.bad.since = now;
  x.next = now + options_.retry;
}

void query_queue::push(const single_query& query) {
  if (waiting_.size() >= options_.waiting_max || !known_.insert(query).second) return;
  waiting_.push_back(query);
}

std::optional<single_query> query_queue::next(mono_ns now) {
  while (!left_.empty() && now - left_.front() >= options_.cycle) left_.pop_front();
  if (waiting_.empty() || left_.size() >= options_.per_cycle) return std::nullopt;
  if (!left_.empty() && now - left_.back() < options_.apart) return std::nullopt;
  const auto out = waiting_.front();
  waiting_.pop_front();
  known_.erase(out);
  left_.push_back(now);
  return out;
}

}  // namespace bw
