#include "venue/account_routes.hpp"

#include <charconv>
#include <optional>

#include "venue/wire_document.hpp"

namespace bw::venue {
namespace {

using kind = wire_document::kind;

refusal invalid(std::string message) { return {422, 40010001, std::move(message), {}}; }

const wire_document::value* given(const wire_document& body, std::string_view key) {
  const auto* found = body.find(key);
  return found != nullptr && found->what != kind::null ? found : nullptr;
}

std::optional<refusal> read_flag(const wire_document& body, std::string_view key, bool& out) {
  const auto* found = given(body, key);
  if (found == nullptr) return std::nullopt;
  if (found->what != kind::boolean) return invalid("invalid " + std::string{key});
  out = found->text == "true";
  return std::nullopt;
}

std::optional<refusal> read_rules(const wire_document& body, account_rules& out) {
  for (const auto& [key, flag] : {std::pair{"suspend_trade", &out.suspend_trade},
                                  {"no_shorting", &out.no_shorting},
                                  {"fractional_trading", &out.fractional_trading},
                                  {"ptp_no_exception_entry", &out.ptp_no_exception_entry},
                                  {"disable_overnight_trading", &out.disable_overnight_trading}})
    if (auto refused = read_flag(body, key, *flag)) return refused;
  if (const auto* email = given(body, "trade_confirm_email")) {
    if (email->text != "all" && email->text != "none")
      return invalid("invalid trade_confirm_email");
    out.confirm_email = email->text == "all" ? confirm_email::all : confirm_email::none;
  }
  if (const auto* multiplier = given(body, "max_margin_multiplier")) {
    const auto& text = multiplier->text;
    if (text != "1" && text != "2" && text != "4") return invalid("invalid max_margin_multiplier");
    out.max_margin_multiplier = static_cast<std::uint32_t>(text[0] - '0');
  }
  return std::nullopt;
}

struct history_query {
  nanoseconds step{};
  std::string_view step_name;
  utc_ns from;
  utc_ns to;
};

std::optional<nanoseconds> period_of(std::string_view text) {
  int count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc{} || read.ptr + 1 != text.data() + text.size()) return std::nullopt;
  if (count < 1 || count > 10'000) return std::nullopt;
  constexpr auto day = std::chrono::hours{24};
  switch (*read.ptr) {
    case 'D': return day * count;
    case 'W': return day * 7 * count;
    case 'M': return day * 30 * count;
    case 'A': return day * 365 * count;
    default: return std::nullopt;
  }
}

std::optional<nanoseconds> step_of(std::string_view text) {
  if (text == "1Min") return std::chrono::minutes{1};
  if (text == "5Min") return std::chrono::minutes{5};
  if (text == "15Min") return std::chrono::minutes{15};
  if (text == "1H") return std::chrono::hours{1};
  if (text == "1D") return std::chrono::hours{24};
  return std::nullopt;
}

std::string_view usual_step(nanoseconds period) {
  if (period < std::chrono::hours{24 * 7}) return "1Min";
  return period < std::chrono::hours{24 * 30} ? "15Min" : "1D";
}

std::optional<refusal> read_history_query(const api_request& request, utc_ns now,
                                          history_query& out) {
  const auto period_text = request.parameter("period");
  if (!period_text.empty() && request.has("start") && request.has("end"))
    return invalid("only two of start, end and period are accepted");
  const auto period = period_of(period_text.empty() ? "1M" : period_text);
  if (!period) return invalid("invalid period");
  out.to = now;
  if (const auto text = request.parameter("end"); !text.empty()) {
    const auto end = parse_rfc3339(text);
    if (!end) return invalid("invalid end");
    out.to = *end;
  }
  out.from = out.to - *period;
  if (const auto text = request.parameter("start"); !text.empty()) {
    const auto start = parse_rfc3339(text);
    if (!start) return invalid("invalid start");
    out.from = *start;
    if (!period_text.empty()) out.to = *start + *period;
  }
  if (out.to < out.from) return invalid("end must not be before start");
  const auto wanted = request.parameter("timeframe");
  out.step_name = wanted.empty() ? usual_step(out.to - out.from) : wanted;
  const auto step = step_of(out.step_name);
  if (!step) return invalid("invalid timeframe");
  out.step = *step;
  return std::nullopt;
}

/// The part of `base` that `part` is, rounded half to even at nine decimals.
money share_of(money part, money base) {
  if (!base.is_positive()) return {};
  const auto units =
      divide_half_even(static_cast<int128>(part.units()) * decimal_scale, base.units());
  return fits_decimal(units) ? money::from_units(static_cast<std::int64_t>(units)) : money{};
}

}  // namespace

net::http_response answer_configurations(const api_request& request, exchange& market) {
  if (request.method == "PATCH") {
    const auto body = wire_document::read(request.body, wire_codec::json);
    if (!body) return refused({400, 40010000, "request body format is invalid", {}});
    auto rules = market.rules();
    if (const auto bad = read_rules(*body, rules)) return refused(*bad);
    market.configure(rules);
  } else if (request.method != "GET") {
    return method_not_allowed();
  }
  json_writer out;
  write_rules(out, market.rules());
  return json_answer(200, out.take());
}

net::http_response answer_portfolio_history(const api_request& request, const venue_world& world,
                                            utc_ns now) {
  history_query query;
  if (const auto bad = read_history_query(request, now, query)) return refused(*bad);
  std::vector<equity_history::point> steps;
  for (const auto& x : world.equity.points()) {
    if (x.at < query.from || x.at > query.to) continue;
    // Days begin at New York's midnight, shorter steps at a multiple of their length.
    const auto left = query.step >= std::chrono::hours{24}
                          ? world.new_york.midnight(x.at)
                          : utc_ns{x.at.value / query.step.count() * query.step.count()};
    if (!steps.empty() && steps.back().at == left)
      steps.back().equity = x.equity;
    else
      steps.push_back({left, x.equity});
  }
  const auto base = world.equity.points().empty() ? world.market.account().equity
                                                  : world.equity.points().front().equity;
  json_writer out;
  out.begin_object().key("timestamp").begin_array();
  for (const auto& x : steps) out.value(x.at.value / 1'000'000'000);
  out.end_array().key("equity").begin_array();
  for (const auto& x : steps) out.number(x.equity);
  out.end_array().key("profit_loss").begin_array();
  for (const auto& x : steps) out.number(x.equity - base);
  out.end_array().key("profit_loss_pct").begin_array();
  for (const auto& x : steps) out.number(share_of(x.equity - base, base));
  out.end_array().key("base_value").number(base);
  const auto opened = world.new_york.date(world.opened_at);
  out.member("base_value_asof", format_date(world.days.day_before(opened).value_or(opened)));
  out.member("timeframe", query.step_name);
  out.key("cashflow").begin_object().end_object();
  out.end_object();
  return json_answer(200, out.take());
}

}  // namespace bw::venue
