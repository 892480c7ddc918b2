#include "app/order_story_text.hpp"

#include "app/output.hpp"
#include "app/story_words.hpp"
#include "core/json_writer.hpp"
#include "domain/external_guard.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

constexpr const char* not_recorded = "  nothing was recorded\n";

/// The story as it is told: one member function a section.
class narrator {
 public:
  narrator(const order_story& story, const session_calendar& calendar)
      : s_(story), calendar_(calendar) {}

  std::string tell() {
    headline();
    market();
    rules();
    parameters();
    signal();
    size();
    risk();
    wire();
    hops();
    life();
    changes();
    fills();
    quality();
    trade();
    return std::move(out_);
  }

  std::string tell_quality() {
    changes();
    quality();
    return std::move(out_);
  }

 private:
  void section(std::string_view title) { out_ += "\n" + std::string{title} + "\n"; }
  void line(const std::string& text) { out_ += "  " + text + "\n"; }
  std::string clock(utc_ns at) const { return clock_text(calendar_, at); }
  bool is_entry() const { return s_.request.purpose == order_purpose::entry; }

  std::string side_and_size() const {
    const auto& x = s_.request;
    auto out = std::string{to_string(x.side)} + " " + count_text(x.qty) + " " + s_.symbol.str();
    if (x.limit.is_positive()) out += " at " + amount_text(x.limit) + " or better";
    if (x.stop.is_positive()) out += ", stop " + amount_text(x.stop);
    return out + " (" + words_of(to_string(x.type)) + ")";
  }

  void headline() {
    out_ = s_.client_id.empty()
               ? "Order without a number (record #" + std::to_string(s_.first.value) + ")"
               : "Order " + s_.client_id.str();
    out_ += ": " + side_and_size() + "\n";
    const bool guards = s_.strategy.view() == external_owner;
    const bool protects = s_.request.purpose == order_purpose::protective;
    line((guards ? std::string{"for shares that are EXTERNAL"}
                 : "for strategy " + s_.strategy.str()) +
         (protects ? ", a stop" : ", an " + words_of(to_string(s_.request.purpose))) +
         " because of " + words_of(to_string(s_.request.reason)) + ", on " +
         day_clock_text(calendar_, s_.began) + " New York");
    line("it ended as " + words_of(to_string(s_.state())) + outcome());
    if (!s_.venue_id.empty()) line("the broker calls it " + s_.venue_id.str());
  }

  std::string outcome() const {
    if (s_.denied())
      return " by the rule " + std::string{to_string(s_.verdict->value.verdict.reason)};
    if (s_.fills.empty()) return "; nothing was filled";
    auto out = "; " + count_text(s_.filled()) + " of " + count_text(s_.request.qty) + " filled";
    if (!is_entry()) out += ", realised " + amount_text(s_.realized()) + " USD";
    return out;
  }

  void market() {
    section("The market it saw");
    if (!s_.decision && s_.request.seen_bid.is_zero() && s_.request.seen_ask.is_zero())
      return line("nothing was recorded");
    if (!s_.decision) {
      line("bid " + amount_text(s_.request.seen_bid) + ", ask " + amount_text(s_.request.seen_ask) +
           ", quoted at " + clock(s_.request.seen_at) + "; more was not recorded");
      return;
    }
    const auto& x = s_.decision->value;
    if (x.seen.ts_event == utc_ns{})
      line("no quote had come yet");
    else
      line("bid " + amount_text(x.seen.bid) + " x " + count_text(x.seen.bid_size) + ", ask " +
           amount_text(x.seen.ask) + " x " + count_text(x.seen.ask_size) + ", quoted at " +
           clock(x.seen.ts_event) + ", " +
           duration_text(s_.request.header.ts_init - x.seen.ts_event) + " before the decision");
    if (x.last_at != utc_ns{})
      line("last trade " + amount_text(x.last) + " at " + clock(x.last_at) + ", " +
           duration_text(s_.request.header.ts_init - x.last_at) + " before");
    else
      line("no trade had come since the start");
    if (x.finished.start != utc_ns{})
      line("bar of " + clock(x.finished.start).substr(0, 5) + ": open " +
           amount_text(x.finished.open) + ", high " + amount_text(x.finished.high) + ", low " +
           amount_text(x.finished.low) + ", close " + amount_text(x.finished.close) + ", volume " +
           count_text(x.finished.volume));
    else
      line("no bar was finished yet");
    line("what set it off bears the time " + clock(s_.request.header.ts_event) + ", trace " +
         std::to_string(s_.request.header.trace.value));
  }

