#include "broker/record_codec.hpp"

#include "broker/record_reader.ipp"

namespace bw {
namespace {

using json::ondemand::value;

/// How an answer is called when it cannot be read, and what it cannot be without.
template <class Record>
struct answer_face;
template <>
struct answer_face<account_details> {
  static constexpr const char* name = "an account";
  static bool whole(const account_details& x) { return x.id && x.status; }
};
template <>
struct answer_face<account_configuration> {
  static constexpr const char* name = "an account's configuration";
  static bool whole(const account_configuration& x) { return x.suspend_trade.has_value(); }
};
template <>
struct answer_face<portfolio_history> {
  static constexpr const char* name = "a portfolio history";
  static bool whole(const portfolio_history& x) { return x.timestamp.size() == x.equity.size(); }
};
template <>
struct answer_face<order_details> {
  static constexpr const char* name = "an order";
  static bool whole(const order_details& x) { return x.id && x.status; }
};
template <>
struct answer_face<position_details> {
  static constexpr const char* name = "a position";
  static bool whole(const position_details& x) { return x.symbol && x.qty; }
};
template <>
struct answer_face<asset_details> {
  static constexpr const char* name = "an asset";
  static bool whole(const asset_details& x) { return x.symbol.has_value(); }
};
template <>
struct answer_face<activity_details> {
  static constexpr const char* name = "an activity";
  static bool whole(const activity_details& x) { return x.id && x.activity_type; }
};
template <>
struct answer_face<clock_details> {
  static constexpr const char* name = "a clock";
  static bool whole(const clock_details& x) { return x.timestamp.has_value(); }
};
template <>
struct answer_face<calendar_details> {
  static constexpr const char* name = "a calendar's day";
  static bool whole(const calendar_details& x) { return x.date.has_value(); }
};

constexpr std::string_view not_whole = "what it is about is missing";

/// Walks the root of a body; broken text becomes an error of that name.
template <class Use>
result<void> walk(std::string& body, std::string_view name, Use use) {
  body.reserve(body.size() + json::padding);
  json::body_walker walker;
  if (const auto failed = walker.root(body, use)) return json::unreadable(name, body, failed);
  return {};
}

template <class Row>
simdjson::error_code read_row(value from, std::string_view symbol, std::vector<Row>& to,
                              unknown_parts& unknown) {
  to.emplace_back().symbol = symbol;
  return json::read_record(from, to.back(), unknown);
}

bool is_list(value x) { return x.raw_json_token().starts_with("["); }

/// One row or a list of them.
template <class Row>
simdjson::error_code read_rows(value from, std::string_view symbol, std::vector<Row>& to,
                               unknown_parts& unknown) {
  if (json::is_null(from)) return simdjson::SUCCESS;
  if (!is_list(from)) return read_row(from, symbol, to, unknown);
  return json::each_element(from, [&](value x) { return read_row(x, symbol, to, unknown); });
}

/// Fields of an answer about one symbol that say nothing about its rows.
bool is_frame_field(std::string_view name) { return name == "currency" || name == "symbol"; }

}  // namespace

template <class Record>
result<Record> decode_record(std::string body, unknown_parts& unknown) {
  Record out;
  const auto read = walk(body, answer_face<Record>::name,
                         [&](value root) { return json::read_record(root, out, unknown); });
  if (!read) return read.failure();
  if (!answer_face<Record>::whole(out))
    return json::unreadable(answer_face<Record>::name, body, not_whole);
  return out;
}

template <class Record>
result<std::vector<Record>> decode_records(std::string body, unknown_parts& unknown) {
  std::vector<Record> out;
  const auto name = std::string{"a list, each "} + answer_face<Record>::name + ",";
  bool whole = true;
  const auto read = walk(body, name, [&](value root) {
    if (!is_list(root)) return simdjson::INCORRECT_TYPE;
    return json::each_element(root, [&](value x) {
      const auto failed = json::read_record(x, out.emplace_back(), unknown);
      whole = whole && answer_face<Record>::whole(out.back());
      return failed;
    });
  });
  if (!read) return read.failure();
  if (!whole) return json::unreadable(name, body, not_whole);
  return out;
}

result<std::vector<item_outcome>> decode_outcomes(std::string body, unknown_parts& unknown) {
  constexpr std::string_view name = "a list of outcomes";
  std::vector<item_outcome> out;
  bool whole = true;
  // An order and an error share no field: whatever is no order's belongs to the error.
  const auto read_body = [&](value from, item_outcome& to) {
    order_details order;
    bool has_order = false;
    const auto failed = json::each_field(from, [&](std::string_view key, value x) {
      auto error = simdjson::SUCCESS;
      if (key == "code") {
        std::uint32_t code = 0;
        if (json::detail::read_scalar(json::scalar(x), code)) to.refusal.code = code;
      } else if (key == "message") {
        to.refusal.message = json::scalar(x);
      } else if (json::read_field(key, x, order, unknown, error)) {
        has_order = true;
      } else if (to.refusal.code == 0) {  // Refusals explain themselves with fields of their own.
        unknown.field(key);
      }
      return error;
    });
    if (has_order && order.id && to.refusal.code == 0) to.order = std::move(order);
    return failed;
  };
  const auto read = walk(body, name, [&](value root) {
    if (!is_list(root)) return simdjson::INCORRECT_TYPE;
    return json::each_element(root, [&](value element) {
      auto& item = out.emplace_back();
      const auto failed = json::each_field(element, [&](std::string_view key, value x) {
        if (key == "body") return json::is_null(x) ? simdjson::SUCCESS : read_body(x, item);
        if (key == "id" || key == "symbol") {
          item.of = json::scalar(x);
        } else if (key == "status") {
          if (!json::detail::read_scalar(json::scalar(x), item.status)) item.status = 0;
        } else {
          unknown.field(key);
        }
        return simdjson::SUCCESS;
      });
      whole = whole && !item.of.empty() && item.status != 0;
      return failed;
    });
  });
  if (!read) return read.failure();
  if (!whole) return json::unreadable(name, body, not_whole);
  return out;
}

template <class Row>
result<row_page<Row>> decode_rows(std::string body, std::string_view what, unknown_parts& unknown) {
  row_page<Row> out;
  std::string one_symbol;
  bool has_rows = false;
  const auto singular = what.substr(0, what.size() - 1);
  const auto read = walk(body, "a page of " + std::string{what}, [&](value root) {
    return json::each_field(root, [&](std::string_view key, value x) {
      if (key == "next_page_token") out.next_token = json::scalar(x);
      if (key == "symbol") one_symbol = json::scalar(x);
      if (key != what && key != singular) {
        if (key != "next_page_token" && !is_frame_field(key)) unknown.field(key);
        return simdjson::SUCCESS;
      }
      has_rows = true;
      if (key == singular || is_list(x) || json::is_null(x))
        return read_rows(x, "", out.rows, unknown);
      return json::each_field(x, [&](std::string_view symbol, value rows) {
        return read_rows(rows, std::string{symbol}, out.rows, unknown);
      });
    });
  });
  if (!read) return read.failure();
  if (!has_rows) return json::unreadable("a page of " + std::string{what}, body, not_whole);
  if (!one_symbol.empty())
    for (auto& row : out.rows)
      if (row.symbol.empty()) row.symbol = one_symbol;
  return out;
}

namespace {

/// The five parts of a snapshot; false when `key` is none of them.
bool read_part(std::string_view key, value x, snapshot_details& to, unknown_parts& unknown,
               simdjson::error_code& failed) {
  const auto into = [&](auto& part) {
    if (json::is_null(x)) return true;
    part.emplace();
    failed = json::read_record(x, *part, unknown);
    return true;
  };
  if (key == "latestTrade") return into(to.latest_trade);
  if (key == "latestQuote") return into(to.latest_quote);
  if (key == "minuteBar") return into(to.minute_bar);
  if (key == "dailyBar") return into(to.daily_bar);
  return key == "prevDailyBar" && into(to.previous_daily_bar);
}

simdjson::error_code read_snapshot(value from, snapshot_details& to, unknown_parts& unknown) {
  if (json::is_null(from)) return simdjson::SUCCESS;
  return json::each_field(from, [&](std::string_view key, value x) {
    auto failed = simdjson::SUCCESS;
    if (!read_part(key, x, to, unknown, failed) && !is_frame_field(key)) unknown.field(key);
    return failed;
  });
}

}  // namespace

result<std::vector<snapshot_details>> decode_snapshots(std::string body, unknown_parts& unknown) {
  std::vector<snapshot_details> out;
  snapshot_details one;
  const auto read = walk(body, "snapshots", [&](value root) {
    return json::each_field(root, [&](std::string_view key, value x) {
      auto failed = simdjson::SUCCESS;
      if (key == "symbol") {
        one.symbol = json::scalar(x);
      } else if (key != "currency" && !read_part(key, x, one, unknown, failed)) {
        out.emplace_back().symbol = key;
        return read_snapshot(x, out.back(), unknown);
      }
      return failed;
    });
  });
  if (!read) return read.failure();
  if (!one.symbol.empty()) out.push_back(std::move(one));
  return out;
}

result<row_page<news_item>> decode_news(std::string body, unknown_parts& unknown) {
  row_page<news_item> out;
  bool whole = true;
  bool has_list = false;
  const auto read_images = [&](value list, news_item& to) {
    return json::each_element(list, [&](value element) {
      auto& image = to.images.emplace_back();
      return json::each_field(element, [&](std::string_view key, value x) {
        if (key == "size") image.size = json::scalar(x);
        if (key == "url") image.url = json::scalar(x);
        return simdjson::SUCCESS;
      });
    });
  };
  const auto read = walk(body, "a page of news", [&](value root) {
    return json::each_field(root, [&](std::string_view key, value x) {
      if (key == "next_page_token") out.next_token = json::scalar(x);
      if (key != "news") return simdjson::SUCCESS;
      has_list = true;
      return json::each_element(x, [&](value element) {
        auto& item = out.rows.emplace_back();
        const auto failed = json::each_field(element, [&](std::string_view name, value part) {
          auto error = simdjson::SUCCESS;
          if (name == "images") return read_images(part, item);
          if (!json::read_field(name, part, item, unknown, error)) unknown.field(name);
          return error;
        });
        whole = whole && item.id != 0;
        return failed;
      });
    });
  });
  if (!read) return read.failure();
  if (!has_list || !whole) return json::unreadable("a page of news", body, not_whole);
  return out;
}

template result<account_details> decode_record(std::string, unknown_parts&);
template result<account_configuration> decode_record(std::string, unknown_parts&);
template result<portfolio_history> decode_record(std::string, unknown_parts&);
template result<order_details> decode_record(std::string, unknown_parts&);
template result<position_details> decode_record(std::string, unknown_parts&);
template result<asset_details> decode_record(std::string, unknown_parts&);
template result<clock_details> decode_record(std::string, unknown_parts&);
template result<std::vector<order_details>> decode_records(std::string, unknown_parts&);
template result<std::vector<position_details>> decode_records(std::string, unknown_parts&);
template result<std::vector<asset_details>> decode_records(std::string, unknown_parts&);
template result<std::vector<activity_details>> decode_records(std::string, unknown_parts&);
template result<std::vector<calendar_details>> decode_records(std::string, unknown_parts&);
template result<row_page<bar_details>> decode_rows(std::string, std::string_view, unknown_parts&);
template result<row_page<quote_details>> decode_rows(std::string, std::string_view, unknown_parts&);
template result<row_page<trade_details>> decode_rows(std::string, std::string_view, unknown_parts&);

}  // namespace bw
