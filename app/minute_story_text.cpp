#include "app/minute_story_text.hpp"

#include <algorithm>

#include "app/output.hpp"
#include "app/story_words.hpp"
#include "core/json_writer.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

std::string minute_text(const session_calendar& calendar, utc_ns at) {
  return clock_text(calendar, at).substr(0, 5);
}

/// Why a signal did not become an order.
std::string fate_text(signal_fate fate) {
  switch (fate) {
    case signal_fate::ordered: return "it was ordered";
    case signal_fate::conflict:
      return "another strategy wanted the opposite in the same symbol at the same time";
    case signal_fate::too_small: return "the size came to nothing";
    case signal_fate::not_warm: return "not enough bars had been seen to trust it";
    case signal_fate::not_free:
      return "the strategy already held the symbol or had an order in it under way";
    case signal_fate::no_quote: return "there was no quote to price it with";
    case signal_fate::shadow: return "the strategy runs in shadow: it only shows what it would do";
  }
  return "for a reason this version does not know";
}

std::string condition_text(const rule_condition& x) {
  return x.name.str() + " was " + figure_text(x.value) + ", needed " +
         std::string{to_string(x.how)} + " " + figure_text(x.threshold);
}

class explainer {
 public:
  explainer(const minute_story& story, const session_calendar& calendar)
      : s_(story), calendar_(calendar) {}

  std::vector<minute_reason> reasons() {
    if (outside()) return std::move(out_);
    trading();
    session();
    feed();
    if (!s_.unknown_orders.empty())
      add("symbol_locked", "",
          "the outcome of " + s_.unknown_orders.front().str() +
              " was unknown: its reservation stood and the symbol was locked for entries");
    if (s_.strategies.empty())
      add("not_watched", "",
          s_.asked.strategy.empty()
              ? "no enabled strategy of that run watched " + s_.asked.symbol.str()
              : s_.asked.strategy.str() + " did not watch " + s_.asked.symbol.str());
    for (const auto& each : s_.strategies) of(each);
    return std::move(out_);
  }

 private:
  void add(const char* code, std::string strategy, std::string text) {
    out_.push_back({code, std::move(strategy), std::move(text)});
  }

  bool outside() {
    if (s_.asked.to <= s_.log_begins) {
      add("before_the_log", "",
          "the log begins later, at " + day_clock_text(calendar_, s_.log_begins));
    } else if (s_.asked.from > s_.log_ends) {
      add("after_the_log", "", "the log ends before, at " + day_clock_text(calendar_, s_.log_ends));
    } else if (!s_.node_ran) {
      add("node_not_running", "", "the node was stopped orderly before that minute ended");
    }
    return !out_.empty();
  }

  void trading() {
    const bool was_active = s_.state && s_.state->value.state.mode == trading_mode::active;
    if (!s_.state)
      add("state", "", "trading had not begun: the node starts HALTED until it has reconciled");
    else if (!was_active)
      add("state", "",
          "trading was " + describe(s_.state->value.state) + " since " +
              clock_text(calendar_, s_.state->wall) +
              (s_.state->value.text.empty() ? "" : " (" + s_.state->value.text + ")"));
    for (const auto& each : s_.state_changes)
      add("state", "",
          "at " + clock_text(calendar_, each.wall) + " trading became " +
              describe(each.value.state));
  }

  void session() {
    const auto said = [&](const recorded<session_record>& x) {
      return words_of(to_string(x.value.session.phase));
    };
    if (!s_.session && s_.session_changes.empty())
      add("session", "", "the phase of the trading day was not known yet");
    else if (s_.session && s_.session->value.session.phase != session_phase::entries)
      add("session", "",
          "the phase of the day was '" + said(*s_.session) + "' since " +
              clock_text(calendar_, s_.session->wall) + ": entries need 'entries'");
    for (const auto& each : s_.session_changes)
      add("session", "",
          "at " + clock_text(calendar_, each.wall) + " the phase became '" + said(each) + "'");
  }

  void feed() {
    if (s_.feed && s_.feed->value.state != feed_state::synced)
      add("feed", "",
          "the market data feed was " + std::string{to_string(s_.feed->value.state)} + " since " +
              clock_text(calendar_, s_.feed->wall) +
              (s_.feed->value.reason.empty() ? "" : " (" + s_.feed->value.reason + ")"));
  }

  void of(const strategy_minute& x) {
    const auto name = x.strategy.str();
    for (const auto& each : x.orders)
      add("sent", name,
          "an order WAS sent: " + each.value.client_id.str() + " (" +
              std::string{to_string(each.value.request.side)} + " " +
              count_text(each.value.request.qty) + "); `bellwether why " +
              each.value.client_id.str() + "` tells its story");
    for (const auto& each : x.denials) denied(name, each);
    for (const auto& each : x.signals)
      if (each.value.fate != signal_fate::ordered) signal(name, each, x);
    if (x.orders.empty() && x.denials.empty() && x.signals.empty()) looked(x);
  }