  void rules() {
    section("What the strategy looked at");
    if (!s_.evaluation) {
      out_ += not_recorded;
      return;
    }
    const auto& x = s_.evaluation->value;
    line("at " + clock(s_.evaluation->wall) + ", " + std::to_string(x.bars_seen) +
         " bars seen (it needs " + std::to_string(x.bars_needed) + ")" +
         (x.held.is_positive() ? ", holding " + count_text(x.held) + ": any of these is an exit"
                               : ", holding nothing: all of these make an entry"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : x.conditions)
      rows.push_back({each.met ? "  yes" : "  no ", each.name.str(), figure_text(each.value),
                      std::string{to_string(each.how)} + " " + figure_text(each.threshold)});
    if (rows.empty()) line("the strategy does not say which conditions it asks");
    out_ += format_table(rows);
  }

  void parameters() {
    section("Parameters");
    if (!s_.setup) {
      out_ += not_recorded;
      return;
    }
    const auto& x = s_.setup->value;
    line(x.kind + " " + x.version + ", hash " + x.hash.substr(0, 16) + ", recorded as #" +
         std::to_string(s_.setup->sequence.value) +
         (s_.boot ? ", bellwether " + s_.boot->value.version + " in mode " + s_.boot->value.mode +
                        ", start " + std::to_string(s_.boot_no)
                  : ""));
    std::string row;
    line("watches " + x.watchlist);
    for (const auto& each : x.parameters) {
      if (each.name == "watchlist") continue;
      const auto text = each.name + " " + each.value;
      if (!row.empty() && row.size() + text.size() > 94) {
        line(row);
        row.clear();
      }
      row += (row.empty() ? "" : ", ") + text;
    }
    if (!row.empty()) line(row);
  }

  void signal() {
    section("The signal");
    if (!s_.signal) {
      line(why_without_signal());
      return;
    }
    const auto& x = s_.signal->value.what;
    line(words_of(to_string(x.reason)) + ", " + std::string{to_string(x.side)} + ", confidence " +
         std::to_string(x.confidence_ppm / 10'000) + " %, at a price of " +
         amount_text(x.reference) + ", " + clock(s_.signal->wall) + "; it was " +
         words_of(to_string(s_.signal->value.fate)));
    std::string inputs;
    for (const auto& each : x.inputs)
      inputs +=
          (inputs.empty() ? "" : ", ") + words_of(each.name.view()) + " " + figure_text(each.units);
    if (!inputs.empty()) line("indicators: " + inputs);
  }

  /// Exits by price and by the clock need no signal.
  std::string why_without_signal() const {
    if (is_entry()) return "nothing was recorded";
    auto out = "none was needed: " + words_of(to_string(s_.request.reason));
    if (s_.decision && s_.decision->value.held.is_positive()) {
      const auto& x = s_.decision->value;
      out += " with " + count_text(x.held) + " shares held at " + amount_text(x.average) +
             ", stop " + amount_text(x.stop) + ", target " + amount_text(x.target);
    }
    return out;
  }

  void size() {
    section("The size");
    if (!is_entry()) {
      line(count_text(s_.request.qty) + " shares: all that was held by the strategy");
      return;
    }
    if (!s_.decision) {
      out_ += not_recorded;
      return;
    }
    const auto& x = s_.decision->value;
    line(count_text(x.qty) + " shares, bound by " + words_of(x.bound.view()) + "; equity " +
         amount_text(x.equity) + " USD, worst price " + amount_text(x.worst_price) +
         ", planned stop " + amount_text(x.stop) + ", target " + amount_text(x.target) +
         (x.factor_ppm == 1'000'000 ? "" : ", factor " + figure_text(x.factor_ppm * 1'000)));
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : x.sizes)
      rows.push_back({each.step == x.bound ? "  *" : "   ", words_of(each.step.view()),
                      each.amount.is_zero() && each.shares.is_positive()
                          ? ""
                          : amount_text(each.amount) + " USD",
                      count_text(each.shares) + " shares"});
    out_ += format_table(rows);
  }

  void risk() {
    section("The risk gate");
    if (!s_.verdict) {
      out_ += not_recorded;
      return;
    }
    const auto& verdict = s_.verdict->value.verdict;
    line(verdict.approved ? "passed, all " + std::to_string(verdict.checks.size()) + " rules"
                          : "DENIED by " + std::string{to_string(verdict.reason)});
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : verdict.checks) {
      const auto words = describe(each);
      const auto* mark = each.outcome == check_outcome::denied   ? "  NO"
                         : each.outcome == check_outcome::passed ? "  ok"
                                                                 : "  - ";
      rows.push_back(
          {mark, std::string{to_string(each.rule)}, words.what, words.value, words.limit});
    }
    out_ += format_table(rows);
  }

  void wire() {
    section("Request and answer");
    if (s_.denied()) return line("none: the order was denied and nothing was sent");
    if (s_.withdrawn) return line("none: " + s_.withdrawn->value.text + "; no byte left");
    if (s_.exchange) {
      line("POST /v2/orders " + s_.exchange->value.request);
      line(s_.exchange->value.status == 0 ? "no answer was read"
                                          : "HTTP " + std::to_string(s_.exchange->value.status) +
                                                " " + s_.exchange->value.response);
    }
    if (!s_.submit) return line("the outcome was never recorded");
    const auto& x = s_.submit->value.result;
    line("outcome: " + words_of(to_string(x.outcome)) +
         (x.broker_code == 0 ? "" : ", the broker's code " + std::to_string(x.broker_code)) +
         (x.text.empty() ? "" : ", " + x.text.str()));
  }

  void hops() {
    section("Latency of each hop");
    const auto hops = s_.hops();
    if (hops.empty()) return line(s_.denied() ? "it ended at the gate" : "nothing was recorded");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : hops)
      rows.push_back({"  " + std::string{each.name}, duration_text(each.took)});
    out_ += format_table(rows);
  }

  void life() {
    section("Its life at the broker");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : s_.updates) {
      const auto& x = each.value;
      rows.push_back({"  " + clock(x.update.ts_event == utc_ns{} ? each.wall : x.update.ts_event),
                      words_of(to_string(x.update.event)),
                      words_of(to_string(x.before)) + " -> " + words_of(to_string(x.after)),
                      "by " + std::string{to_string(x.update.source)}, x.update.text.str()});
    }
    for (const auto& each : s_.cancels)
      rows.push_back({"  " + clock(each.wall), "cancel asked", each.value.cause});
    for (const auto& each : s_.cancel_results)
      rows.push_back({"  " + clock(each.wall), "cancel answered",
                      words_of(to_string(each.value.result.outcome)),
                      each.value.result.text.str()});
    for (const auto& each : s_.unknowns)
      if (const auto* what = conclusion(each.value.step))
        rows.push_back({"  " + clock(each.wall), what,
                        each.value.look_ups == 0
                            ? std::string{}
                            : std::to_string(each.value.look_ups) + " look-ups, the last " +
                                  std::to_string(each.value.missing_in_row) + " without it",
                        each.value.text});
    if (rows.empty()) return line("nothing was heard of it");
    out_ += format_table(rows);
  }

  /// Null for the questions themselves: there are many.
  static const char* conclusion(unknown_step step) {
    switch (step) {
      case unknown_step::opened: return "nobody knows whether it exists";
      case unknown_step::stream_lost: return "absence cannot be proven any more";
      case unknown_step::list_lacks: return "not in the list of all orders";
      case unknown_step::resolved: return "settled";
      case unknown_step::refused: return "throttled, and not there";
      case unknown_step::not_found: return "it never was there";
      case unknown_step::late_appearance: return "it appeared after all";
      case unknown_step::watch_ended: return "no longer watched";
      default: return nullptr;
    }
  }

  void fills() {
    section("Fills");
    if (s_.fills.empty()) return line("none");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : s_.fills) {
      const auto& x = each.value;
      rows.push_back({"  " + clock(x.ts_event),
                      count_text(x.qty) + " at " + amount_text(x.at_price),
                      "realised " + amount_text(x.realized), "execution " + x.execution.str()});
    }
    out_ += format_table(rows);
    const auto slippage = s_.slippage();
    line("slippage against the decision price of " + amount_text(s_.request.reference) + ": " +
         amount_text(slippage) + " USD" +
         (slippage.is_negative()   ? ", better than decided"
          : slippage.is_positive() ? ", worse than decided"
                                   : ""));
  }

