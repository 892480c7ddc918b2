#include "storage/order_story.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <type_traits>

namespace bw {
namespace {

/// What leads to the records of one order.
struct order_anchor {
  client_order_id client_id;
  std::uint64_t boot_no = 0;
  trace_id trace;
  symbol_name symbol;
  short_name strategy;
  order_request request;
  sequence_number at;
};

template <class T>
recorded<T> note(const audit_record& record, const T& x) {
  return {record.sequence, record.wall, record.mono, x};
}

order_anchor anchor_of(const audit_record& record, const order_request& request,
                       const client_order_id& id, const symbol_name& symbol,
                       const short_name& strategy) {
  return {id, record.boot_no, request.header.trace, symbol, strategy, request, record.sequence};
}

/// The ids of all orders, and to which client order id each leads.
class id_search {
 public:
  explicit id_search(const std::string& wanted) : wanted_(wanted) {
    const auto number = std::string_view{wanted}.substr(wanted.starts_with('#') ? 1 : 0);
    const auto* end = number.data() + number.size();
    if (const auto read = std::from_chars(number.data(), end, number_);
        read.ec != std::errc{} || read.ptr != end)
      number_ = 0;
  }

  void take(const audit_record& record) {
    std::visit([&](const auto& x) { on(record, x); }, record.event);
    if (record.sequence.value != number_) return;
    numbered_ = client_of(record);
    numbered_trace_ = {record.boot_no, record.trace};
  }

  result<order_anchor> answer() const {
    if (number_ > 0) return numbered();
    std::set<client_order_id> found;
    for (const auto& [name, client] : names_) {
      if (name == wanted_) return anchor(client);
      if (name.starts_with(wanted_)) found.insert(client);
    }
    if (found.size() == 1) return anchor(*found.begin());
    if (found.empty())
      return {ec::not_found, "no order, broker order or execution is called '" +
                                 wanted_.substr(0, 60) + "'" + near_ones()};
    std::string list;
    for (const auto& each : found) {
      if (list.size() > 200) break;
      list += (list.empty() ? "" : ", ") + each.str();
    }
    return {ec::invalid_argument, "'" + wanted_ + "' is the beginning of " +
                                      std::to_string(found.size()) + " orders: " + list};
  }

 private:
  template <class T>
  void on(const audit_record&, const T&) {}
  void on(const audit_record& record, const intent_record& x) {
    orders_[x.client_id] = anchor_of(record, x.request, x.client_id, x.symbol, x.strategy);
    names_.emplace(x.client_id.str(), x.client_id);
  }
  void on(const audit_record& record, const verdict_record& x) {
    if (x.client_id.empty())
      denials_[record.sequence] = anchor_of(record, x.request, {}, x.symbol, x.strategy);
  }
  void on(const audit_record&, const submit_record& x) {
    add(x.result.venue_id.view(), x.result.client_id);
  }
  void on(const audit_record&, const update_record& x) {
    add(x.update.venue_id.view(), x.update.client_id);
    add(x.update.execution.view(), x.update.client_id);
  }
  void on(const audit_record&, const fill_record& x) { add(x.execution.view(), x.client_id); }

  void add(std::string_view name, const client_order_id& client) {
    if (!name.empty()) names_.emplace(std::string{name}, client);
  }

  static client_order_id client_of(const audit_record& record) {
    return std::visit(
        [](const auto& x) -> client_order_id {
          if constexpr (requires { x.client_id; })
            return x.client_id;
          else if constexpr (requires { x.result.client_id; })
            return x.result.client_id;
          else if constexpr (requires { x.update.client_id; })
            return x.update.client_id;
          else
            return {};
        },
        record.event);
  }

  result<order_anchor> anchor(const client_order_id& client) const {
    const auto at = orders_.find(client);
    if (at != orders_.end()) return at->second;
    return {ec::not_found, "the order " + client.str() +
                               " is mentioned but was not made by this node: no intent names it"};
  }