  void denied(const std::string& name, const recorded<verdict_record>& x) {
    for (const auto& check : x.value.verdict.checks) {
      if (check.outcome != check_outcome::denied) continue;
      const auto words = describe(check);
      add("denied", name,
          "the risk gate denied an order by " + std::string{to_string(check.rule)} + ": " +
              words.what + " was " + words.value + ", " + words.limit + " (`bellwether why #" +
              std::to_string(x.sequence.value) + "`)");
    }
  }

  void signal(const std::string& name, const recorded<signal_record>& x,
              const strategy_minute& at) {
    auto text = "it wanted to " + std::string{to_string(x.value.what.side)} + " (" +
                words_of(to_string(x.value.what.reason)) + "), but " + fate_text(x.value.fate);
    if (x.value.fate == signal_fate::too_small && at.decision)
      text += ": bound by " + words_of(at.decision->value.bound.view()) + " with equity " +
              amount_text(at.decision->value.equity);
    add("signal_not_taken", name, text);
  }

  void looked(const strategy_minute& x) {
    const auto name = x.strategy.str();
    if (!x.last_look)
      return add("no_look", name,
                 "it has not looked at " + s_.asked.symbol.str() +
                     " since the node started: no bar of five minutes had ended yet");
    const auto& look = x.last_look->value;
    const auto when = clock_text(calendar_, x.last_look->wall);
    if (!x.looked_within)
      add("no_look", name,
          "no bar of five minutes ended in that minute, and strategies look only then; the last "
          "look was at " +
              when + ", at the bar of " + minute_text(calendar_, look.finished.start));
    verdict_of(name, look);
  }

  void verdict_of(const std::string& name, const evaluation_record& look) {
    switch (look.outcome) {
      case evaluation_outcome::disabled: return add("disabled", name, "it was disabled");
      case evaluation_outcome::not_warm:
        return add("not_warm", name,
                   "it was not warm: " + std::to_string(look.bars_seen) + " bars seen, " +
                       std::to_string(look.bars_needed) + " needed");
      case evaluation_outcome::wished:
        return add("wished", name, "at that look its conditions were met and a signal followed");
      case evaluation_outcome::conditions_not_met:
      case evaluation_outcome::indicators_not_ready: break;
    }
    if (look.looked_for != order_purpose::entry)
      add("holding", name,
          "it held " + count_text(look.held) +
              " shares and looked for an exit; none of its "
              "conditions was met");
    const auto failed = std::find_if(look.conditions.begin(), look.conditions.end(),
                                     [](const rule_condition& c) { return !c.met; });
    if (failed == look.conditions.end())
      return add("conditions", name, "it wanted nothing and did not say why");
    std::size_t met = 0;
    for (const auto& each : look.conditions) met += each.met ? 1 : 0;
    add("conditions", name,
        condition_text(*failed) + " (first that failed; " + std::to_string(met) + " of " +
            std::to_string(look.conditions.size()) + " were met)");
  }

  const minute_story& s_;
  const session_calendar& calendar_;
  std::vector<minute_reason> out_;
};

}  // namespace

std::vector<minute_reason> reasons_of(const minute_story& story, const session_calendar& calendar) {
  return explainer{story, calendar}.reasons();
}

std::string minute_story_text(const minute_story& story, const session_calendar& calendar) {
  const auto reasons = reasons_of(story, calendar);
  const bool sent = std::any_of(reasons.begin(), reasons.end(),
                                [](const minute_reason& x) { return x.code == "sent"; });
  auto out = story.asked.symbol.str() + " at " + minute_text(calendar, story.asked.from) +
             " New York, " + format_date(calendar.new_york_date(story.asked.from)) +
             (sent ? ": an order was sent\n" : ": nothing was sent\n");
  for (const auto& each : reasons)
    out += "  " + (each.strategy.empty() ? "" : each.strategy + ": ") + each.text + "\n";
  for (const auto& each : story.strategies) {
    if (!each.last_look || each.last_look->value.conditions.empty()) continue;
    const auto& look = each.last_look->value;
    out += "\n" + each.strategy.str() + " at " + clock_text(calendar, each.last_look->wall) +
           ", bar of " + minute_text(calendar, look.finished.start) + " with close " +
           amount_text(look.finished.close) + "\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& c : look.conditions)
      rows.push_back({c.met ? "  yes" : "  no ", c.name.str(), figure_text(c.value),
                      std::string{to_string(c.how)} + " " + figure_text(c.threshold)});
    out += format_table(rows);
  }
  return out;
}

std::string minute_story_json(const minute_story& story, const session_calendar& calendar) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("symbol", story.asked.symbol.view());
  out.member("from", story.asked.from);
  out.member("to", story.asked.to);
  out.key("reasons").begin_array();
  for (const auto& each : reasons_of(story, calendar)) {
    out.begin_object();
    out.member("code", std::string_view{each.code});
    out.member("strategy", std::string_view{each.strategy});
    out.member("text", std::string_view{each.text});
    out.end_object();
  }
  out.end_array();
  out.key("looks").begin_array();
  for (const auto& each : story.strategies) {
    if (!each.last_look) continue;
    out.begin_object();
    out.member("sequence", each.last_look->sequence.value);
    out.member("wall", each.last_look->wall);
    out.member("within_minute", each.looked_within);
    out.key("record");
    write_event(out, audit_event{each.last_look->value});
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take();
}

}  // namespace bw
