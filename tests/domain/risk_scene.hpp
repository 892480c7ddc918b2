#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/risk_rules.hpp"

namespace bw {

inline quantity p_qty(const char* text) { return *quantity::parse(text); }

namespace tests {

inline constexpr symbol_id apple{0};
inline price p(const char* text) { return *price::parse(text); }
inline money usd(const char* text) { return *money::parse(text); }
inline quantity shares(std::int64_t n) { return quantity::from_int(n); }

inline std::string text_of(const risk_verdict& verdict) {
  std::string out;
  for (const auto& each : verdict.checks)
    if (each.outcome == check_outcome::denied)
      out += "denied by " + std::string{to_string(each.rule)} + ": " + std::to_string(each.value) +
             " against " + std::to_string(each.limit) + "\n";
  return out;
}

inline const risk_check& check_of(const risk_verdict& verdict, risk_rule rule) {
  static const risk_check none;
  for (const auto& each : verdict.checks)
    if (each.rule == rule) return each;
  return none;
}

/// Everything in order: an active session in mid-morning, quotes of 99.99 and 100.01, an account of
/// 100,000 USD. A test changes one thing and looks at what the gate says.
struct risk_scene {
  static constexpr std::uint32_t symbol_count = 8;
  static constexpr std::uint16_t strategy_count = 4;