  /// A record without an order of its own is still about one when an order has its trace.
  result<order_anchor> numbered() const {
    if (!numbered_.empty()) return anchor(numbered_);
    const auto at = denials_.find(sequence_number{number_});
    if (at != denials_.end()) return at->second;
    if (numbered_trace_.second != trace_id{}) {
      for (const auto& [client, each] : orders_)
        if (each.boot_no == numbered_trace_.first && each.trace == numbered_trace_.second)
          return each;
      for (const auto& [sequence, each] : denials_)
        if (each.boot_no == numbered_trace_.first && each.trace == numbered_trace_.second)
          return each;
    }
    return {ec::not_found, "record " + std::to_string(number_) + " is about no order"};
  }

  /// Orders whose ids share the longest beginning with what was asked for.
  std::string near_ones() const {
    std::vector<std::pair<std::size_t, std::string>> close;
    for (const auto& [name, client] : names_) {
      const auto same =
          std::mismatch(name.begin(), name.end(), wanted_.begin(), wanted_.end()).first;
      close.emplace_back(static_cast<std::size_t>(same - name.begin()), name);
    }
    std::stable_sort(close.begin(), close.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    if (close.empty()) return "; the log has no orders";
    std::string out = "; near are ";
    for (std::size_t k = 0; k < std::min(close.size(), order_search::near_max); ++k)
      out += (k == 0 ? "" : ", ") + close[k].second;
    return out;
  }

  std::string wanted_;
  std::uint64_t number_ = 0;
  client_order_id numbered_;
  std::pair<std::uint64_t, trace_id> numbered_trace_;
  std::map<client_order_id, order_anchor> orders_;
  std::map<sequence_number, order_anchor> denials_;
  std::map<std::string, client_order_id, std::less<>> names_;
};

/// Picks the records of one order out of the log.
class story_teller {
 public:
  explicit story_teller(const order_anchor& about) : about_(about) {
    story_.client_id = about.client_id;
    story_.symbol = about.symbol;
    story_.strategy = about.strategy;
    story_.request = about.request;
    story_.boot_no = about.boot_no;
    story_.first = about.at;
    story_.quality.begin(about.request);
  }

  void take(const audit_record& record) {
    if (record.sequence == about_.at) story_.began = record.wall;
    std::visit([&](const auto& x) { on(record, x); }, record.event);
  }

  order_story finish() {
    // An exit that was tried again answers an earlier signal.
    if (!story_.signal && earlier_signal_ &&
        earlier_signal_->value.what.reason == about_.request.reason)
      story_.signal = earlier_signal_;
    std::set<client_order_id> trades;
    for (const auto& each : events_)
      if (is_ours(each.value.client_id)) trades.insert(each.value.trade);
    for (auto& each : events_)
      if (trades.contains(each.value.trade)) story_.trade.push_back(std::move(each));
    tell_chain();
    return std::move(story_);
  }

 private:
  /// Back to the order that began it, then forward; what was changed about the others is no part of
  /// the story.
  void tell_chain() {
    auto at = about_.request.order.value;
    for (auto it = intents_.find(at); it != intents_.end() && it->second.replaces != 0;
         it = intents_.find(at))
      at = it->second.replaces;
    std::set<client_order_id> members;
    for (auto it = intents_.find(at); it != intents_.end(); it = intents_.find(it->second.next)) {
      if (!members.insert(it->second.client_id).second) break;
      story_.chain.push_back(it->second.client_id);
    }
    if (story_.chain.size() < 2) story_.chain.clear();
    members.insert(about_.client_id);
    for (auto& each : changes_)
      if (!each.order.empty() && members.contains(each.order))
        story_.changes.push_back(std::move(each));
  }
  void add_change(const audit_record& record, const client_order_id& order, changed_field what,
                  std::string cause, std::string new_order = {}) {
    changes_.push_back({record.sequence, record.wall, order, std::move(what), std::move(cause),
                        std::move(new_order)});
  }
  void follow_intent(const audit_record& record, const intent_record& x) {
    auto& own = intents_[x.request.order.value];
    own = {x.client_id, x.request, x.request.replaces.value, 0};
    const auto old = intents_.find(x.request.replaces.value);
    if (own.replaces == 0 || old == intents_.end()) return;
    old->second.next = x.request.order.value;
    for (auto& each : changes_between(old->second.request, x.request))
      add_change(record, old->second.client_id, std::move(each), cause_of_replacement(x.request),
                 x.client_id.str());
  }
  template <class Record>
  void follow_times(const audit_record& record, const Record& x) {
    if (record.boot_no == about_.boot_no) story_.quality.on(x);
  }

