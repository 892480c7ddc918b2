#include "broker/alpaca_order_codec.hpp"

#include <simdjson.h>

#include <utility>

#include "broker/alpaca_words.hpp"
#include "broker/report_numbers.hpp"

namespace bw {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

/// A scalar as text: strings unescaped, numbers and booleans as they stand, null and containers
/// empty. Valid until the next document.
std::string_view scalar(ondemand::value value) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return text;
  text = value.raw_json_token();
  const auto end = text.find_last_not_of(" \t\r\n");
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (text == "null" || text.empty() || text[0] == '{' || text[0] == '[') return {};
  return text;
}

/// Calls `use(name, value)` for each field; an error breaks off.
template <class Use>
simdjson::error_code each_field(ondemand::value value, Use use) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    if (const auto error = use(name, field.value())) return error;
  }
  return simdjson::SUCCESS;
}

/// Collects the fields of one report. The first one that cannot be read is remembered.
class field_reader {
 public:
  template <class Decimal>
  void exact(std::string_view name, std::string_view text, Decimal& out) {
    read(name, text, parse_decimal(text), out);
  }
  template <class Decimal>
  void rounded(std::string_view name, std::string_view text, Decimal& out) {
    read(name, text, parse_decimal_half_even(text), out);
  }
  void time(std::string_view name, std::string_view text, utc_ns& out) {
    if (text.empty()) return;
    const auto instant = parse_rfc3339(text);
    if (!instant) return refuse(name, instant.failure().context);
    out = *instant;
  }
  void need(std::string_view name, bool there) {
    if (!there) refuse(name, "it is missing");
  }
  void refuse(std::string_view name, std::string_view why) {
    if (bad_.empty()) bad_.append("field ").append(name).append(": ").append(why);
  }
  const std::string& bad() const { return bad_; }

 private:
  template <class Decimal>
  void read(std::string_view name, std::string_view text, const result<std::int64_t>& units,
            Decimal& out) {
    if (text.empty()) return;
    if (!units) return refuse(name, units.failure().context);
    out = Decimal::from_units(*units);
  }

  std::string bad_;
};

bool is_true(std::string_view text) { return text == "true"; }

/// An order, wherever it stands: a body, a list, a message of the stream.
struct order_fields {
  open_order_report report;
  std::vector<open_order_report> legs;
  std::string status;
  field_reader fields;
  bool has_side = false;

  void take(std::string_view name, ondemand::value value) {
    if (name == "legs") return take_legs(value);
    const auto text = scalar(value);
    if (name == "id") {
      report.venue_id = cut<venue_order_id>(text);
    } else if (name == "client_order_id") {
      report.client_id = cut<client_order_id>(text);
    } else if (name == "symbol") {
      report.symbol = cut<symbol_name>(text);
    } else if (name == "side") {
      has_side = side_of(text).has_value();
      report.side = side_of(text).value_or(report.side);
    } else if (name == "type") {
      report.type = order_type_of(text).value_or(report.type);
    } else if (name == "status") {
      status = text;
      report.status = event_of_status(text);
    } else if (name == "qty") {
      fields.exact(name, text, report.qty);
    } else if (name == "filled_qty") {
      fields.exact(name, text, report.filled_total);
    } else if (name == "filled_avg_price") {
      fields.rounded(name, text, report.filled_average);
    } else if (name == "limit_price") {
      fields.exact(name, text, report.limit);
    } else if (name == "stop_price") {
      fields.exact(name, text, report.stop);
    } else if (name == "submitted_at") {
      fields.time(name, text, report.submitted_at);
    } else if (name == "replaced_by") {
      report.replaced_by = cut<venue_order_id>(text);
    } else if (name == "replaces") {
      report.replaces = cut<venue_order_id>(text);
    }
  }

  /// Legs are orders of their own, one level deep. One that cannot be read spoils the order: a leg
  /// that is missing here would be taken for one that has ended.
  void take_legs(ondemand::value value) {
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return;
    for (auto item : list) {
      ondemand::value element;
      order_fields leg;
      const bool read = std::move(item).get(element) == simdjson::SUCCESS &&
                        each_field(element, [&](std::string_view name, ondemand::value x) {
                          if (name != "legs") leg.take(name, x);
                          return simdjson::SUCCESS;
                        }) == simdjson::SUCCESS;
      leg.check();
      if (!read || !leg.fields.bad().empty())
        return fields.refuse("legs", read ? leg.fields.bad() : "a leg cannot be read");
      legs.push_back(std::move(leg.report));
    }
  }

