// What the broker says of the account and of the market around it.

#include <utility>

#include "broker/account_records.hpp"
#include "broker/alpaca_order_codec_state.ipp"
#include "broker/field_reader.hpp"

namespace bw {
namespace {

bool is_true(std::string_view text) { return text == "true"; }

template <class Record>
void note_unless_known(std::string_view name, unknown_parts& unknown) {
  if (find_field<Record>(name) == nullptr) unknown.field(name);
}

/// Minutes since midnight of "09:30"; negative when it is no such time.
int minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t k) { return text[k] >= '0' && text[k] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return -1;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  return hour > 24 || minute > 59 ? -1 : hour * 60 + minute;
}

}  // namespace

result<account_report> alpaca_order_codec::account(std::string body) {
  account_report out;
  field_reader fields;
  bool has_cash = false;
  bool has_equity = false;
  const auto error =
      state_->walker.object(body, [&](std::string_view name, json::ondemand::value value) {
        const auto text = json::scalar(value);
        if (name == "account_number") {
          out.account_number = text;
        } else if (name == "status") {
          out.status = text;
        } else if (name == "cash") {
          has_cash = !text.empty();
          fields.rounded(name, text, out.cash);
        } else if (name == "equity") {
          has_equity = !text.empty();
          fields.rounded(name, text, out.equity);
        } else if (name == "last_equity") {
          fields.rounded(name, text, out.last_equity);
        } else if (name == "buying_power") {
          fields.rounded(name, text, out.buying_power);
        } else if (name == "trading_blocked" || name == "account_blocked" ||
                   name == "trade_suspended_by_user") {
          out.trading_blocked = out.trading_blocked || is_true(text);
        } else {
          note_unless_known<account_details>(name, state_->unknown);
        }
      });
  if (error) return json::unreadable("an account", body, error);
  fields.need("status", !out.status.empty());
  fields.need("cash", has_cash);
  fields.need("equity", has_equity);
  if (!fields.bad().empty()) return json::unreadable("an account", body, fields.bad());
  return out;
}

result<std::vector<position_report>> alpaca_order_codec::positions(std::string body) {
  std::vector<position_report> out;
  position_report position;
  bool is_short = false;
  bool has_qty = false;
  field_reader fields;
  const auto error = state_->walker.list(
      body,
      [&](std::string_view name, json::ondemand::value value) {
        const auto text = json::scalar(value);
        if (name == "symbol") {
          position.symbol = cut<symbol_name>(text);
        } else if (name == "qty") {
          has_qty = !text.empty();
          fields.exact(name, text, position.qty);
        } else if (name == "side") {
          is_short = text == "short";
        } else if (name == "avg_entry_price") {
          fields.rounded(name, text, position.average);
        } else if (name == "current_price") {
          fields.rounded(name, text, position.last);
        } else if (name == "market_value") {
          fields.rounded(name, text, position.market_value);
        } else {
          note_unless_known<position_details>(name, state_->unknown);
        }
      },
      [&] {
        fields.need("symbol", !position.symbol.empty());
        fields.need("qty", has_qty);
        // Short positions carry a minus sign; the word is the second opinion.
        if (is_short && position.qty.is_positive()) position.qty = -position.qty;
        out.push_back(std::exchange(position, {}));
        is_short = has_qty = false;
      });
  if (error) return json::unreadable("a list of positions", body, error);
  if (!fields.bad().empty()) return json::unreadable("a list of positions", body, fields.bad());
  return out;
}

result<clock_report> alpaca_order_codec::market_clock(std::string body) {
  clock_report out;
  field_reader fields;
  const auto error =
      state_->walker.object(body, [&](std::string_view name, json::ondemand::value value) {
        const auto text = json::scalar(value);
        if (name == "timestamp") fields.time(name, text, out.at);
        if (name == "is_open") out.is_open = is_true(text);
        if (name == "next_open") fields.time(name, text, out.next_open);
        if (name == "next_close") fields.time(name, text, out.next_close);
        note_unless_known<clock_details>(name, state_->unknown);
      });
  if (error) return json::unreadable("a clock", body, error);
  fields.need("timestamp", out.at != utc_ns{});
  fields.need("next_open", out.next_open != utc_ns{});
  fields.need("next_close", out.next_close != utc_ns{});
  if (!fields.bad().empty()) return json::unreadable("a clock", body, fields.bad());
  return out;
}

result<std::vector<session_day>> alpaca_order_codec::calendar(std::string body,
                                                              const new_york_to_utc& to_utc) {
  std::vector<session_day> out;
  std::string date;
  int open = -1;
  int close = -1;
  field_reader fields;
  const auto error = state_->walker.list(
      body,
      [&](std::string_view name, json::ondemand::value value) {
        if (name == "date") date = json::scalar(value);
        if (name == "open") open = minutes_of(json::scalar(value));
        if (name == "close") close = minutes_of(json::scalar(value));
        note_unless_known<calendar_details>(name, state_->unknown);
      },
      [&] {
        const auto day = parse_date(date);
        if (!day) fields.refuse("date", day.failure().context);
        if (open < 0 || close <= open) fields.refuse("open, close", "no times such as 09:30");
        if (day && open >= 0 && close > open)
          out.push_back({*day, to_utc(*day, open), to_utc(*day, close)});
        date.clear();
        open = close = -1;
      });
  if (error) return json::unreadable("a calendar", body, error);
  if (!fields.bad().empty()) return json::unreadable("a calendar", body, fields.bad());
  return out;
}

result<asset_report> alpaca_order_codec::asset(std::string body) {
  asset_report out;
  const auto error =
      state_->walker.object(body, [&](std::string_view name, json::ondemand::value value) {
        if (name == "symbol") out.symbol = cut<symbol_name>(json::scalar(value));
        if (name == "tradable") out.tradable = is_true(json::scalar(value));
        if (name == "status") out.active = json::scalar(value) == "active";
        if (name == "fractionable") out.fractionable = is_true(json::scalar(value));
        note_unless_known<asset_details>(name, state_->unknown);
      });
  if (error) return json::unreadable("an asset", body, error);
  if (out.symbol.empty()) return json::unreadable("an asset", body, "field symbol: it is missing");
  return out;
}

}  // namespace bw
