#include "analytics/checkin.hpp"

#include <nlohmann/json.hpp>

#include "core/json_writer.hpp"

namespace bw {

namespace {

using nlohmann::json;
using lines = std::vector<std::string>;

/// The status with the questions a brief asks of it. Whatever is not there, or is no text or
/// number, reads as "unknown": the file comes from outside.
class status_view {
 public:
  explicit status_view(const std::string& text) : root_(json::parse(text, nullptr, false)) {
    if (!root_.is_object()) root_ = json::object();
  }

  bool known() const { return !root_.empty(); }
  std::string text(const char* key) const { return text_in(root_, key); }
  std::string text(const char* part, const char* key) const { return text_in(at(part), key); }
  std::uint64_t count(const char* key) const {
    const auto found = root_.find(key);
    return found != root_.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  }
  std::uint64_t count(const char* part, const char* key) const {
    const auto& inner = at(part);
    const auto found = inner.find(key);
    return found != inner.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  }
  lines texts(const char* key) const {
    lines out;
    for (const auto& each : at(key))
      if (each.is_string()) out.push_back(each.get<std::string>());
    return out;
  }
  const json& at(const char* key) const {
    static const json nothing = json::object();
    const auto found = root_.find(key);
    return found != root_.end() && found->is_structured() ? *found : nothing;
  }

  static std::string text_in(const json& object, const char* key) {
    if (!object.is_object()) return "unknown";
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return "unknown";
    return found->is_string() ? found->get<std::string>() : found->dump();
  }

