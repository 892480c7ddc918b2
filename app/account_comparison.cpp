#include "app/account_comparison.hpp"

#include <algorithm>
#include <future>
#include <map>

#include "app/io_thread.hpp"
#include "broker/alpaca_broker.hpp"
#include "config/secrets.hpp"
#include "domain/reconciler.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

result<log_books> read_books(const std::filesystem::path& audit_folder) {
  auto log = open_audit_reader(audit_folder);
  if (!log) return std::move(log).failure();
  log_books out;
  result<void> applied;
  const auto read = (*log)->read({}, [&](const audit_record& record) {
    if (const auto* boot = std::get_if<boot_record>(&record.event)) out.log_id = boot->log_id;
    applied = out.past.apply(record);
    return applied.ok();
  });
  if (!read) return read.failure();
  if (!applied) return applied.failure();
  return out;
}

namespace {

/// One question; the gateway answers each exactly once, in bounded time.
template <class T, class Call>
result<T> wait_for(Call call) {
  std::promise<result<T>> answer;
  auto answered = answer.get_future();
  call([&answer](result<T> x) { answer.set_value(std::move(x)); });
  return answered.get();
}

}  // namespace

result<broker_books> ask_broker_books(const node_config& config, utc_ns since) {
  const auto credentials = resolve_credentials(config);
  if (!credentials) return credentials.failure();
  const auto endpoint = trading_endpoint_for(to_string(config.mode), config.sim.port);
  if (!endpoint) return endpoint.failure();
  const system_clock time;
  metrics_registry metrics;
  const durable_mark mark;
  io_thread io;
  alpaca_broker_options options;
  options.trading = *endpoint;
  options.key_id = credentials->key_id;
  options.secret_key = credentials->secret_key;
  options.with_stream = false;
  alpaca_broker broker{io.loop(), time, metrics, mark, std::move(options)};
  broker.start({});
  io.start();
  broker_books out;
  const auto all = [&]() -> result<void> {
    auto account = wait_for<account_report>([&](auto done) { broker.account(done); });
    if (!account) return std::move(account).failure();
    auto opens =
        wait_for<std::vector<open_order_report>>([&](auto done) { broker.open_orders(done); });
    if (!opens) return std::move(opens).failure();
    auto orders = wait_for<std::vector<open_order_report>>(
        [&](auto done) { broker.orders_since(since, done); });
    if (!orders) return std::move(orders).failure();
    auto activities =
        wait_for<std::vector<account_activity>>([&](auto done) { broker.activities(since, done); });
    if (!activities) return std::move(activities).failure();
    auto positions =
        wait_for<std::vector<position_report>>([&](auto done) { broker.positions(done); });
    if (!positions) return std::move(positions).failure();
    out = {std::move(*account), std::move(*positions), std::move(*opens), std::move(*orders),
           std::move(*activities)};
    return {};
  }();
  broker.stop();
  io.stop();
  if (!all) return all.failure();
  return out;
}

