// What the broker says, asked without a node: the account and its orders. Reads alone.

#include <CLI/CLI.hpp>

#include "app/commands/broker_command.hpp"

namespace bw {
namespace {

/// The flags of lists, as they were typed.
struct list_arguments {
  std::string status = "open";
  std::string id;
  std::vector<std::string> symbols;
  std::string side;
  std::vector<std::string> types;
  std::string from;
  std::string to;
  bool oldest_first = false;
  std::size_t limit = 100;
  history_query history;
  assets_query assets;
};

constexpr std::size_t limit_max = 100'000;

/// Reads --from and --to into the bounds of a query.
template <class Query>
result<void> read_bounds(const list_arguments& asked, const session_calendar& calendar,
                         Query& query) {
  if (!asked.from.empty()) {
    const auto at = parse_when(asked.from, calendar, day_edge::first);
    if (!at) return at.failure();
    query.after = *at;
  }
  if (!asked.to.empty()) {
    const auto at = parse_when(asked.to, calendar, day_edge::last);
    if (!at) return at.failure();
    query.until = *at;
  }
  query.direction =
      asked.oldest_first ? list_direction::oldest_first : list_direction::newest_first;
  query.rows_max = asked.limit;
  return {};
}

void add_bounds(CLI::App& command, const std::shared_ptr<list_arguments>& asked) {
  command.add_option("--from", asked->from, "Only after this day or instant");
  command.add_option("--to", asked->to, "Only up to this day or instant");
  command.add_flag("--oldest-first", asked->oldest_first, "In order of time");
  command.add_option("--limit", asked->limit, "Rows at most")
      ->check(CLI::Range(std::size_t{1}, limit_max))
      ->capture_default_str();
}

int show_orders(broker_question& call, const list_arguments& asked) {
  if (!asked.id.empty()) {
    auto order = broker_reads::ask<order_details>(
        [&](auto done) { call.account().order(asked.id, std::move(done)); });
    // The broker's ids are no words of ours: what it does not know may be a client's id.
    if (!order && order.code() == ec::not_found)
      order = broker_reads::ask<order_details>(
          [&](auto done) { call.account().order_by_client_id(asked.id, std::move(done)); });
    return call.show("order", order);
  }
  orders_query query;
  query.status = asked.status;
  query.symbols = asked.symbols;
  query.side = asked.side;
  if (const auto read = read_bounds(asked, call.reads().calendar(), query); !read)
    return call.failed(read.failure());
  return call.show_page("orders", broker_reads::ask<row_page<order_details>>([&](auto done) {
                          call.account().orders(query, std::move(done));
                        }),
                        {{"submitted_at"},
                         {"symbol"},
                         {"side"},
                         {"qty"},
                         {"type"},
                         {"limit_price", "limit"},
                         {"stop_price", "stop"},
                         {"time_in_force", "tif"},
                         {"status"},
                         {"filled_qty", "filled"},
                         {"filled_avg_price", "average"},
                         {"legs"},
                         {"client_order_id"}});
}

int show_positions(broker_question& call, const std::string& symbol) {
  if (!symbol.empty())
    return call.show("position", broker_reads::ask<position_details>([&](auto done) {
                       call.account().position(symbol, std::move(done));
                     }));
  return call.show_list("positions",
                        broker_reads::ask<std::vector<position_details>>(
                            [&](auto done) { call.account().positions(std::move(done)); }),
                        {{"symbol"},
                         {"side"},
                         {"qty"},
                         {"qty_available", "free"},
                         {"avg_entry_price", "average"},
                         {"current_price", "last"},
                         {"market_value", "value"},
                         {"unrealized_pl", "gain"}});
}

int show_assets(broker_question& call, const list_arguments& asked) {
  if (!asked.symbols.empty())
    return call.show("asset", broker_reads::ask<asset_details>([&](auto done) {
                       call.account().asset(asked.symbols.front(), std::move(done));
                     }));
  return call.show_list("assets", broker_reads::ask<std::vector<asset_details>>([&](auto done) {
                          call.account().assets(asked.assets, std::move(done));
                        }),
                        {{"symbol"},
                         {"exchange"},
                         {"status"},
                         {"tradable"},
                         {"fractionable"},
                         {"shortable"},
                         {"marginable"},
                         {"name"}});
}

int show_activities(broker_question& call, const list_arguments& asked) {
  activities_query query;
  query.types = asked.types;
  if (const auto read = read_bounds(asked, call.reads().calendar(), query); !read)
    return call.failed(read.failure());
  return call.show_page("activities", broker_reads::ask<row_page<activity_details>>([&](auto done) {
                          call.account().activities(query, std::move(done));
                        }),
                        {{"transaction_time", "at"},
                         {"date"},
                         {"activity_type", "type"},
                         {"symbol"},
                         {"side"},
                         {"qty"},
                         {"price"},
                         {"net_amount", "amount"},
                         {"order_id"}});
}

int show_history(broker_question& call, list_arguments asked) {
  activities_query bounds;
  if (const auto read = read_bounds(asked, call.reads().calendar(), bounds); !read)
    return call.failed(read.failure());
  asked.history.start = bounds.after;
  asked.history.end = bounds.until;
  const auto answer = broker_reads::ask<portfolio_history>(
      [&](auto done) { call.account().portfolio_history(asked.history, std::move(done)); });
  if (!answer || call.json()) return call.show("history", answer);
  std::vector<std::vector<std::string>> rows{{"at", "equity", "gain", "gain_fraction"}};
  const auto text = [](const auto& list, std::size_t k) {
    return k < list.size() && list[k] ? list[k]->text() : std::string{"-"};
  };
  for (std::size_t k = 0; k < answer->timestamp.size(); ++k)
    rows.push_back({format_rfc3339(utc_ns{answer->timestamp[k] * 1'000'000'000}),
                    text(answer->equity, k), text(answer->profit_loss, k),
                    text(answer->profit_loss_pct, k)});
  return call.end(rows.size() == 1 ? "none\n" : format_table(rows));
}

int show_calendar(broker_question& call, const list_arguments& asked) {
  const auto first = parse_date(asked.from);
  const auto last = parse_date(asked.to.empty() ? asked.from : asked.to);
  for (const auto* date : {&first, &last})
    if (!*date) return call.failed({ec::invalid_argument, date->failure().context});
  return call.show_list("calendar",
                        broker_reads::ask<std::vector<calendar_details>>([&](auto done) {
                          call.account().calendar(*first, *last, std::move(done));
                        }),
                        {{"date"}, {"open"}, {"close"}, {"session_open"}, {"session_close"}});
}

void add_account(const broker_group& group) {
  group.add("account", "The account: state, cash, equity, buying power",
            "bellwether broker account --json", [](broker_question& call) {
              return call.show("account", broker_reads::ask<account_details>([&](auto done) {
                                 call.account().account(std::move(done));
                               }));
            });
  group.add("config", "The account's configuration at the broker", "bellwether broker config",
            [](broker_question& call) {
              return call.show("configuration",
                               broker_reads::ask<account_configuration>([&](auto done) {
                                 call.account().configuration(std::move(done));
                               }));
            });
  group.add("clock", "The broker's clock", "bellwether broker clock", [](broker_question& call) {
    return call.show("clock", broker_reads::ask<clock_details>(
                                  [&](auto done) { call.account().clock(std::move(done)); }));
  });
}

void add_lists(const broker_group& group) {
  const auto orders = std::make_shared<list_arguments>();
  auto& orders_command =
      group.add("orders", "Orders at the broker, or one of them with its legs",
                "bellwether broker orders --status all --symbol AAPL --from 2026-11-02\n"
                "          bellwether broker orders bw-1f-2-17",
                [orders](broker_question& call) { return show_orders(call, *orders); });
  orders_command.add_option("id", orders->id, "Id of one order: the broker's or the client's");
  orders_command.add_option("--status", orders->status, "open, closed or all")
      ->check(CLI::IsMember({"open", "closed", "all"}))
      ->capture_default_str();
  orders_command.add_option("--symbol", orders->symbols, "Only these symbols");
  orders_command.add_option("--side", orders->side, "buy or sell")
      ->check(CLI::IsMember({"buy", "sell"}));
  add_bounds(orders_command, orders);

  const auto held = std::make_shared<list_arguments>();
  group
      .add("positions", "What the account holds", "bellwether broker positions AAPL",
           [held](broker_question& call) { return show_positions(call, held->id); })
      .add_option("symbol", held->id, "One symbol, with every figure");

  const auto moved = std::make_shared<list_arguments>();
  auto& activities =
      group.add("activities", "Executions, dividends, fees and other movements",
                "bellwether broker activities --type FILL --from 2026-11-02",
                [moved](broker_question& call) { return show_activities(call, *moved); });
  activities.add_option("--type", moved->types, "FILL, DIV, FEE, …");
  add_bounds(activities, moved);

  const auto listed = std::make_shared<list_arguments>();
  auto& assets =
      group.add("assets", "What can be traded, or one asset", "bellwether broker assets AAPL",
                [listed](broker_question& call) { return show_assets(call, *listed); });
  assets.add_option("symbol", listed->symbols, "One symbol, with every field")->expected(0, 1);
  assets.add_option("--status", listed->assets.status, "active or inactive")
      ->check(CLI::IsMember({"active", "inactive"}))
      ->capture_default_str();
  assets.add_option("--exchange", listed->assets.exchange, "NYSE, NASDAQ, ARCA, …");
}

void add_times(const broker_group& group) {
  const auto past = std::make_shared<list_arguments>();
  auto& history = group.add("history", "What the account was worth",
                            "bellwether broker history --period 1W --timeframe 15Min",
                            [past](broker_question& call) { return show_history(call, *past); });
  history.add_option("--period", past->history.period, "5D, 2W, 1M, 1A (default: 1M)");
  history.add_option("--timeframe", past->history.timeframe, "1Min, 5Min, 15Min, 1H or 1D")
      ->check(CLI::IsMember({"1Min", "5Min", "15Min", "1H", "1D"}));
  history.add_option("--from", past->from, "From this day or instant");
  history.add_option("--to", past->to, "Up to this day or instant");

  const auto days = std::make_shared<list_arguments>();
  auto& calendar = group.add("calendar", "Trading days and their hours in New York",
                             "bellwether broker calendar --from 2026-11-23 --to 2026-11-30",
                             [days](broker_question& call) { return show_calendar(call, *days); });
  calendar.add_option("--from", days->from, "First day")->required();
  calendar.add_option("--to", days->to, "Last day (default: the first one)");
}

}  // namespace

CLI::App& broker_group::add(const char* name, const char* text, const char* example,
                            std::function<int(broker_question&)> work) const {
  auto* out = command.add_subcommand(name, text);
  out->footer(std::string{"Example:  "} + example +
              "\nExit codes: 0 ok, 2 usage or nothing by that name, 4 keys refused, 5 no broker.");
  add_broker_choice(*out, *where);
  out->callback([work = std::move(work), where = where, &flags = flags, &chosen = chosen] {
    chosen = [work, where, &flags] {
      const auto reads = broker_reads::open(*where);
      if (!reads) return fail(flags, reads.failure());
      broker_question call{flags, **reads};
      return work(call);
    };
  });
  return *out;
}

void add_broker_trading(const broker_group& group) {
  add_account(group);
  add_lists(group);
  add_times(group);
}

void add_broker(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "broker", "Read from the broker: account, orders, positions, prices, news; changes nothing");
  command->footer(
      "Examples:  bellwether broker account\n"
      "           bellwether broker orders --status all --json\n"
      "           bellwether broker bars AAPL --timeframe 5Min --from 2026-11-02\n"
      "           bellwether broker quotes AAPL --venue 8760\n"
      "Works beside a running node and without one; requests count against the same budget of the\n"
      "key. --json tells fields as the broker names them.");
  command->require_subcommand(1);
  const broker_group group{*command, flags, chosen, std::make_shared<broker_choice>()};
  add_broker_trading(group);
  add_broker_market(group);
}

}  // namespace bw