  /// What an order cannot be without.
  void check() {
    fields.need("id", !report.venue_id.empty());
    fields.need("symbol", !report.symbol.empty());
    fields.need("status", !status.empty());
    fields.need("side", has_side);
  }
};

/// Everything that may stand in the `data` of a stream's message.
struct update_fields {
  std::string event;
  std::string status;
  std::string action;
  std::string message;
  bool listens_to_updates = false;
  bool has_order = false;
  order_fields order;
  utc_ns timestamp;
  utc_ns at;
  quantity qty;
  price at_price;
  execution_id execution;
  field_reader fields;

  simdjson::error_code take(std::string_view name, ondemand::value value) {
    if (name == "order") {
      has_order = true;
      return each_field(value, [&](std::string_view key, ondemand::value x) {
        order.take(key, x);
        return simdjson::SUCCESS;
      });
    }
    if (name == "streams") return take_streams(value);
    const auto text = scalar(value);
    field_reader lenient;  // A time explains; without it the event still counts.
    if (name == "event") {
      event = text;
    } else if (name == "status") {
      status = text;
    } else if (name == "action") {
      action = text;
    } else if (name == "message" || name == "error_message") {
      message = text;
    } else if (name == "timestamp") {
      lenient.time(name, text, timestamp);
    } else if (name == "at") {
      lenient.time(name, text, at);
    } else if (name == "qty") {
      fields.exact(name, text, qty);
    } else if (name == "price") {
      fields.rounded(name, text, at_price);
    } else if (name == "execution_id") {
      execution = cut<execution_id>(text);
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code take_streams(ondemand::value value) {
    ondemand::array list;
    if (const auto error = value.get_array().get(list))
      return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
    for (auto item : list) {
      ondemand::value stream;
      if (const auto error = std::move(item).get(stream)) return error;
      listens_to_updates = listens_to_updates || scalar(stream) == "trade_updates";
    }
    return simdjson::SUCCESS;
  }
};

/// Minutes since midnight of "09:30"; negative when it is no such time.
int minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t k) { return text[k] >= '0' && text[k] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return -1;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  return hour > 24 || minute > 59 ? -1 : hour * 60 + minute;
}

std::uint32_t small_number(std::string_view text) {
  const auto units = parse_decimal(text);
  return !units || *units < 0 ? 0 : static_cast<std::uint32_t>(*units / decimal_scale);
}

}  // namespace

struct alpaca_order_codec::state {
  ondemand::parser parser;
  std::uint64_t unknown_words = 0;

  /// Opens a text that is followed by padding.
  simdjson::error_code open(std::string_view text, ondemand::document& out) {
    return parser.iterate(text.data(), text.size(), text.size() + padding).get(out);
  }

  template <class Use>
  simdjson::error_code object(std::string& body, Use use) {
    body.reserve(body.size() + padding);
    ondemand::document document;
    ondemand::value root;
    if (const auto error = open(body, document)) return error;
    if (const auto error = document.get_value().get(root)) return error;
    return each_field(root, [&](std::string_view name, ondemand::value value) {
      use(name, value);
      return simdjson::SUCCESS;
    });
  }

  /// Calls `use(name, value)` for the fields of each element and `done()` after each.
  template <class Use, class Done>
  simdjson::error_code list(std::string& body, Use use, Done done) {
    body.reserve(body.size() + padding);
    ondemand::document document;
    ondemand::array items;
    if (const auto error = open(body, document)) return error;
    if (const auto error = document.get_array().get(items)) return error;
    for (auto item : items) {
      ondemand::value element;
      if (const auto error = std::move(item).get(element)) return error;
      if (const auto error = each_field(element, [&](std::string_view name, ondemand::value x) {
            use(name, x);
            return simdjson::SUCCESS;
          }))
        return error;
      done();
    }
    return simdjson::SUCCESS;
  }

  void count_word(order_event event) {
    if (event == order_event::other) ++unknown_words;
  }
};