  bool is_ours(const client_order_id& id) const {
    return !about_.client_id.empty() && id == about_.client_id;
  }
  /// Said by the same strategy about the same symbol.
  template <class T>
  bool same_line(const T& x) const {
    return x.symbol == about_.symbol && x.strategy == about_.strategy;
  }
  template <class T>
  bool same_cause(const audit_record& record, const T& x) const {
    return record.boot_no == about_.boot_no && record.trace == about_.trace && same_line(x);
  }
  bool before(const audit_record& record) const { return record.sequence <= about_.at; }

  template <class T>
  void on(const audit_record&, const T&) {}
  void on(const audit_record& record, const boot_record& x) {
    if (record.boot_no == about_.boot_no) story_.boot = note(record, x);
  }
  void on(const audit_record& record, const strategy_record& x) {
    if (record.boot_no == about_.boot_no && x.strategy == about_.strategy && before(record))
      story_.setup = note(record, x);
  }
  void on(const audit_record& record, const evaluation_record& x) {
    if (record.boot_no == about_.boot_no && same_line(x) && before(record))
      story_.evaluation = note(record, x);
  }
  void on(const audit_record& record, const signal_record& x) {
    if (x.what.purpose != about_.request.purpose || !same_line(x) || !before(record)) return;
    if (same_cause(record, x))
      story_.signal = note(record, x);
    else if (about_.request.purpose != order_purpose::entry && record.boot_no == about_.boot_no)
      earlier_signal_ = note(record, x);
  }
  void on(const audit_record& record, const decision_record& x) {
    if (same_cause(record, x) && x.purpose == about_.request.purpose && before(record))
      story_.decision = note(record, x);
  }
  void on(const audit_record& record, const verdict_record& x) {
    if (is_ours(x.client_id) || record.sequence == about_.at) story_.verdict = note(record, x);
  }
  void on(const audit_record& record, const intent_record& x) {
    follow_intent(record, x);
    if (is_ours(x.client_id)) story_.intent = note(record, x);
  }
  void on(const audit_record& record, const sending_record& x) {
    if (is_ours(x.client_id)) story_.sending = note(record, x);
  }
  void on(const audit_record& record, const withdrawn_record& x) {
    if (is_ours(x.client_id)) story_.withdrawn = note(record, x);
  }
  void on(const audit_record& record, const exchange_record& x) {
    if (is_ours(x.client_id)) story_.exchange = note(record, x);
  }
  void on(const audit_record& record, const submit_record& x) {
    if (!is_ours(x.result.client_id)) return;
    story_.submit = note(record, x);
    follow_times(record, x);
    if (!x.result.venue_id.empty()) story_.venue_id = x.result.venue_id;
  }
  void on(const audit_record& record, const hops_record& x) {
    if (!is_ours(x.client_id)) return;
    story_.stations = note(record, x);
    follow_times(record, x);
  }
  void on(const audit_record& record, const update_record& x) {
    if (x.after == order_state::replaced && x.before != x.after)
      add_change(record, x.update.client_id, {"replaced_by", {}, x.update.replaced_by.str()},
                 "told by " + std::string{to_string(x.update.source)}, x.update.replaced_by.str());
    if (!is_ours(x.update.client_id)) return;
    story_.updates.push_back(note(record, x));
    follow_times(record, x);
    if (!x.update.venue_id.empty()) story_.venue_id = x.update.venue_id;
  }
  void on(const audit_record& record, const cancel_record& x) {
    add_change(record, x.client_id, {"cancel", {}, "requested"}, x.cause);
    if (is_ours(x.client_id)) story_.cancels.push_back(note(record, x));
  }
  void on(const audit_record& record, const cancel_result_record& x) {
    add_change(record, x.result.client_id,
               {"cancel", "requested", std::string{to_string(x.result.outcome)}},
               x.result.text.str());
    if (is_ours(x.result.client_id)) story_.cancel_results.push_back(note(record, x));
  }
  void on(const audit_record& record, const unknown_record& x) {
    if (is_ours(x.client_id)) story_.unknowns.push_back(note(record, x));
  }
  void on(const audit_record& record, const fill_record& x) {
    if (!is_ours(x.client_id)) return;
    story_.fills.push_back(note(record, x));
    story_.quality.on(x);
  }
  void on(const audit_record& record, const trade_event_record& x) {
    if (same_line(x)) events_.push_back(note(record, x));
  }

