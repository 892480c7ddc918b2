// One rehearsal: the production node with a strategy that never rests, the embedded venue with one
// fault script, real sockets between them, a real log on disk. Arguments: name of the script or
// its file, a folder for the node's state, market seconds per second. Says in one line of JSON how
// it went.

#include <charconv>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "config/fault_file.hpp"
#include "core/json_writer.hpp"
#include "storage/audit_reader.hpp"
#include "tests/kill/node/metronome.hpp"
#include "tests/support/open_limits.hpp"
#include "tests/support/program.hpp"

namespace {

using namespace bw;
using std::chrono::seconds;

constexpr std::uint64_t market_seed = 2;
/// Longest until the first order; a slow machine shall not look like a fault.
constexpr seconds begins_within{60};
/// Longest that a script itself may take.
constexpr seconds over_within{60};
/// What is waited for beyond the stated time, so that a miss has a figure.
constexpr seconds grace{20};
/// How long it must be ready without a break: several times what it takes to notice a fault.
constexpr nanoseconds settled = std::chrono::milliseconds{700};

const char* const watchlist[] = {"SPY", "QQQ", "AAPL", "MSFT", "NVDA"};

loaded_config wide_config(std::uint16_t port, const char* state_folder) {
  auto parsed =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  auto& config = parsed->config;
  config.mode = environment::sim;
  config.sim.port = port;
  config.state_folder = state_folder;
  config.ops.port = 0;
  config.feed.history_days = 1;
  config.on_shutdown = on_shutdown::cancel;
  tests::open_limits(config.risk);
  config.risk.max_positions = 10;
  config.risk.max_entries_per_day = 1'000'000;
  config.risk.min_entry_interval = nanoseconds{0};
  config.risk.rate_short = {1'000, seconds{1}, 1'000};
  config.risk.rate_long = {10'000, seconds{60}, 10'000};
  config.risk.open_orders_total = 100;
  config.risk.loss_reduce_bp = 5'000;
  config.risk.loss_halt_bp = 6'000;
  config.holding.stop_loss_bp = 10;
  config.holding.take_profit_bp = 10;
  config.strategies = {
      {"metronome", "metronome", true, {std::begin(watchlist), std::end(watchlist)}, {}}};
  return std::move(*parsed);
}

using holdings = std::map<std::string, quantity>;

holdings held_by(const node_status& status) {
  holdings out;
  for (const auto& row : status.positions) out[row.symbol] += row.qty;
  std::erase_if(out, [](const auto& each) { return each.second.is_zero(); });
  return out;
}

/// The venue's own books, and which of its orders nobody of ours has made.
struct venue_books {
  holdings held;
  holdings by_hand;
  std::set<std::string> orders;
  std::size_t open = 0;
};

bool is_ours(const std::string& client_id) { return client_id.starts_with("bw"); }

venue_books books_of(const venue::exchange& market) {
  venue_books out;
  for (const auto& row : market.positions())
    if (!row.qty.is_zero()) out.held[row.symbol_text] = row.qty;
  for (const auto* each : market.orders()) {
    if (is_ours(each->client_order_id)) {
      out.orders.insert(each->client_order_id);
      if (!venue::is_terminal(each->status)) ++out.open;
    } else if (!each->filled_qty.is_zero()) {
      out.by_hand[each->symbol_text] += each->filled_qty;
    }
  }
  // What somebody else holds is in no book of ours.
  for (const auto& [symbol, qty] : out.by_hand) out.held.erase(symbol);
  return out;
}

/// What the log says of intents and executions.
struct log_books {
  std::map<std::string, int> intents;
  std::map<std::string, int> executions;
  bool whole = false;
};

log_books read_log(const std::filesystem::path& folder) {
  log_books out;
  auto reader = open_audit_reader(folder);
  if (!reader) return out;
  out.whole = (*reader)
                  ->read({},
                         [&](const audit_record& record) {
                           if (const auto* x = std::get_if<intent_record>(&record.event))
                             ++out.intents[x->client_id.str()];
                           if (const auto* x = std::get_if<fill_record>(&record.event);
                               x && !x->execution.empty())
                             ++out.executions[x->execution.str()];
                           return true;
                         })
                  .ok();
  return out;
}

std::string reasons_of(const trading_state& state) {
  std::string out;
  for (std::size_t k = 1; k <= halt_reason_count; ++k)
    if (has_reason(state, static_cast<halt_reason>(k)))
      out += (out.empty() ? "" : " ") + std::string{to_string(static_cast<halt_reason>(k))};
  return out;
}

class rehearsal {
 public:
  rehearsal(venue::fault_script script, const char* state, std::int64_t speed)
      : script_(script), state_(state), venue_(market_seed, speed, {}, std::move(script)) {}