  risk_scene() {
    session.phase = session_phase::entries;
    session.open = now_utc - std::chrono::hours{1};
    session.close = now_utc + std::chrono::hours{5};
    for (auto& each : symbols)
      each = {.allowed = true, .tradable = true, .active = true, .asset_at = now_utc};
    account.cash = account.equity = account.buying_power = usd("100000");
    account.received = now;
    quote_and_trade("99.99", "100.01", "100");
    for (int k = 10; k > 0; --k) minute(k, 1'000);
  }

  order_request entry() const {
    order_request o;
    o.symbol = apple;
    o.strategy = strategy_id{0};
    o.qty = shares(10);
    o.limit = p("100.05");
    o.planned_stop = p("98.5");
    return o;
  }
  order_request exit() const {
    order_request o;
    o.symbol = apple;
    o.strategy = strategy_id{0};
    o.side = side::sell;
    o.purpose = order_purpose::exit;
    o.qty = shares(10);
    o.limit = p("99.95");
    return o;
  }

  mono_ns quoted_at() const { return quotes.latest_quote(apple)->received; }
  utc_ns quoted_utc() const { return quotes.latest_quote(apple)->ts_event; }

  void quote(const char* bid, const char* ask) {
    bw::quote q;
    q.symbol = apple;
    q.bid = p(bid);
    q.ask = p(ask);
    q.ts_event = now_utc;
    q.received = now;
    quotes.on_quote(q);
  }
  void trade(const char* last) {
    bw::trade t;
    t.symbol = apple;
    t.last = p(last);
    t.ts_event = now_utc;
    t.received = now;
    quotes.on_trade(t);
    if (motion) motion->on_trade(t);
  }
  /// So many shares in the minute that began so many minutes ago.
  void minute(int ago, std::int64_t volume, symbol_id symbol = apple) {
    bar b;
    b.symbol = symbol;
    b.volume = shares(volume);
    b.start = now_utc - std::chrono::minutes{ago};
    if (volumes) volumes->on_bar(b);
  }
  void quote_and_trade(const char* bid, const char* ask, const char* last) {
    quote(bid, ask);
    trade(last);
  }
  quote_board quotes_without_trades() const {
    quote_board out{symbol_count};
    out.on_quote(*quotes.latest_quote(apple));
    return out;
  }
  /// The venue's word, so many nanoseconds ago.
  void status(halt_state state, std::int64_t ago) {
    trading_status s;
    s.symbol = apple;
    s.state = state;
    s.ts_event = now_utc - nanoseconds{ago};
    s.received = now - nanoseconds{ago};
    quotes.on_status(s);
  }

  void hold_others(std::uint32_t count) {
    for (std::uint32_t k = 1; k <= count; ++k)
      exposure.restore_position(symbol_id{k}, shares(1), p("10"));
  }
  void open_small(symbol_id symbol, std::uint64_t count) {
    for (std::uint64_t k = 1; k <= count; ++k) {
      auto o = entry();
      o.symbol = symbol;
      o.order = order_id{100 + k};
      o.qty = shares(1);
      exposure.on_intent(o, p("1"));
    }
  }
  void open_exit(std::int64_t qty) {
    auto o = exit();
    o.order = order_id{50};
    o.qty = shares(qty);
    exposure.on_intent(o, p("100"));
  }
  /// Orders of another symbol, sent just now.
  void send_others(std::int64_t count) {
    for (std::int64_t k = 0; k < count; ++k) {
      auto o = exit();
      o.symbol = symbol_id{symbol_count - 1};
      o.qty = shares(k + 1);
      sent.push_back({o, now, {}});
    }
  }
  void send(const order_request& order, std::int64_t ago, money value = {}) {
    sent.push_back({order, now - nanoseconds{ago}, value});
  }

  risk_inputs inputs() const {
    return {.trading = trading,
            .session = session,
            .quotes = quotes,
            .exposure = exposure,
            .symbols = symbols,
            .account = has_account ? &account : nullptr,
            .session_start_equity = session_start_equity,
            .day = day,
            .feed = feed,
            .order_stream = order_stream,
            .flatten = flatten,
            .conduct = conduct ? &*conduct : nullptr,
            .streaks = streaks ? &*streaks : nullptr,
            .planned = planned ? &*planned : nullptr,
            .motion = motion ? &*motion : nullptr,
            .volumes = volumes ? &*volumes : nullptr,
            .ages = ages,
            .equity = equity,
            .requests_left = requests_left,
            .strategies = strategy_count,
            .scripts = scripts,
            .override_by_person = override_by_person,
            .strategy_use = strategy_use};
  }

  risk_verdict check(const order_request& order) const {
    risk_rules rules{options};
    for (const auto& [request, at, value] : sent) rules.on_sent(request, at, value);
    if (entries_so_far) rules.start_session(*entries_so_far, sent_so_far);
    return rules.check(order, inputs(), now_utc, now);
  }

  risk_options options;
  utc_ns now_utc{1'793'631'600'000'000'000};
  mono_ns now{1'000'000'000'000};
  trading_state trading{trading_mode::active, 0};
  session_state session;
  quote_board quotes{symbol_count};
  exposure_book exposure{symbol_count};
  std::vector<symbol_facts> symbols{symbol_count};
  account_report account;
  bool has_account = true;
  std::optional<money> session_start_equity = usd("100000");
  std::optional<day_result> day = day_result{usd("100000"), money{}};
  readiness feed = readiness::ready;
  readiness order_stream = readiness::ready;
  flatten_permission flatten = flatten_permission::none;
  std::optional<conduct_guard> conduct{std::in_place, symbol_count, strategy_count};
  std::optional<loss_streaks> streaks{std::in_place, symbol_count, strategy_count};
  std::optional<planned_risk> planned{symbol_count};
  std::optional<price_motion> motion{std::in_place, symbol_count, options.volatility_off_bp};
  std::optional<volume_pace> volumes{symbol_count};
  std::optional<input_ages> ages =
      input_ages{std::chrono::milliseconds{1}, std::chrono::milliseconds{2}, nanoseconds{0}};
  std::optional<equity_marks> equity = equity_marks{usd("100000"), usd("100000"), usd("100000")};
  std::optional<std::int64_t> requests_left = 150;
  scripted_entries scripts = scripted_entries::denied;
  override_grant override_by_person = override_grant::none;
  money strategy_use;
  struct sent_order {
    order_request request;
    mono_ns at;
    money value;
  };
  std::vector<sent_order> sent;
  money sent_so_far;
  std::optional<std::uint32_t> entries_so_far;
};

}  // namespace tests
}  // namespace bw