  struct known_intent {
    client_order_id client_id;
    order_request request;
    std::uint64_t replaces = 0;
    std::uint64_t next = 0;
  };

  order_anchor about_;
  order_story story_;
  std::map<std::uint64_t, known_intent> intents_;
  std::vector<told_change> changes_;
  std::optional<recorded<signal_record>> earlier_signal_;
  std::vector<recorded<trade_event_record>> events_;
};

}  // namespace

quantity order_story::filled() const {
  quantity sum;
  for (const auto& each : fills) sum += each.value.qty;
  return sum;
}

money order_story::slippage() const {
  money sum;
  for (const auto& [sequence, wall, mono, x] : fills)
    sum += cost_beyond(x.side, x.qty, x.at_price, x.decision_price);
  return sum;
}

money order_story::realized() const {
  money sum;
  for (const auto& each : fills) sum += each.value.realized;
  return sum;
}

order_state order_story::state() const {
  if (denied()) return order_state::denied;
  if (!updates.empty()) return updates.back().value.after;
  if (filled().is_positive() && filled() >= request.qty) return order_state::filled;
  if (withdrawn) return order_state::not_sent;
  for (auto at = unknowns.rbegin(); at != unknowns.rend(); ++at) {
    if (at->value.step == unknown_step::not_found) return order_state::not_sent;
    if (at->value.step == unknown_step::refused) return order_state::rejected;
    if (at->value.step == unknown_step::late_appearance) break;
  }
  if (!submit) return sending ? order_state::sending : order_state::intent;
  switch (submit->value.result.outcome) {
    case submit_outcome::accepted: return order_state::accepted;
    case submit_outcome::rejected: return order_state::rejected;
    case submit_outcome::not_sent: return order_state::not_sent;
    case submit_outcome::duplicate:
    case submit_outcome::unknown: break;
  }
  return order_state::unknown;
}

std::vector<order_hop> order_story::hops() const {
  std::vector<order_hop> out;
  if (!stations) return out;
  const auto& x = stations->value;
  const auto speed = std::max<std::int64_t>(1, x.clock_speed);
  auto from = decision ? decision->value.received : x.received;
  const auto begin = from;
  const auto reach = [&](std::string_view name, mono_ns at) {
    if (at == mono_ns{} || from == mono_ns{} || at < from) return;
    out.push_back({name, (at - from) / speed});
    from = at;
  };
  if (decision) {
    reach("market data", decision->value.passed_on);
    reach("strategy", decision->value.decided);
  }
  reach("risk gate", x.checked);
  reach("router", x.routed);
  reach("log synced", x.logged);
  reach("sent", x.sent);
  reach("answered", x.answered);
  for (const auto& each : updates)
    if (each.value.update.last_qty.is_positive()) {
      // A fill may be told before the answer to the request is.
      const auto at = each.value.update.received;
      if (at > from)
        reach("first fill", at);
      else if (at > x.sent && x.sent != mono_ns{})
        out.push_back({"first fill (before the answer)", (at - x.sent) / speed});
      break;
    }
  if (x.sent > begin) out.push_back({"tick to order", (x.sent - begin) / speed});
  return out;
}

result<order_story> tell_order(const audit_reader& log, const order_search& wanted) {
  if (wanted.id.empty())
    return {ec::invalid_argument, "an order is asked for by its id or by a record like #123"};
  id_search search{wanted.id};
  const auto searched = log.read({}, [&](const audit_record& record) {
    search.take(record);
    return true;
  });
  if (!searched) return searched.failure();
  const auto anchor = search.answer();
  if (!anchor) return anchor.failure();
  story_teller teller{*anchor};
  const auto told = log.read({}, [&](const audit_record& record) {
    teller.take(record);
    return true;
  });
  if (!told) return told.failure();
  return teller.finish();
}

}  // namespace bw