namespace {

/// Shares of each strategy in one symbol that has a difference.
void correct(const log_books& ours, const difference& what, account_mirror& mirror,
             std::vector<share_correction>& out) {
  const auto own = mirror.own_shares(what.symbol);
  // What is there of ours at most: the broker's shares, on our side of zero.
  const bool same_side = own.is_negative() == what.theirs.is_negative();
  const auto there = same_side ? std::min(abs(own), abs(what.theirs)) : quantity{};
  auto left = there;
  for (const auto& [key, held] : ours.past.by_strategy()) {
    if (key.first != what.symbol || held.qty().is_zero()) continue;
    const auto kept = std::min(abs(held.qty()), left);
    left -= kept;
    if (kept == abs(held.qty())) continue;
    out.push_back({what.symbol, key.second, held.qty(), held.qty().is_negative() ? -kept : kept});
  }
  const auto own_after = own.is_negative() ? -there : there;
  const auto external = what.theirs - own_after;
  mirror.external().adopt(what.symbol, external - mirror.external().qty(what.symbol), {},
                          "taken over from the broker by a person", false);
}

/// Shares that a split explains: they are scaled, and only what is left over is EXTERNAL.
void follow_split(const log_books& ours, const broker_books& theirs, symbol_name symbol,
                  split_ratio by, account_mirror& mirror, account_comparison& out) {
  split_correction found{symbol, by, {}, {}};
  std::map<short_name, quantity> held;
  for (const auto& [key, position] : ours.past.by_strategy())
    if (key.first == symbol && !position.qty().is_zero()) held[key.second] = position.qty();
  quantity there;
  for (const auto& each : theirs.positions)
    if (each.symbol == symbol) there = each.qty;
  std::erase_if(out.corrections, [&](const share_correction& x) { return x.symbol == symbol; });
  const bool same_side = there.is_negative() == mirror.own_shares(symbol).is_negative();
  found.positions = split_positions(held, by, same_side ? there : quantity{});
  quantity own;
  for (const auto& each : found.positions) own += each.after;
  for (const auto& order : theirs.opens)
    if (order.symbol == symbol && owner_of(order.client_id, ours.log_id) == order_owner::this_log)
      found.open.push_back(order.client_id);
  mirror.external().adopt(symbol, there - own - mirror.external().qty(symbol), {},
                          "left after a split", false);
  out.splits.push_back(std::move(found));
}

/// Whether the broker's book names a split for what is EXTERNAL here.
bool is_of_a_split(const external_status& row) {
  return row.stopped && row.note.starts_with("SPLIT ");
}

void follow_splits(const log_books& ours, const broker_books& theirs, const split_ratios& given,
                   account_mirror& mirror, account_comparison& out) {
  const auto there = [&](symbol_name symbol) {
    for (const auto& each : theirs.positions)
      if (each.symbol == symbol) return each.qty;
    return quantity{};
  };
  for (const auto& [symbol, by] : given)
    if (const auto own = mirror.own_shares(symbol); !own.is_zero() && own != there(symbol))
      follow_split(ours, theirs, symbol, by, mirror, out);
  for (const auto& row : mirror.external().status()) {
    const auto symbol = cut<symbol_name>(row.symbol);
    const auto own = mirror.own_shares(symbol);
    if (!is_of_a_split(row) || given.contains(symbol) || own.is_zero()) continue;
    if (const auto likely = likely_split(own, there(symbol)))
      follow_split(ours, theirs, symbol, *likely, mirror, out);
    else
      out.notes.push_back(row.symbol + ": the shares do not show the ratio of the split; give it " +
                          "with --split " + row.symbol + "=NEW:OLD");
  }
}

void restore(const log_books& ours, account_mirror& mirror,
             std::map<client_order_id, ledger_entry>& entries) {
  const auto add = [&](const ledger_entry& entry) {
    mirror.restore_order({entry.client_id, ours.past.names_of(entry.client_id).first, entry.state,
                          entry.request.qty, entry.filled_total, mono_ns{INT64_MIN / 2}});
    entries[entry.client_id] = entry;
  };
  for (const auto& entry : ours.past.ended_orders()) add(entry);
  for (const auto& entry : ours.past.open_orders()) add(entry);
  for (const auto& [symbol, held] : ours.past.by_symbol())
    mirror.restore_shares(symbol, held.qty());
  mirror.restore_external(ours.past.external());
}

}  // namespace

account_comparison compare_account(const log_books& ours, const broker_books& theirs,
                                   const std::vector<std::string>& symbols,
                                   const split_ratios& splits) {
  account_comparison out;
  account_mirror mirror{symbols, ours.log_id};
  std::map<client_order_id, ledger_entry> entries;
  restore(ours, mirror, entries);
  for (const auto* list : {&theirs.orders, &theirs.opens}) {
    auto seen = mirror.on_orders(*list);
    std::move(seen.news.begin(), seen.news.end(), std::back_inserter(out.notes));
    for (const auto& id : seen.other_nodes)
      out.notes.push_back("order " + id.str() + " is open and belongs to another node");
  }
  auto executions = mirror.on_activities(theirs.activities, {});
  out.missing_executions = executions.own;
  out.unresolved = executions.unresolved.size();
  for (const auto& each : executions.own) {
    auto& entry = entries[each.client_id];
    order_report counted;
    counted.client_id = each.client_id;
    counted.request = entry.request;
    counted.state = each.event == order_event::fill ? order_state::filled : entry.state;
    counted.last_qty = each.filled_total - entry.filled_total;
    counted.filled_total = entry.filled_total = each.filled_total;
    const auto symbol = ours.past.names_of(each.client_id).first;
    mirror.on_report(counted, symbol, mono_ns{INT64_MIN / 2});
  }
  auto input = mirror.input();
  input.broker_orders = theirs.opens;
  input.broker_positions = theirs.positions;
  auto found = reconcile(input, {nanoseconds{0}});
  auto adopted = mirror.adopt(found, "found by `bellwether reconcile`");
  std::move(adopted.begin(), adopted.end(), std::back_inserter(out.notes));
  out.differences = found.differences;
  for (const auto& each : found.differences)
    if (is_about_positions(each.kind)) correct(ours, each, mirror, out.corrections);
  out.external = mirror.external().status();
  follow_splits(ours, theirs, splits, mirror, out);
  for (const auto& row : out.external)
    if (row.stopped) mirror.external().release(cut<symbol_name>(row.symbol));
  out.external_after = mirror.external().record("reconcile --fix");
  return out;
}

}  // namespace bw