namespace {

constexpr std::size_t shown_max = 80;

error unreadable(std::string_view what, std::string_view text, std::string_view why) {
  return {ec::parse_failed, std::string{what} + " of " + std::to_string(text.size()) +
                                " bytes: " + std::string{why} + "; it begins with " +
                                std::string{text.substr(0, shown_max)}};
}
error unreadable(std::string_view what, std::string_view text, simdjson::error_code why) {
  return unreadable(what, text, simdjson::error_message(why));
}

result<order_update> make_update(update_fields& data, std::string_view payload, mono_ns received) {
  const auto& order = data.order.report;
  const auto event = event_of_word(data.event);
  const bool is_fill = event == order_event::fill || event == order_event::partial_fill;
  data.fields.need("event", !data.event.empty());
  data.fields.need("order", data.has_order && !order.venue_id.empty());
  if (is_fill) {
    data.fields.need("qty", data.qty.is_positive());
    data.fields.need("price", data.at_price.is_positive());
  }
  if (data.fields.bad().empty() && !data.order.fields.bad().empty())
    data.fields.refuse("order", data.order.fields.bad());
  if (!data.fields.bad().empty()) return unreadable("an order update", payload, data.fields.bad());

  order_update out;
  out.client_id = order.client_id;
  out.venue_id = order.venue_id;
  out.event = event;
  out.source = evidence::stream;
  out.filled_total = order.filled_total;
  out.filled_average = order.filled_average;
  out.execution = data.execution;
  if (is_fill) {
    out.last_qty = data.qty;
    out.last_price = data.at_price;
  }
  if (event >= order_event::other)  // Unknown, or altering what was told before.
    out.text = cut<short_text>("event " + data.event + ", status " + data.order.status);
  if (event == order_event::replaced && !order.replaced_by.empty())
    out.text = cut<short_text>("replaced by " + order.replaced_by.str());
  out.replaced_by = order.replaced_by;
  out.replaces = order.replaces;
  out.ts_event = data.timestamp == utc_ns{} ? data.at : data.timestamp;
  out.received = received;
  return out;
}

}  // namespace

alpaca_order_codec::alpaca_order_codec() : state_(std::make_unique<state>()) {}
alpaca_order_codec::~alpaca_order_codec() = default;

std::uint64_t alpaca_order_codec::unknown_words() const { return state_->unknown_words; }

result<open_order_report> alpaca_order_codec::order(std::string body) {
  order_fields order;
  const auto error = state_->object(body, [&](auto name, auto value) { order.take(name, value); });
  if (error) return unreadable("an order", body, error);
  order.check();
  if (!order.fields.bad().empty()) return unreadable("an order", body, order.fields.bad());
  state_->count_word(order.report.status);
  return order.report;
}

result<std::vector<open_order_report>> alpaca_order_codec::orders(std::string body) {
  std::vector<open_order_report> out;
  order_fields order;
  std::string bad;
  const auto error = state_->list(
      body, [&](auto name, auto value) { order.take(name, value); },
      [&] {
        order.check();
        if (bad.empty()) bad = order.fields.bad();
        state_->count_word(order.report.status);
        const auto whole = std::exchange(order, {});
        out.push_back(whole.report);
        for (auto leg : whole.legs) {
          leg.parent = whole.report.client_id;
          out.push_back(std::move(leg));
        }
      });
  if (error) return unreadable("a list of orders", body, error);
  if (!bad.empty()) return unreadable("a list of orders", body, bad);
  return out;
}

result<account_report> alpaca_order_codec::account(std::string body) {
  account_report out;
  field_reader fields;
  bool has_cash = false;
  bool has_equity = false;
  const auto error = state_->object(body, [&](std::string_view name, ondemand::value value) {
    const auto text = scalar(value);
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
    }
  });
  if (error) return unreadable("an account", body, error);
  fields.need("status", !out.status.empty());
  fields.need("cash", has_cash);
  fields.need("equity", has_equity);
  if (!fields.bad().empty()) return unreadable("an account", body, fields.bad());
  return out;
}