  void changes() {
    section("Changes");
    std::string chain;
    for (const auto& each : s_.chain)
      chain += (chain.empty() ? "" : " -> ") + each.str() + (each == s_.client_id ? " (this)" : "");
    if (!chain.empty()) line("chain: " + chain);
    if (s_.changes.empty()) return line("none");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : s_.changes)
      rows.push_back({"  " + clock(each.wall), each.order.str(), words_of(each.what.field),
                      (each.what.before.empty() ? "-" : words_of(each.what.before)) + " -> " +
                          words_of(each.what.after),
                      each.new_order.empty() ? "" : "by " + each.new_order, each.cause});
    out_ += format_table(rows);
  }

  void quality() {
    section("How well it was executed");
    const auto& x = s_.quality;
    if (s_.denied()) return line("it ended at the gate");
    const auto time = [&](const char* name, const std::optional<nanoseconds>& took) {
      line(std::string{name} + ": " + (took ? duration_text(*took) : "not known"));
    };
    const auto against = other_side_of_quote(x.side, x.seen_bid, x.seen_ask);
    line("slippage against the quote of the decision" +
         (x.has_quote() ? " (" + std::string{x.side == side::buy ? "ask " : "bid "} +
                              amount_text(against) + ")"
                        : std::string{}) +
         ": " +
         (!x.has_quote()             ? "not known, there was no quote"
          : x.filled.is_zero()       ? "nothing was filled"
          : x.slippage.is_negative() ? amount_text(x.slippage) + " USD, better"
                                     : amount_text(x.slippage) + " USD"));
    time("request to acknowledgement", x.acknowledgement());
    time("request to first fill", x.to_first_fill());
    line("filled: " + count_text(x.filled) + " of " + count_text(x.wanted) + " (" +
         figure_text(x.fill_ratio_units()) + ")");
  }

  void trade() {
    section("Profit and loss");
    if (s_.trade.empty()) return line("no trade: nothing was filled");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : s_.trade) {
      const auto& x = each.value;
      rows.push_back({"  " + clock(x.ts), std::string{to_string(x.event)},
                      std::string{to_string(x.side)} + " " + count_text(x.qty) + " at " +
                          amount_text(x.fill_price),
                      words_of(to_string(x.reason)), "so far " + amount_text(x.pnl) + " USD",
                      x.client_id == s_.client_id ? "this order" : x.client_id.str()});
    }
    out_ += format_table(rows);
    const auto& last = s_.trade.back().value;
    line(last.event == trade_event_kind::close
             ? "the trade is closed with " + amount_text(last.pnl) + " USD before fees (" +
                   std::string{to_string(last.type)} + ")"
             : "the trade is still open (" + std::string{to_string(last.type)} + ")");
  }

  const order_story& s_;
  const session_calendar& calendar_;
  std::string out_;
};

