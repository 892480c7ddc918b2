#include "venue/activity_book.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "venue/fees.hpp"

namespace bw::venue {
namespace {

std::string activity_id(utc_ns at, std::string_view unique) {
  constexpr std::int64_t per_ms = 1'000'000;
  constexpr std::int64_t per_day = 86'400'000;
  const auto day = utc_date(at);
  const auto ms = (at.value / per_ms) % per_day;
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d%03d", day.year, day.month, day.day,
                static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                static_cast<int>(ms / 1'000 % 60), static_cast<int>(ms % 1'000));
  return std::string{text} + "::" + std::string{unique};
}

refusal invalid(std::string message) { return {422, 40010001, std::move(message), {}}; }

std::optional<utc_ns> read_time(std::string_view text) {
  if (const auto instant = parse_rfc3339(text)) return *instant;
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  return utc_ns{} + std::chrono::hours{24} * days_from_civil(*date);
}

struct activity_query {
  std::vector<std::string> types;
  std::optional<utc_ns> after;
  std::optional<utc_ns> until;
  std::optional<calendar_date> date;
  std::string order_id;
  std::string token;
  std::string category;
  bool ascending = false;
  std::size_t page = activity_book::page_max;
};

bool matches(const activity_query& asked, const activity& x) {
  const bool is_fill = x.type == "FILL";
  if (!asked.types.empty() &&
      std::find(asked.types.begin(), asked.types.end(), x.type) == asked.types.end())
    return false;
  if (asked.category == "trade_activity" && !is_fill) return false;
  if (asked.category == "non_trade_activity" && is_fill) return false;
  if (asked.after && x.at <= *asked.after) return false;
  if (asked.until && x.at >= *asked.until) return false;
  if (asked.date && utc_date(x.at) != *asked.date) return false;
  if (!asked.order_id.empty() && x.order_id != asked.order_id) return false;
  if (asked.token.empty()) return true;
  return asked.ascending ? x.id > asked.token : x.id < asked.token;
}

std::optional<refusal> read_query(const api_request& request, activity_query& out) {
  out.types = split_list(request.parameter("activity_types"));
  out.category = request.parameter("category");
  if (!out.types.empty() && !out.category.empty())
    return invalid("only one of activity_types or category is accepted");
  if (request.path.size() == 4) out.types = {request.path[3]};
  for (const auto& [name, bound] : {std::pair{"after", &out.after}, {"until", &out.until}}) {
    if (request.parameter(name).empty()) continue;
    *bound = read_time(request.parameter(name));
    if (!*bound) return invalid(std::string{"invalid "} + name);
  }
  if (const auto text = request.parameter("date"); !text.empty()) {
    const auto day = parse_date(text);
    if (!day) return invalid("invalid date");
    out.date = *day;
  }
  const auto direction = request.parameter("direction");
  if (!direction.empty() && direction != "asc" && direction != "desc")
    return invalid("invalid direction");
  out.ascending = direction == "asc";
  out.order_id = request.parameter("order_id");
  out.token = request.parameter("page_token");
  if (const auto text = request.parameter("page_size"); !text.empty()) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out.page);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || out.page == 0)
      return invalid("invalid page_size");
    out.page = std::min(out.page, activity_book::page_max);
  }
  return std::nullopt;
}

void write_activity(json_writer& out, const activity& x) {
  out.begin_object().member("activity_type", x.type).member("id", x.id);
  if (x.type == "FILL") {
    const bool complete = x.leaves.is_zero();
    out.member("order_id", x.order_id).member("transaction_time", x.at);
    out.member("type", complete ? "fill" : "partial_fill");
    out.member("side", to_string(x.which)).member("symbol", x.symbol);
    out.member("price", x.at_price).member("qty", x.qty).member("cum_qty", x.cumulative);
    out.member("leaves_qty", x.leaves);
    out.member("order_status", complete ? "filled" : "partially_filled");
  } else {
    out.member("date", format_date(utc_date(x.at))).member("created_at", x.at);
    out.member("net_amount", x.net_amount).member("description", x.description);
    if (!x.symbol.empty()) out.member("symbol", x.symbol);
    if (!x.qty.is_zero()) out.member("qty", x.qty);
    out.member("status", "executed");
  }
  out.end_object();
}

}  // namespace

void activity_book::record(const venue_event& event, const fee_schedule& fees) {
  using kind = venue_event::kind;
  if (event.what != kind::fill && event.what != kind::partial_fill) return;
  const auto& order = event.order;
  activity fill;
  fill.at = event.at;
  fill.symbol = order.symbol_text;
  fill.order_id = order.id;
  fill.which = order.side;
  fill.qty = event.fill_qty;
  fill.at_price = event.fill_price;
  fill.cumulative = order.filled_qty;
  fill.leaves = order.remaining();
  const auto fee = execution_fee(fees, order.side, event.fill_qty, event.fill_price, event.at);
  add(std::move(fill), event.execution_id);
  if (!fee.is_positive()) return;
  activity charged;
  charged.type = "FEE";
  charged.at = event.at;
  charged.net_amount = -fee;
  charged.description = "fee of order " + order.id;
  add(std::move(charged), "f" + event.execution_id);
}

void activity_book::add(activity other, std::string_view unique) {
  other.id = activity_id(other.at, unique);
  const auto at =
      std::upper_bound(kept_.begin(), kept_.end(), other.id,
                       [](const std::string& id, const activity& x) { return id < x.id; });
  kept_.insert(at, std::move(other));
  if (kept_.size() > kept_max) kept_.pop_front();
}

std::variant<std::vector<const activity*>, refusal> activity_book::select(
    const api_request& request) const {
  activity_query asked;
  if (auto refused = read_query(request, asked)) return *refused;
  std::vector<const activity*> out;
  const auto take = [&](const activity& x) {
    if (matches(asked, x)) out.push_back(&x);
    return out.size() < asked.page;
  };
  if (asked.ascending)
    (void)std::all_of(kept_.begin(), kept_.end(), take);
  else
    (void)std::all_of(kept_.rbegin(), kept_.rend(), take);
  return out;
}

bool asks_for_activities(const api_request& request) {
  return (request.path.size() == 3 || request.path.size() == 4) && request.path[1] == "account" &&
         request.path[2] == "activities";
}

net::http_response answer_activities(const api_request& request, const activity_book& book) {
  if (request.method != "GET") return method_not_allowed();
  const auto selected = book.select(request);
  if (const auto* why = std::get_if<refusal>(&selected)) return refused(*why);
  json_writer out;
  out.begin_array();
  for (const auto* each : std::get<0>(selected)) write_activity(out, *each);
  out.end_array();
  return json_answer(200, out.take());
}

}  // namespace bw::venue
