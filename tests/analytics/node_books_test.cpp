// A node's log as the run of a backtest: what belongs to a period, and what is said of it.

#include "analytics/node_books.hpp"

#include <gtest/gtest.h>

#include "analytics/execution_figures.hpp"
#include "analytics/run_statistics.hpp"

namespace bw {
namespace {

constexpr utc_ns begin{1'000'000'000'000'000'000};
constexpr auto day = std::chrono::hours{24};

boot_record boot_of(const char* mode, std::uint64_t number = 1, bool cleanly = true) {
  boot_record out;
  out.boot_no = number;
  out.mode = mode;
  out.version = "0.1.0";
  out.previous_run_ended_cleanly = cleanly;
  return out;
}

account_record account_of(std::int64_t equity, std::int64_t cash, const char* number = "PA1") {
  account_record out;
  out.account.account_number = number;
  out.account.equity = money::from_int(equity);
  out.account.cash = money::from_int(cash);
  return out;
}

trade_event_record execution(utc_ns at, trade_event_kind kind, side way, std::int64_t shares,
                             const char* at_price, const char* wanted) {
  trade_event_record out;
  out.event = kind;
  out.strategy = short_name{"momentum"};
  out.symbol = symbol_name{"AAPL"};
  out.side = way;
  out.qty = quantity::from_int(shares);
  out.fill_price = *price::parse(at_price);
  out.decision_price = *price::parse(wanted);
  out.slippage = money::from_units((out.fill_price.units() - out.decision_price.units()) * shares *
                                   (way == side::buy ? 1 : -1));
  out.fees = *money::parse("0.02");
  out.ts = at;
  return out;
}

/// Two days: bought on the first, sold at a profit on the second.
void two_days(node_books& to) {
  to.apply(begin, boot_of("paper"));
  to.apply(begin, account_of(100'000, 100'000));
  to.apply(begin, execution(begin, trade_event_kind::open, side::buy, 10, "150", "149.99"));
  to.apply(begin + day, account_of(100'010, 98'510));
  const auto sold = begin + day + std::chrono::minutes{1};
  to.apply(sold, execution(sold, trade_event_kind::close, side::sell, 10, "152", "152"));
  to.apply(begin + day + std::chrono::minutes{5}, account_of(100'020, 100'020));
}

TEST(NodeBooks, TellsALogAsARun) {
  node_books books{{"paper"}};
  two_days(books);
  const auto run = books.result_of("paper node");
  ASSERT_TRUE(run.ok()) << run.failure().text();
  EXPECT_EQ(run->type, trade_type::paper);
  EXPECT_EQ(run->starting_equity, money::from_int(100'000));
  EXPECT_EQ(run->equity.size(), 3u);
  EXPECT_EQ(run->equity[1].exposure, money::from_int(1'500));
  ASSERT_EQ(run->trades.size(), 1u);
  EXPECT_EQ(run->trades[0].gross, money::from_int(20));
  EXPECT_EQ(run->trades[0].fees, *money::parse("0.04"));
  EXPECT_EQ(run->trades[0].slippage, *money::parse("0.1"));
  EXPECT_EQ(run->strategies, std::vector<std::string>{"momentum"});
  EXPECT_TRUE(run->open_trades.empty());
  EXPECT_TRUE(run->warnings.empty());
  const auto calendar = session_calendar::make();
  EXPECT_EQ(statistics_of(*run, *calendar).fees, *money::parse("0.04"));
}

fee_record fee_of(const char* id, utc_ns at, const char* amount) {
  fee_record out;
  out.id = id;
  out.type = short_name{"FEE"};
  out.at = at;
  out.amount = *money::parse(amount);
  return out;
}

TEST(NodeBooks, FeesThatThePeriodIsChargedLaterAreItsFees) {
  const auto calendar = session_calendar::make();
  const auto second_day = begin + day;
  // Of the account's book, dated with the day and told in the night; and the same ones once more.
  const auto midnight = utc_ns{} + day * days_from_civil(utc_date(second_day));
  node_books books{{"paper", begin, second_day + std::chrono::hours{1}}};
  two_days(books);
  for (int told = 0; told < 2; ++told) {
    books.apply(begin + day * 2, fee_of("sec", midnight, "0.05"));
    books.apply(begin + day * 2, fee_of("taf", midnight, "0.01"));
    books.apply(begin + day * 2, fee_of("of another day", midnight - day * 2, "7"));
    books.apply(begin + day * 2, fee_of("of the purchase itself", begin, "0.5"));
  }
  const auto run = books.result_of("paper node");
  ASSERT_TRUE(run.ok()) << run.failure().text();
  ASSERT_EQ(run->trades.size(), 1u);
  EXPECT_EQ(run->trades[0].fees, *money::parse("0.6")) << "0.04 came with the executions";
  EXPECT_EQ(run->trades[0].net(), *money::parse("19.4"));
  EXPECT_EQ(statistics_of(*run, *calendar).fees, *money::parse("0.6"));
  EXPECT_TRUE(run->warnings.empty());
}

TEST(NodeBooks, AFeeOfNobodyIsNamed) {
  node_books books{{"paper", begin, begin + std::chrono::hours{1}}};
  two_days(books);
  // What is dated with a day belongs to its sales, and there was none.
  const auto midnight = utc_ns{} + day * days_from_civil(utc_date(begin));
  books.apply(begin + day, fee_of("1", midnight, "0.2"));
  const auto run = books.result_of("first day");
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->warnings.size(), 1u);
  EXPECT_NE(run->warnings[0].find("Fees of 0.2 USD"), std::string::npos) << run->warnings[0];
}

TEST(NodeBooks, ATradeThatWasOpenBeforeThePeriodHasItsEntry) {
  node_books books{{"paper", begin + std::chrono::hours{1}}};
  two_days(books);
  const auto run = books.result_of("second day");
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->fills.size(), 1u) << "the entry came before";
  ASSERT_EQ(run->trades.size(), 1u);
  EXPECT_EQ(run->trades[0].entry_average, *price::parse("150"));
  EXPECT_EQ(run->starting_equity, money::from_int(100'010));
}

TEST(NodeBooks, WhatIsAfterThePeriodIsNotInIt) {
  node_books books{{"paper", begin, begin + std::chrono::hours{1}}};
  two_days(books);
  const auto run = books.result_of("first day");
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(run->trades.empty());
  ASSERT_EQ(run->open_trades.size(), 1u);
  EXPECT_EQ(run->open_trades[0].qty, quantity::from_int(10));
}

cash_flow_record flow_of(std::int64_t amount) {
  cash_flow_record out;
  out.id = std::to_string(amount);
  out.type = short_name{amount < 0 ? "CSW" : "CSD"};
  out.amount = money::from_int(amount);
  return out;
}

TEST(NodeBooks, DepositsAndWithdrawalsAreNeitherProfitNorLoss) {
  const auto at = [](int minutes) { return begin + std::chrono::minutes{minutes}; };
  node_books books{{"paper"}};
  books.apply(at(0), boot_of("paper"));
  books.apply(at(0), account_of(100'000, 100'000));
  books.apply(at(10), account_of(100'010, 98'510));
  // Ten dollars were earned, and five thousand came in before the broker's book told of them.
  books.apply(at(20), account_of(105'020, 103'510));
  books.apply(at(30), account_of(105'020, 103'510));
  books.apply(at(31), flow_of(5'000));
  books.apply(at(40), account_of(105'030, 103'510));
  // Told first and seen afterwards.
  books.apply(at(45), flow_of(-2'000));
  books.apply(at(50), account_of(103'040, 101'510));
  const auto run = books.result_of("a day");
  ASSERT_TRUE(run.ok()) << run.failure().text();
  std::vector<money> curve;
  for (const auto& each : run->equity) curve.push_back(each.equity);
  std::vector<money> wanted;
  for (const int dollars : {100'000, 100'010, 100'020, 100'020, 100'030, 100'040})
    wanted.push_back(money::from_int(dollars));
  EXPECT_EQ(curve, wanted);
  EXPECT_NE(run->assumptions[0].value.find("3000 USD"), std::string::npos)
      << run->assumptions[0].value;
  EXPECT_TRUE(run->warnings.empty());
}

TEST(NodeBooks, AFlowThatTheFirstReportHasChangesNothing) {
  node_books books{{"paper"}};
  books.apply(begin, boot_of("paper"));
  books.apply(begin, account_of(105'000, 105'000));
  books.apply(begin + day, flow_of(5'000));
  books.apply(begin + day * 2, account_of(105'010, 105'010));
  const auto run = books.result_of("two days");
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->equity.back().equity, money::from_int(105'010));
  ASSERT_EQ(run->warnings.size(), 1u);
  EXPECT_NE(run->warnings[0].find("1 deposit or withdrawal"), std::string::npos);
}

TEST(NodeBooks, RunsOfAnotherModeAreNotMixedIn) {
  node_books books{{"live"}};
  two_days(books);
  const auto none = books.result_of("");
  EXPECT_EQ(none.code(), ec::not_found);
  books.apply(begin + day * 2, boot_of("live", 2));
  books.apply(begin + day * 2, account_of(5'000, 5'000));
  const auto run = books.result_of("");
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(run->fills.empty());
  EXPECT_EQ(run->starting_equity, money::from_int(5'000));
}

TEST(NodeBooks, AnAccountIsKeptOnceAMinuteAndTheLastOneAlways) {
  node_books books{{"paper"}};
  books.apply(begin, boot_of("paper"));
  for (int second = 0; second <= 600; ++second)
    books.apply(begin + std::chrono::seconds{second}, account_of(100'000 + second, 100'000));
  const auto run = books.result_of("");
  ASSERT_TRUE(run.ok());
  EXPECT_LE(run->equity.size(), 12u);
  EXPECT_EQ(run->equity.back().equity, money::from_int(100'600));
}

TEST(NodeBooks, SaysWhatAReaderMustKnow) {
  node_books books{{"paper"}};
  two_days(books);
  books.apply(begin + day * 2, boot_of("paper", 2, false));
  books.apply(begin + day * 2, account_of(7, 7, "PA2"));
  reconcile_record differs;
  differs.differences = {"AAPL: 10 here, 0 there"};
  books.apply(begin + day * 2, differs);
  const auto run = books.result_of("");
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->warnings.size(), 3u);
  EXPECT_NE(run->warnings[0].find("did not end"), std::string::npos);
  EXPECT_NE(run->warnings[1].find("1 difference"), std::string::npos);
  EXPECT_NE(run->warnings[2].find("2 accounts"), std::string::npos);
}

TEST(ExecutionFigures, CountsOrdersByStrategyRuleAndCode) {
  execution_figures figures{"paper", begin, begin + day};
  figures.apply(begin - day, boot_of("paper"));
  intent_record intent;
  const auto order = [&](const char* id, const char* strategy) {
    intent.client_id = client_order_id{id};
    intent.strategy = short_name{strategy};
    figures.apply(begin, intent);
    figures.apply(begin, sending_record{intent.client_id, {}});
  };
  order("one", "momentum");
  update_record filled;
  filled.update.client_id = client_order_id{"one"};
  filled.before = order_state::working;
  filled.after = order_state::filled;
  figures.apply(begin, filled);
  figures.apply(begin, execution(begin, trade_event_kind::open, side::buy, 100, "50.01", "50"));
  order("two", "mean_reversion");
  submit_record refused;
  refused.result.client_id = client_order_id{"two"};
  refused.result.outcome = submit_outcome::rejected;
  refused.result.http_status = 403;
  refused.result.broker_code = 40310000;
  figures.apply(begin, refused);
  verdict_record denied;
  denied.strategy = short_name{"momentum"};
  denied.verdict.reason = risk_rule::collar;
  figures.apply(begin, denied);
  denied.verdict.approved = true;
  figures.apply(begin, denied);
  hops_record hops;
  hops.received = mono_ns{1'000'000};
  hops.sent = mono_ns{3'000'000};
  hops.answered = mono_ns{7'000'000};
  hops.clock_speed = 2;
  figures.apply(begin, hops);
  figures.apply(begin + day, sending_record{client_order_id{"one"}, {}});

  const auto& momentum = figures.by_strategy().at("momentum");
  EXPECT_EQ(momentum.sent, 1u);
  EXPECT_EQ(momentum.filled, 1u);
  EXPECT_EQ(momentum.denied, 1u);
  EXPECT_EQ(momentum.traded_value(), money::from_int(5'001));
  EXPECT_EQ(momentum.slippage, money::from_int(1));
  EXPECT_EQ(momentum.slippage_centi_bp(), 200);
  EXPECT_EQ(figures.by_strategy().at("mean_reversion").rejected, 1u);
  EXPECT_EQ(figures.denials().at("COLLAR"), 1u);
  EXPECT_EQ(figures.rejections().at("403/40310000"), 1u);
  EXPECT_EQ(figures.tick_to_order().max_ns(), 1'000'000u) << "the machine's time";
  EXPECT_EQ(figures.order_to_answer().max_ns(), 2'000'000u);
  EXPECT_NE(execution_text(figures).find("COLLAR 1"), std::string::npos);
  EXPECT_NE(to_json(figures).find(R"("slippage_bp":"2.00")"), std::string::npos);
}

TEST(ExecutionFigures, MeasuresEachOrderFromItsBytesToItsFill) {
  execution_figures figures{"paper", begin, begin + day};
  figures.apply(begin - day, boot_of("paper"));
  const auto at_ms = [](std::int64_t ms) { return mono_ns{ms * 1'000'000}; };
  intent_record intent;
  intent.client_id = client_order_id{"one"};
  intent.strategy = short_name{"momentum"};
  intent.request.side = side::buy;
  intent.request.qty = quantity::from_int(100);
  intent.request.seen_bid = *price::parse("49.98");
  intent.request.seen_ask = *price::parse("50.00");
  figures.apply(begin, intent);
  fill_record fill;
  fill.client_id = intent.client_id;
  fill.qty = quantity::from_int(75);
  fill.at_price = *price::parse("50.02");
  figures.apply(begin, fill);
  submit_record sent;
  sent.result.client_id = intent.client_id;
  sent.result.outcome = submit_outcome::accepted;
  sent.result.sent = at_ms(100);
  sent.result.answered = at_ms(140);
  figures.apply(begin, sent);
  // The order ends before its stations are told.
  update_record ended;
  ended.update.client_id = intent.client_id;
  ended.update.source = evidence::stream;
  ended.update.received = at_ms(160);
  ended.update.last_qty = fill.qty;
  ended.before = order_state::working;
  ended.after = order_state::expired;
  figures.apply(begin, ended);
  hops_record hops;
  hops.client_id = intent.client_id;
  hops.sent = sent.result.sent;
  figures.apply(begin, hops);

  const auto& momentum = figures.by_strategy().at("momentum");
  EXPECT_EQ(momentum.quote_slippage, *money::parse("1.5"));
  EXPECT_EQ(momentum.fill_ratio_ppm(), 750'000);
  EXPECT_EQ(figures.order_to_acknowledgement().count(), 1u);
  EXPECT_EQ(figures.order_to_acknowledgement().max_ns(), 40'000'000u);
  EXPECT_EQ(figures.order_to_first_fill().max_ns(), 60'000'000u);
  EXPECT_NE(to_json(figures).find(R"("fill_ratio_ppm":750000)"), std::string::npos);
  EXPECT_NE(execution_text(figures).find("75.00"), std::string::npos) << execution_text(figures);
}

trend_record trend_of(const char* symbol, const char* on, market_regime regime) {
  trend_record out{symbol_name{symbol}, on, 272, {}};
  out.trend.regime = regime;
  return out;
}

TEST(node_books, a_trade_has_the_regime_of_its_entry_and_the_last_day_is_named) {
  node_books books{{"paper", begin, begin + 10 * day}};
  books.apply(begin, boot_of("paper"));
  books.apply(begin, trend_of("AAPL", "2001-09-09", market_regime::ranging));
  books.apply(begin, trend_of("IBM", "2001-09-09", market_regime::ranging));
  two_days(books);
  books.apply(begin + 2 * day, trend_of("AAPL", "2001-09-11", market_regime::unsettled));
  const auto run = books.result_of("days");
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->trades.size(), 1u);
  EXPECT_EQ(run->trades[0].regime, market_regime::ranging);
  ASSERT_EQ(run->regimes.size(), 1u) << "IBM is not watched any more";
  EXPECT_EQ(run->regimes[0].symbol.view(), "AAPL");
  EXPECT_EQ(run->regimes[0].trend.regime, market_regime::unsettled);
}

}  // namespace
}  // namespace bw