template <class Record>
void write_one(json_writer& out, const char* key, const std::optional<recorded<Record>>& x) {
  out.key(key);
  if (!x) {
    out.null();
    return;
  }
  out.begin_object();
  out.member("sequence", x->sequence.value);
  out.member("wall", x->wall);
  out.key("record");
  write_event(out, audit_event{x->value});
  out.end_object();
}

template <class Record>
void write_list(json_writer& out, const char* key, const std::vector<recorded<Record>>& list) {
  out.key(key).begin_array();
  for (const auto& x : list) {
    out.begin_object();
    out.member("sequence", x.sequence.value);
    out.member("wall", x.wall);
    out.key("record");
    write_event(out, audit_event{x.value});
    out.end_object();
  }
  out.end_array();
}

/// Members of an object that is open.
void write_quality(json_writer& out, const order_story& story) {
  const auto& x = story.quality;
  const auto time = [&](const char* name, const std::optional<nanoseconds>& took) {
    out.key(name);
    if (took)
      out.value(std::int64_t{took->count()});
    else
      out.null();
  };
  out.key("quote_slippage");
  if (x.has_quote() && x.filled.is_positive())
    out.value(x.slippage);
  else
    out.null();
  time("acknowledgement_ns", x.acknowledgement());
  time("first_fill_ns", x.to_first_fill());
  out.member("fill_ratio", quantity::from_units(x.fill_ratio_units()));
  out.key("chain").begin_array();
  for (const auto& each : story.chain) out.value(each.view());
  out.end_array();
  out.key("changes").begin_array();
  for (const auto& each : story.changes) {
    out.begin_object().member("audit_seq", each.sequence.value).member("ts", each.wall);
    out.member("order_id", each.order.view()).member("field", each.what.field);
    out.member("old_value", each.what.before).member("new_value", each.what.after);
    out.member("cause", each.cause).member("new_order_id", each.new_order).end_object();
  }
  out.end_array();
}

}  // namespace

