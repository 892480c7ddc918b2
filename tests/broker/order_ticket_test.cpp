#include "broker/order_ticket.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace bw {
namespace {

price dollars(const char* text) { return *price::parse(text); }

order_ticket good(order_type type) {
  order_ticket out;
  out.symbol = "AAPL";
  out.type = type;
  out.qty = quantity::from_int(10);
  if (type == order_type::limit || type == order_type::stop_limit) out.limit = dollars("100");
  if (type == order_type::stop || type == order_type::stop_limit) out.stop = dollars("101");
  if (type == order_type::trailing_stop) out.trail_price = dollars("1.5");
  return out;
}

order_ticket bracket() {
  auto out = good(order_type::limit);
  out.group = order_class::bracket;
  out.take_profit = dollars("110");
  out.stop_loss = dollars("95");
  return out;
}

constexpr order_type types[] = {order_type::market, order_type::limit, order_type::stop,
                                order_type::stop_limit, order_type::trailing_stop};
constexpr time_in_force times[] = {time_in_force::day, time_in_force::gtc, time_in_force::ioc,
                                   time_in_force::fok, time_in_force::opg, time_in_force::cls};

TEST(order_ticket, types_and_times_in_force_as_the_broker_has_them) {
  for (const auto type : types)
    for (const auto tif : times) {
      auto x = good(type);
      x.tif = tif;
      const bool simple = type == order_type::market || type == order_type::limit;
      const bool lasts = tif == time_in_force::day || tif == time_in_force::gtc;
      EXPECT_EQ(check_ticket(x).ok(), simple || lasts) << to_string(type) << to_string(tif);
      x.extended_hours = true;
      EXPECT_EQ(check_ticket(x).ok(), type == order_type::limit && lasts);
    }
}

TEST(order_ticket, each_type_has_its_prices_and_no_other) {
  const std::pair<const char*, std::function<void(order_ticket&)>> without[] = {
      {"limit", [](auto& x) { x.limit = {}; }},
      {"stop", [](auto& x) { x.stop = {}; }},
      {"trail", [](auto& x) { x.trail_price = {}; }}};
  const std::pair<const char*, std::function<void(order_ticket&)>> with[] = {
      {"limit", [](auto& x) { x.limit = dollars("99"); }},
      {"stop", [](auto& x) { x.stop = dollars("99"); }},
      {"trail", [](auto& x) { x.trail_price = dollars("2"); }}};
  for (const auto type : types) {
    const auto has = [&](std::string_view name) {
      if (name == "limit") return type == order_type::limit || type == order_type::stop_limit;
      if (name == "stop") return type == order_type::stop || type == order_type::stop_limit;
      return type == order_type::trailing_stop;
    };
    for (const auto& [name, change] : without) {
      auto x = good(type);
      change(x);
      EXPECT_EQ(check_ticket(x).ok(), !has(name)) << to_string(type) << " without " << name;
    }
    for (const auto& [name, change] : with) {
      auto x = good(type);
      change(x);
      EXPECT_EQ(check_ticket(x).ok(), has(name)) << to_string(type) << " with " << name;
    }
  }
}

/// One change to a good order, and whether the order is still good.
struct rule {
  const char* name;
  order_ticket start;
  std::function<void(order_ticket&)> change;
  bool holds;
};

TEST(order_ticket, rules_of_the_broker_one_by_one) {
  const auto market = good(order_type::market);
  const auto limit = good(order_type::limit);
  const auto trail = good(order_type::trailing_stop);
  auto oco = bracket();
  oco.group = order_class::oco;
  oco.side = side::sell;
  oco.limit = {};
  auto oto = bracket();
  oto.group = order_class::oto;
  oto.stop_loss = {};
  auto short_bracket = bracket();
  short_bracket.side = side::sell;
  short_bracket.take_profit = dollars("90");
  short_bracket.stop_loss = dollars("100.01");
  const rule rules[] = {
      {"no symbol", market, [](auto& x) { x.symbol.clear(); }, false},
      {"neither shares nor dollars", market, [](auto& x) { x.qty = {}; }, false},
      {"both", market, [](auto& x) { x.notional = money::from_int(5); }, false},
      {"negative shares", market, [](auto& x) { x.qty = quantity::from_int(-1); }, false},
      {"a dollar", market, [](auto& x) { x.qty = {}, x.notional = money::from_int(1); }, true},
      {"99 cents", market, [](auto& x) { x.qty = {}, x.notional = *money::parse("0.99"); }, false},
      {"a part of a share", limit, [](auto& x) { x.qty = *quantity::parse("0.5"); }, true},
      {"a part, gtc", limit,
       [](auto& x) { x.qty = *quantity::parse("0.5"), x.tif = time_in_force::gtc; }, false},
      {"a part, trailing", trail, [](auto& x) { x.qty = *quantity::parse("0.5"); }, false},
      {"a part, in a bracket", bracket(), [](auto& x) { x.qty = *quantity::parse("0.5"); }, false},
      {"a part, sold short", limit,
       [](auto& x) {
         x.qty = *quantity::parse("0.5"), x.side = side::sell,
         x.intent = position_intent::sell_to_open;
       },
       false},
      {"128 characters", market, [](auto& x) { x.client_id = std::string(128, 'a'); }, true},
      {"129 characters", market, [](auto& x) { x.client_id = std::string(129, 'a'); }, false},
      {"a blank in the id", market, [](auto& x) { x.client_id = "a b"; }, false},
      {"half a cent", limit, [](auto& x) { x.limit = dollars("100.005"); }, false},
      {"a hundredth of a cent below a dollar", limit, [](auto& x) { x.limit = dollars("0.9999"); },
       true},
      {"less than that", limit, [](auto& x) { x.limit = dollars("0.99991"); }, false},
      {"negative limit", limit, [](auto& x) { x.limit = dollars("-1"); }, false},
      {"trail in per cent", trail,
       [](auto& x) { x.trail_price = {}, x.trail_percent = ratio::from_int(5); }, true},
      {"both trails", trail, [](auto& x) { x.trail_percent = ratio::from_int(5); }, false},
      {"a hundred per cent", trail,
       [](auto& x) { x.trail_price = {}, x.trail_percent = ratio::from_int(100); }, false},
      {"trail in a bracket", trail,
       [](auto& x) {
         x.group = order_class::bracket, x.take_profit = dollars("110"),
         x.stop_loss = dollars("90");
       },
       false},
      {"simple with an exit", limit, [](auto& x) { x.stop_loss = dollars("90"); }, false},
      {"bracket", bracket(), [](auto&) {}, true},
      {"bracket without profit", bracket(), [](auto& x) { x.take_profit = {}; }, false},
      {"bracket without loss", bracket(), [](auto& x) { x.stop_loss = {}; }, false},
      {"bracket, ioc", bracket(), [](auto& x) { x.tif = time_in_force::ioc; }, false},
      {"bracket, extended", bracket(), [](auto& x) { x.extended_hours = true; }, false},
      {"loss a cent below the entry", bracket(), [](auto& x) { x.stop_loss = dollars("99.99"); },
       true},
      {"loss at the entry", bracket(), [](auto& x) { x.stop_loss = dollars("100"); }, false},
      {"profit below the loss", bracket(), [](auto& x) { x.take_profit = dollars("94"); }, false},
      {"limit of the loss without one", oto, [](auto& x) { x.stop_loss_limit = dollars("90"); },
       false},
      {"short bracket", short_bracket, [](auto&) {}, true},
      {"short, loss at the entry", short_bracket, [](auto& x) { x.stop_loss = dollars("100"); },
       false},
      {"oto", oto, [](auto&) {}, true},
      {"oto with both", oto, [](auto& x) { x.stop_loss = dollars("95"); }, false},
      {"oto with none", oto, [](auto& x) { x.take_profit = {}; }, false},
      {"oco", oco, [](auto&) {}, true},
      {"oco that names its limit twice", oco, [](auto& x) { x.limit = x.take_profit; }, true},
      {"oco with another limit", oco, [](auto& x) { x.limit = dollars("111"); }, false},
      {"oco at the market", oco, [](auto& x) { x.type = order_type::market; }, false},
      {"oco, loss above the profit", oco, [](auto& x) { x.stop_loss = dollars("111"); }, false},
  };
  for (const auto& each : rules) {
    auto x = each.start;
    each.change(x);
    const auto checked = check_ticket(x);
    EXPECT_EQ(checked.ok(), each.holds)
        << each.name << ": " << (checked ? "" : checked.failure().context);
    EXPECT_TRUE(checked.ok() || checked.code() == ec::invalid_argument) << each.name;
  }
}

TEST(order_ticket, the_windows_of_the_auctions) {
  const std::tuple<time_in_force, int, bool> table[] = {
      {time_in_force::opg, 9 * 60 + 27, true},   {time_in_force::opg, 9 * 60 + 28, false},
      {time_in_force::opg, 18 * 60 + 59, false}, {time_in_force::opg, 19 * 60, true},
      {time_in_force::cls, 15 * 60 + 49, true},  {time_in_force::cls, 15 * 60 + 50, false},
      {time_in_force::cls, 18 * 60 + 59, false}, {time_in_force::cls, 19 * 60, true},
      {time_in_force::day, 12 * 60, true}};
  for (const auto& [tif, minute, taken] : table) {
    auto x = good(order_type::market);
    x.tif = tif;
    EXPECT_EQ(check_ticket(x, minute).ok(), taken) << to_string(tif) << " at " << minute;
  }
}

TEST(order_ticket, is_written_as_the_broker_reads_it) {
  EXPECT_EQ(encode_ticket(good(order_type::market)),
            R"({"symbol":"AAPL","side":"buy","type":"market","time_in_force":"day","qty":"10"})");
  auto x = bracket();
  x.tif = time_in_force::gtc;
  x.stop_loss_limit = dollars("94.5");
  x.client_id = "bw-1";
  x.intent = position_intent::buy_to_open;
  EXPECT_EQ(encode_ticket(x),
            R"({"symbol":"AAPL","side":"buy","type":"limit","time_in_force":"gtc","qty":"10",)"
            R"("limit_price":"100","take_profit":{"limit_price":"110"},)"
            R"("stop_loss":{"stop_price":"95","limit_price":"94.5"},"order_class":"bracket",)"
            R"("position_intent":"buy_to_open","client_order_id":"bw-1"})");
  auto dollars_early = good(order_type::limit);
  dollars_early.qty = {};
  dollars_early.notional = *money::parse("12.5");
  dollars_early.extended_hours = true;
  EXPECT_EQ(encode_ticket(dollars_early),
            R"({"symbol":"AAPL","side":"buy","type":"limit","time_in_force":"day",)"
            R"("notional":"12.5","limit_price":"100","extended_hours":true})");
}

TEST(order_change, takes_what_can_be_changed) {
  EXPECT_FALSE(check_change({}).ok());
  EXPECT_TRUE(check_change({.qty = quantity::from_int(5)}).ok());
  EXPECT_FALSE(check_change({.qty = *quantity::parse("0.5")}).ok());
  EXPECT_FALSE(check_change({.limit = dollars("1.005")}).ok());
  EXPECT_FALSE(check_change({.trail = price{}}).ok());
  EXPECT_EQ(encode_change({.qty = quantity::from_int(5),
                           .tif = time_in_force::gtc,
                           .limit = dollars("99.5"),
                           .stop = dollars("98"),
                           .trail = dollars("1"),
                           .client_id = "next"}),
            R"({"qty":"5","time_in_force":"gtc","limit_price":"99.5","stop_price":"98",)"
            R"("trail":"1","client_order_id":"next"})");
}

}  // namespace
}  // namespace bw