  int run(const std::string& name) {
    const auto port = venue_.start();
    if (!port) return complain(port.failure().text());
    node_runner::setup setup;
    setup.config = wide_config(*port, state_);
    setup.shared_clock = &venue_.time();
    setup.metrics = &metrics_;
    setup.more_strategies = tests::add_metronome;
    runner_ = std::make_unique<node_runner>(std::move(setup));
    if (const auto failed = runner_->start()) return complain(failed->message);
    const bool begun = tests::eventually(begins_within, [&] { return progress().begun; });
    const bool over = begun && tests::eventually(over_within, [&] { return progress().over; });
    const auto fills_before = runner_->status().fills;
    nanoseconds took{};
    const bool ready = over && stays_ready(took);
    // Ready is one thing, trading another.
    const bool trades = !ready || !script_.expect.halted.empty() || tests::eventually(grace, [&] {
      return runner_->status().fills > fills_before;
    });
    const auto went = progress();
    const auto last = runner_->status();
    runner_->stop();
    report(name, begun, over, ready, trades, took, went, last);
    return 0;
  }

 private:
  venue::fault_progress progress() {
    return venue_.ask([](const auto& service) { return service.faults(); });
  }

  bool is_ready() {
    const auto now = runner_->status();
    if (runner_->has_failed()) return false;
    if (script_.expect.halted.empty())
      return now.trading.mode == trading_mode::active &&
             (now.unknown_orders == 0 || script_.expect.unresolved) &&
             now.feed.state == feed_state::synced && now.order_stream.state == feed_state::synced;
    return reasons_of(now.trading).find(script_.expect.halted) != std::string::npos;
  }

  /// Ready once may be before the node has noticed anything: it must stay so for a while, and the
  /// books must have agreed meanwhile. `took` is when the while began or the books agreed.
  bool stays_ready(nanoseconds& took) {
    std::optional<nanoseconds> since;
    std::optional<nanoseconds> agreed;
    const auto longest = std::chrono::duration_cast<seconds>(script_.expect.within) + grace;
    return tests::eventually(longest, [&] {
      const auto now = progress().since_last;
      if (!is_ready()) {
        since.reset();
        return false;
      }
      if (!since) since = now;
      if (!agreed && books_agree()) agreed = now;
      took = std::max(since.value_or(now), agreed.value_or(now));
      return agreed && now - *since >= settled;
    });
  }

  /// At one instant while nothing is open: what the node believes to hold is what the venue holds.
  bool books_agree() {
    const auto venue = venue_.ask([](const auto& service) { return books_of(service.market()); });
    return venue.held == held_by(runner_->status());
  }

  int complain(const std::string& why) {
    std::cerr << why << '\n';
    return 1;
  }

  void report(const std::string& name, bool begun, bool over, bool ready, bool trades,
              nanoseconds took, const venue::fault_progress& went, const node_status& last) {
    const auto books = venue_.ask([](const auto& service) { return books_of(service.market()); });
    const auto logged = read_log(std::filesystem::path{state_} / "audit");
    std::uint64_t twice = 0;
    std::uint64_t strangers = 0;
    for (const auto& [id, count] : logged.intents) twice += count > 1 ? 1 : 0;
    for (const auto& [id, count] : logged.executions) twice += count > 1 ? 1 : 0;
    for (const auto& id : books.orders) strangers += logged.intents.count(id) == 0 ? 1 : 0;
    std::uint64_t acted = 0;
    for (const auto& each : went.tallies) acted += each.acted;
    json_writer out;
    out.begin_object().member("name", name).member("title", script_.title);
    out.member("begun", begun).member("over", over).member("ready", ready);
    out.member("trades", trades).member("acted", acted);
    out.member("took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
    out.member(
        "within_ms",
        std::chrono::duration_cast<std::chrono::milliseconds>(script_.expect.within).count());
    if (const auto& name = script_.expect.counts; !name.empty())
      out.member("counts", name).member("counted", metrics_.total(name));
    out.member("failed", runner_->has_failed()).member("why", runner_->fatal_text());
    out.member("verified", runner_->audit_verified()).member("whole", logged.whole);
    out.member("reasons", reasons_of(last.trading)).member("unknown", last.unknown_orders);
    out.member("orders", std::uint64_t{books.orders.size()}).member("fills", last.fills);
    out.member("twice", twice).member("strangers", strangers).member("held", text_of(books.held));
    out.member("believed", text_of(held_by(last))).end_object();
    std::cout << out.take() << std::endl;
  }

  static std::string text_of(const holdings& all) {
    std::string out;
    for (const auto& [symbol, qty] : all)
      out += (out.empty() ? "" : " ") + symbol + ":" + qty.text();
    return out;
  }

  venue::fault_script script_;
  const char* state_;
  metrics_registry metrics_;
  demo_venue venue_;
  std::unique_ptr<node_runner> runner_;
};

}  // namespace

int main(int count, char** values) {
  std::int64_t speed = 0;
  const char* const end = count == 4 ? values[3] + std::strlen(values[3]) : nullptr;
  if (count != 4 || std::from_chars(values[3], end, speed).ec != std::errc{} || speed < 1) {
    std::cerr << "usage: bw_fault_run SCRIPT STATE_FOLDER SPEED\n";
    return 2;
  }
  auto script = load_fault_script(values[1]);
  if (!script) {
    std::cerr << script.failure().context << '\n';
    return 2;
  }
  return rehearsal{std::move(*script), values[2], speed}.run(values[1]);
}