 private:
  json root_;
};

std::string joined(const lines& all) {
  std::string out;
  for (const auto& each : all) out += (out.empty() ? "" : ", ") + each;
  return out;
}

std::string trade_line(const checkin_trade& x) {
  auto out = x.symbol + " " + x.qty + " bought at " + x.entry;
  out += x.open ? ", open" : ", sold at " + x.exit + ", profit " + x.pnl;
  if (!x.exit_reason.empty()) out += " (" + x.exit_reason + ")";
  return out + ", " + x.strategy;
}

/// What an empty list means.
const char* nothing(bool known) { return known ? "none" : "unknown"; }

checkin_section trades_section(const std::string& title, const checkin_facts& facts,
                               const std::vector<checkin_trade>& trades) {
  checkin_section out{title, {}};
  for (const auto& each : trades) out.lines.push_back(trade_line(each));
  if (out.lines.empty()) out.lines.push_back(nothing(facts.trades_known));
  return out;
}

checkin_section state_section(const std::string& title, const status_view& status) {
  checkin_section out{title, {}};
  if (!status.known()) {
    out.lines.push_back("unknown: no status of a node was found");
    return out;
  }
  const auto reasons = joined(status.texts("reasons"));
  out.lines.push_back("trading " + status.text("state") +
                      (reasons.empty() ? "" : " (" + reasons + ")") + ", mode " +
                      status.text("mode"));
  out.lines.push_back("status of " + status.text("timestamp"));
  out.lines.push_back("last reconciliation " + status.text("last_reconcile"));
  for (const auto& each : status.at("components")) {
    const auto health = status_view::text_in(each, "state");
    if (health == "ok") continue;
    out.lines.push_back(status_view::text_in(each, "name") + " is " + health + ": " +
                        status_view::text_in(each, "text"));
  }
  return out;
}

checkin_section account_section(const status_view& status) {
  checkin_section out{"Account", {}};
  out.lines.push_back("portfolio value " + status.text("account", "portfolio_value"));
  out.lines.push_back("cash " + status.text("account", "cash") + ", buying power " +
                      status.text("account", "buying_power"));
  for (const auto& each : status.at("positions"))
    out.lines.push_back(
        "holds " + status_view::text_in(each, "qty") + " " + status_view::text_in(each, "symbol") +
        " at " + status_view::text_in(each, "avg_price") + ", stop " +
        status_view::text_in(each, "stop") + ", " + status_view::text_in(each, "strategy"));
  return out;
}

checkin_section profit_section(const status_view& status, const checkin_facts& facts) {
  return {"Profit",
          {"of the day " + status.text("daily_pnl") + " (" + status.text("daily_pnl_pct") + " %)",
           "realised by the log " +
               (facts.trades_known ? facts.realized_today.text() : std::string{"unknown"}),
           "trades of the day " + status.text("trades_today")}};
}

checkin_section today_section(const checkin_facts& facts) {
  checkin_section out{"Today", {}};
  if (!facts.session) {
    out.lines.push_back("the exchange is closed");
    return out;
  }
  out.lines.push_back("session " + format_rfc3339(facts.session->open) + " to " +
                      format_rfc3339(facts.session->close) +
                      (facts.half_day ? ", a half day" : ""));
  out.lines.push_back("no calendar of company events is connected");
  return out;
}

checkin_section refusals_section(const checkin_facts& facts) {
  checkin_section out{"Orders denied or rejected", {}};
  for (const auto& [why, count] : facts.refusals)
    out.lines.push_back(std::to_string(count) + " x " + why);
  if (out.lines.empty()) out.lines.push_back(nothing(facts.trades_known));
  return out;
}

checkin_section anomalies_section(const status_view& status) {
  checkin_section out{"Anomalies", {}};
  for (const auto& each : status.texts("reconcile_texts"))
    out.lines.push_back("difference to the broker: " + each);
  const auto note = [&out](std::uint64_t count, const std::string& what) {
    if (count > 0) out.lines.push_back(std::to_string(count) + " " + what);
  };
  note(status.count("unknown_orders"), "orders of which nobody knows whether they exist");
  note(status.count("restarts"), "restarts of parts of the node");
  note(status.count("market_data", "dropped"), "messages of market data lost");
  note(status.count("market_data", "conflated"), "quotes skipped because newer ones waited");
  if (out.lines.empty()) out.lines.push_back(nothing(status.known()));
  return out;
}

checkin_section plain_section(const std::string& title, const lines& all, const char* when_empty) {
  checkin_section out{title, all};
  if (out.lines.empty()) out.lines.push_back(when_empty);
  return out;
}

checkin_section limits_section(const checkin_facts& facts) {
  lines all;
  for (const auto& [key, value] : facts.limits) all.push_back(key + " = " + value);
  return plain_section("Limits", all, "unknown: the configuration was not found");
}

}  // namespace

std::string_view to_string(checkin_slot x) noexcept {
  switch (x) {
    case checkin_slot::morning: return "morning";
    case checkin_slot::midday: return "midday";
    case checkin_slot::eod: return "eod";
  }
  return "invalid";
}

std::optional<checkin_slot> checkin_slot_from(std::string_view text) {
  for (const auto slot : {checkin_slot::morning, checkin_slot::midday, checkin_slot::eod})
    if (text == to_string(slot)) return slot;
  return std::nullopt;
}

std::string checkin_brief::stem() const {
  return "checkin-" + format_date(day) + "-" + std::string{to_string(slot)};
}

checkin_brief make_checkin(const checkin_facts& facts) {
  const status_view status{facts.status_json};
  checkin_brief out{facts.slot, facts.day, facts.at, {}};
  auto& add = out.sections;
  switch (facts.slot) {
    case checkin_slot::morning:
      add.push_back(state_section("Preflight", status));
      add.push_back(trades_section("Since the last close", facts, facts.overnight));
      add.push_back(account_section(status));
      add.push_back(today_section(facts));
      add.push_back(limits_section(facts));
      break;
    case checkin_slot::midday:
      add.push_back(state_section("State", status));
      add.push_back(profit_section(status, facts));
      add.push_back(trades_section("Trades of today", facts, facts.today));
      add.push_back(refusals_section(facts));
      add.push_back(anomalies_section(status));
      break;
    case checkin_slot::eod:
      add.push_back(state_section("State", status));
      add.push_back(profit_section(status, facts));
      add.push_back(trades_section("Trades of today", facts, facts.today));
      add.push_back(plain_section("Reconciliation", facts.reconciliation,
                                  "the day's books were not compared yet"));
      add.push_back(refusals_section(facts));
      add.push_back(anomalies_section(status));
      add.push_back(plain_section("Strategies, seven days", facts.strategies,
                                  facts.trades_known ? "no signal, no trade" : "unknown"));
      add.push_back(plain_section("Notes, three days", facts.notes,
                                  facts.trades_known ? "nothing stands out" : "unknown"));
      add.push_back(plain_section("Open proposals", facts.proposals, "none"));
      break;
  }
  if (!facts.unknown.empty()) add.push_back({"Not known", facts.unknown});
  return out;
}

std::string to_json(const checkin_brief& brief) {
  json_writer out;
  out.begin_object()
      .member("schema_version", 1)
      .member("slot", to_string(brief.slot))
      .member("date", format_date(brief.day))
      .member("at", brief.at);
  out.key("sections").begin_array();
  for (const auto& section : brief.sections) {
    out.begin_object().member("title", section.title).key("lines").begin_array();
    for (const auto& line : section.lines) out.value(std::string_view{line});
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return out.take();
}

std::string to_text(const checkin_brief& brief) {
  std::string out = "Check-in " + std::string{to_string(brief.slot)} + ", " +
                    format_date(brief.day) + ", written " + format_rfc3339(brief.at) + "\n";
  for (const auto& section : brief.sections) {
    out += "\n" + section.title + "\n";
    for (const auto& line : section.lines) out += "  " + line + "\n";
  }
  return out;
}

}  // namespace bw