std::string order_quality_text(const order_story& story, const session_calendar& calendar) {
  return narrator{story, calendar}.tell_quality();
}

std::string order_quality_json(const order_story& story) {
  json_writer out;
  out.begin_object().member("client_order_id", story.client_id.view());
  write_quality(out, story);
  out.end_object();
  return out.take();
}

std::string order_story_text(const order_story& story, const session_calendar& calendar) {
  return narrator{story, calendar}.tell();
}

std::string order_story_json(const order_story& story) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("client_order_id", story.client_id.view());
  out.member("broker_order_id", story.venue_id.view());
  out.member("symbol", story.symbol.view());
  out.member("strategy", story.strategy.view());
  out.member("side", to_string(story.request.side));
  out.member("purpose", to_string(story.request.purpose));
  out.member("reason", to_string(story.request.reason));
  out.member("quantity", story.request.qty);
  out.member("state", to_string(story.state()));
  out.member("filled", story.filled());
  out.member("slippage", story.slippage());
  out.member("realized", story.realized());
  write_quality(out, story);
  out.member("trace", story.request.header.trace.value);
  out.member("audit_seq", story.first.value);
  out.member("ts", story.began);
  write_one(out, "boot", story.boot);
  write_one(out, "setup", story.setup);
  write_one(out, "evaluation", story.evaluation);
  write_one(out, "signal", story.signal);
  write_one(out, "decision", story.decision);
  write_one(out, "verdict", story.verdict);
  write_one(out, "intent", story.intent);
  write_one(out, "sending", story.sending);
  write_one(out, "withdrawn", story.withdrawn);
  write_one(out, "exchange", story.exchange);
  write_one(out, "submit", story.submit);
  write_one(out, "stations", story.stations);
  out.key("hops").begin_array();
  for (const auto& each : story.hops()) {
    out.begin_object();
    out.member("hop", each.name);
    out.member("ns", std::int64_t{each.took.count()});
    out.end_object();
  }
  out.end_array();
  write_list(out, "updates", story.updates);
  write_list(out, "unknowns", story.unknowns);
  write_list(out, "cancels", story.cancels);
  write_list(out, "cancel_results", story.cancel_results);
  write_list(out, "fills", story.fills);
  write_list(out, "trade", story.trade);
  out.end_object();
  return out.take();
}

}  // namespace bw