result<std::vector<position_report>> alpaca_order_codec::positions(std::string body) {
  std::vector<position_report> out;
  position_report position;
  bool is_short = false;
  bool has_qty = false;
  field_reader fields;
  const auto error = state_->list(
      body,
      [&](std::string_view name, ondemand::value value) {
        const auto text = scalar(value);
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
  if (error) return unreadable("a list of positions", body, error);
  if (!fields.bad().empty()) return unreadable("a list of positions", body, fields.bad());
  return out;
}

result<clock_report> alpaca_order_codec::market_clock(std::string body) {
  clock_report out;
  field_reader fields;
  const auto error = state_->object(body, [&](std::string_view name, ondemand::value value) {
    const auto text = scalar(value);
    if (name == "timestamp") fields.time(name, text, out.at);
    if (name == "is_open") out.is_open = is_true(text);
    if (name == "next_open") fields.time(name, text, out.next_open);
    if (name == "next_close") fields.time(name, text, out.next_close);
  });
  if (error) return unreadable("a clock", body, error);
  fields.need("timestamp", out.at != utc_ns{});
  fields.need("next_open", out.next_open != utc_ns{});
  fields.need("next_close", out.next_close != utc_ns{});
  if (!fields.bad().empty()) return unreadable("a clock", body, fields.bad());
  return out;
}

result<std::vector<session_day>> alpaca_order_codec::calendar(std::string body,
                                                              const new_york_to_utc& to_utc) {
  std::vector<session_day> out;
  std::string date;
  int open = -1;
  int close = -1;
  field_reader fields;
  const auto error = state_->list(
      body,
      [&](std::string_view name, ondemand::value value) {
        if (name == "date") date = scalar(value);
        if (name == "open") open = minutes_of(scalar(value));
        if (name == "close") close = minutes_of(scalar(value));
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
  if (error) return unreadable("a calendar", body, error);
  if (!fields.bad().empty()) return unreadable("a calendar", body, fields.bad());
  return out;
}

result<asset_report> alpaca_order_codec::asset(std::string body) {
  asset_report out;
  const auto error = state_->object(body, [&](std::string_view name, ondemand::value value) {
    if (name == "symbol") out.symbol = cut<symbol_name>(scalar(value));
    if (name == "tradable") out.tradable = is_true(scalar(value));
    if (name == "status") out.active = scalar(value) == "active";
    if (name == "fractionable") out.fractionable = is_true(scalar(value));
  });
  if (error) return unreadable("an asset", body, error);
  if (out.symbol.empty()) return unreadable("an asset", body, "field symbol: it is missing");
  return out;
}

result<std::uint32_t> alpaca_order_codec::cancelled(std::string body) {
  std::uint32_t out = 0;
  std::uint32_t status = 0;
  const auto error = state_->list(
      body,
      [&](std::string_view name, ondemand::value value) {
        if (name == "status") status = small_number(scalar(value));
      },
      [&] { out += std::exchange(status, 0) == 200 ? 1 : 0; });
  if (error) return unreadable("a list of cancelled orders", body, error);
  return out;
}

error_body alpaca_order_codec::refusal(std::string body) {
  error_body out;
  const auto error = state_->object(body, [&](std::string_view name, ondemand::value value) {
    if (name == "code") out.code = small_number(scalar(value));
    if (name == "message") out.message = scalar(value);
  });
  if (error) return {};
  return out;
}

bool error_body::says_duplicate() const {
  // In doubt it is a duplicate: then the order is looked up, whereas a refusal would be final. The
  // one other complaint about this field is about its length.
  return message.find("client_order_id") != std::string::npos &&
         message.find("characters") == std::string::npos;
}

result<stream_frame> alpaca_order_codec::frame(std::string_view payload, mono_ns received) {
  stream_frame out;
  // Old servers send single bytes to keep the connection alive.
  if (payload.size() <= 1) return out;
  std::string stream;
  std::string action;
  update_fields data;
  const auto read = [&]() -> simdjson::error_code {
    ondemand::document document;
    ondemand::value root;
    if (const auto error = state_->open(payload, document)) return error;
    if (const auto error = document.get_value().get(root)) return error;
    return each_field(root, [&](std::string_view name, ondemand::value value) {
      if (name == "stream") stream = scalar(value);
      if (name == "action") action = scalar(value);
      if (name != "data") return simdjson::SUCCESS;
      return each_field(value,
                        [&](std::string_view key, ondemand::value x) { return data.take(key, x); });
    });
  };
  if (const auto error = read()) return unreadable("a frame", payload, error);

  out.text = data.message;
  if (stream == "authorization") {
    out.what = data.status == "authorized" ? stream_frame::kind::authorized
                                           : stream_frame::kind::unauthorized;
    if (out.text.empty()) out.text = data.status + " on " + data.action;
  } else if (stream == "listening") {
    out.what = stream_frame::kind::listening;
    out.listens_to_updates = data.listens_to_updates;
  } else if (action == "error" || stream == "error") {
    out.what = stream_frame::kind::error;
  } else if (stream == "trade_updates") {
    out.what = stream_frame::kind::update;
    auto made = make_update(data, payload, received);
    if (!made) return std::move(made).failure();
    state_->count_word(made->event);
    out.update = *made;
  }
  return out;
}

}  // namespace bw
