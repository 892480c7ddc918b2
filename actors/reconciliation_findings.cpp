#include "actors/harden.hpp"
#include "actors/reconciliation_actor.hpp"

namespace bw {

void reconciliation_state::append(audit_event event) {
  audit_append group;
  group.events.push_back(std::move(event));
  group.from = short_name{name};
  tell(self, members.audit, std::move(group));
}

void reconciliation_state::external_changed(std::string cause) {
  const auto& book = mirror->external();
  append(book.record(std::move(cause)));
  tell(self, members.gate, book.exposure(args.symbols.list(), marks));
  external_gauge->set(static_cast<std::int64_t>(book.status().size()));
}

void reconciliation_state::count_held_at_broker() {
  figures.positions_asked = asked_at(book_question::positions);
  figures.held_at_broker = 0;
  for (const auto& ours : args.symbols.list()) {
    const auto symbol = cut<symbol_name>(ours);
    for (const auto& each : last_positions)
      if (each.symbol == symbol && each.qty != mirror->external().qty(symbol))
        ++figures.held_at_broker;
  }
}

/// Only while both books are the same: what the shares are would be a guess otherwise.
void reconciliation_state::guard_external(mono_ns now) {
  const bool in_session =
      session.phase != session_phase::closed && session.phase != session_phase::unknown;
  if (!args.options.guard.enabled || !cleared_once || !figures.clean || !in_session) return;
  const auto& book = mirror->external();
  for (std::uint32_t k = 0; k < args.symbols.size(); ++k) {
    const auto symbol = cut<symbol_name>(args.symbols[k]);
    const auto at = marks.find(symbol);
    const external_scene scene{symbol_id{k}, book.qty(symbol) - book.open_sells(symbol),
                               book.average(symbol), at == marks.end() ? price{} : at->second,
                               book.stopped(symbol)};
    const auto step = guard->next(scene, args.time->utc_now(), now);
    if (step.place) tell(self, members.gate, *step.place);
    if (step.take_back) tell(self, members.gate, *step.take_back);
  }
}

void reconciliation_state::take_sightings(const account_mirror::sightings& seen) {
  for (const auto& text : seen.news) log_line(log_level::warning, name, "reconcile_result", text);
  if (seen.external_changed)
    external_changed(seen.news.empty() ? "orders of others" : seen.news.front());
  if (seen.other_nodes.empty() || figures.done_once) return;
  args.on_fatal(
      exit_code::refused_for_safety,
      "another node trades this account: order " + seen.other_nodes.front().str() +
          " is open and belongs to another audit log; stop that node or cancel its order");
}

/// The view is a barrier: the router answers after it has taken in what was sent before, and its
/// reports are here before the answer.
void reconciliation_state::compare_soon() {
  if (comparing) return;
  if (schedule->is_full() ? !schedule->is_full_answered() : !broker_orders && !broker_positions)
    return;
  comparing = true;
  ask(self, std::chrono::seconds{1}, members.router, atom::view_v)
      .then(
          [this](const open_orders_view& ours) {
            comparing = false;
            compare(ours);
          },
          [this](const caf::error&) { comparing = false; });
}

void reconciliation_state::compare(const open_orders_view& ours) {
  // The stream may have come back meanwhile: then everything is asked anew.
  if (schedule->is_full() && !schedule->is_full_answered()) return;
  const auto now = args.time->mono_now();
  auto input = mirror->input();
  for (auto& order : input.orders)
    for (const auto& open : ours.open)
      if (open.client_id == order.client_id) {
        order.state = open.state;
        order.filled_total = open.filled_total;
      }
  input.broker_orders = std::exchange(broker_orders, std::nullopt);
  input.broker_positions = std::exchange(broker_positions, std::nullopt);
  input.orders_requested = asked_at(book_question::opens);
  input.positions_requested = asked_at(book_question::positions);
  auto options = args.options.compare;
  if (schedule->is_full()) options.ignore_younger = nanoseconds{0};
  auto found = reconcile(input, options);
  // Shares are taken over only when all the evidence there is has been counted.
  const bool known = unresolved == 0 && (schedule->is_full() || cleared_once);
  if (found.looked_at_positions && known) {
    const auto news = mirror->adopt(found, "adopted on " + format_rfc3339(args.time->utc_now()));
    for (const auto& text : news) log_line(log_level::warning, name, "reconcile_result", text);
    if (!news.empty()) external_changed(news.front());
  }
  tracker->update(found, now);
  follow(found, now);
  if (schedule->is_full()) end_full(found, now);
  if (tracker->judge(now).is_clean() && found.adoptable.empty()) {
    figures.last_success = args.time->utc_now();
    success_gauge->set_units(figures.last_success.value);
    tell(self, members.gate, input_measured{measured_input::books, 0});
  }
  record(found);
}

/// The next questions: targeted ones first, the whole lists again when the difference has an age.
void reconciliation_state::follow(const reconcile_report& found, mono_ns now) {
  for (const auto& id : found.look_ups) queries->push({single_query::kind::own_order, id, {}, {}});
  bool shares_differ = false;
  for (const auto& each : found.differences) {
    if (!is_about_positions(each.kind)) continue;
    shares_differ = true;
    queries->push({single_query::kind::position, {}, {}, each.symbol});
    for (const auto& id : mirror->live_orders(each.symbol))
      queries->push({single_query::kind::own_order, id, {}, {}});
  }
  const auto again = now + args.options.compare.ignore_younger;
  // Executions say why shares differ; they are asked for with each look at the shares.
  if (shares_differ) schedule->soon(book_question::activities, now);
  if (!found.is_clean() || !found.left_out.empty()) {
    if (found.looked_at_orders) schedule->soon(book_question::opens, again);
    if (found.looked_at_positions) schedule->soon(book_question::positions, again);
  }
}

void reconciliation_state::end_full(const reconcile_report& found, mono_ns now) {
  const bool first = !figures.done_once;
  const bool clean =
      found.is_clean() && found.left_out.empty() && unresolved == 0 && found.adoptable.empty();
  if (!clean) {
    schedule->begin_full(now + args.options.full_again);
    if (ended && now >= end_day_at + args.options.after_close) end_day(found);
    figures.done_once = true;
    return;
  }
  figures.done_once = true;
  schedule->end_full();
  if (first && !mark) write_mark();
  if (first && mirror->external().status().size() > 0) external_changed("as it is at the start");
  if (ended && now >= end_day_at) end_day(found);
  if (cleared_once || !stream_ready) return;
  cleared_once = true;
  tell(self, members.gate,
       clear_command{halt_reason::reconciling, cut<short_text>("both books are the same")});
}

/// What a report that does not come means; empty when all come.
std::string reconciliation_state::missing_report(mono_ns now, trading_mode& floor) const {
  std::string out;
  for (const auto what : {book_question::positions, book_question::opens}) {
    const auto bad = schedule->failures(what);
    if (bad.times < args.options.failures_to_reduce) continue;
    const bool long_gone = now - bad.since >= args.options.limits.halt_after;
    floor = std::max(floor, long_gone ? trading_mode::halted : trading_mode::reducing);
    if (!out.empty()) continue;
    out = "no report of " + std::string{to_string(what)} + " from the broker, " +
          std::to_string(bad.times) + " times in a row; held:";
    bool any = false;
    for (const auto& symbol : args.symbols)
      if (const auto qty = mirror->own_shares(cut<symbol_name>(symbol)); !qty.is_zero()) {
        out += " " + symbol;
        any = true;
      }
    if (!any) out += " nothing";
  }
  return out;
}

void reconciliation_state::judge(mono_ns now) {
  const auto verdict = tracker->judge(now);
  auto floor = verdict.floor;
  auto text = missing_report(now, floor);
  if (text.empty() || verdict.floor == floor) text = verdict.text.empty() ? text : verdict.text;
  figures.differences = static_cast<std::uint32_t>(verdict.count);
  figures.clean = verdict.is_clean() && floor == trading_mode::active;
  figures.oldest = verdict.oldest;
  differences_gauge->set(figures.differences);
  age_gauge->set(figures.oldest.count() / 1'000'000'000);
  // A whole comparison halts by its own reason; nothing is latched while it looks for the cause.
  if (schedule->is_full() && !cleared_once) return;
  if (verdict.floor == trading_mode::halted && narrowed != trading_mode::halted)
    tell(self, members.gate,
         halt_command{halt_reason::position_mismatch, cut<short_text>(verdict.text),
                      trading_mode::halted});
  narrow(floor, text);
}

void reconciliation_state::narrow(trading_mode floor, std::string_view text) {
  if (floor == narrowed) return;
  if (floor < narrowed)
    tell(self, members.gate,
         clear_command{halt_reason::difference, cut<short_text>("the difference is gone")});
  if (floor != trading_mode::active) {
    log_line(log_level::error, name, "reconcile_result", text);
    tell(self, members.gate, halt_command{halt_reason::difference, cut<short_text>(text), floor});
  }
  narrowed = floor;
}

void reconciliation_state::record(const reconcile_report& found) {
  const auto now_standing = tracker->differences();
  figures.texts.clear();
  for (const auto& each : now_standing) figures.texts.push_back(each.text());
  const bool news = now_standing != last_differences || success_records == 0;
  last_differences = now_standing;
  if (!news) return;
  ++success_records;
  reconcile_record note;
  note.clean = now_standing.empty();
  note.orders_compared = found.orders_compared;
  note.positions_compared = found.positions_compared;
  for (const auto& text : figures.texts) {
    note.differences.push_back(text);
    log_line(log_level::warning, name, "reconcile_result", text);
  }
  if (note.clean) log_line(log_level::info, name, "reconcile_result", "both books are the same");
  append(std::move(note));
}

reconcile_view reconciliation_state::view() const {
  auto out = figures;
  out.external = mirror->external().status();
  return out;
}

component_status reconciliation_state::status() const {
  component_status out;
  out.name = name;
  out.state = figures.clean ? health::ok : health::degraded;
  if (!figures.texts.empty()) out.text = figures.texts.front();
  out.counts["differences"] = figures.differences;
  out.counts["single_questions"] = queries->size();
  out.counts["external"] = mirror->external().status().size();
  return out;
}

}  // namespace bw
