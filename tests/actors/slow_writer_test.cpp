// A disk that is slow, and one that fails, below the real writer, gate and database: trading is
// narrowed, then halted, and no record is lost.

#include <gtest/gtest.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <thread>

#include "actors/audit_actor.hpp"
#include "actors/risk_gate_actor.hpp"
#include "messages/registration.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/actors/held_files.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr nanoseconds patience = seconds{20};

caf::actor_system_config& registered(caf::actor_system_config& config) {
  register_messages(config);
  return config;
}

struct slow_writer : testing::Test {
  temporary_folder folder = *temporary_folder::make("bellwether-test");
  std::shared_ptr<tests::held_files> files = std::make_shared<tests::held_files>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  std::unique_ptr<audit_log> log;
  system_clock time;
  durable_mark mark;
  metrics_registry metrics;
  std::optional<emergency_file> emergency;
  std::atomic<int> fatal{0};
  std::atomic<int> denied_for_the_log{0};
  std::atomic<int> denied_for_others{0};

  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  audit_actor writer;
  risk_gate_actor gate;
  caf::actor strategy;

  void SetUp() override {
    audit_options options;
    options.folder = folder.path() / "audit";
    options.files = env.get();
    auto opened = open_audit_log(options, 7);
    ASSERT_TRUE(opened.ok()) << opened.failure().text();
    log = *std::move(opened);
    auto aside = emergency_file::open(folder.path() / "emergency.bin", log->boot_no());
    ASSERT_TRUE(aside.ok()) << aside.failure().text();
    emergency.emplace(*std::move(aside));
    system = std::make_unique<caf::actor_system>(registered(config));
    audit_args args{log.get(),
                    &time,
                    &mark,
                    &metrics,
                    audit_sync::gate,
                    [this](exit_code, std::string) { ++fatal; }};
    args.emergency = &*emergency;
    writer = system->spawn<caf::detached>(audit, std::move(args));
    risk_gate_args gate_args;
    gate_args.symbols = {"AAPL"};
    gate_args.strategies = {"momentum"};
    gate_args.time = &time;
    gate_args.metrics = &metrics;
    gate_args.mark = &mark;
    gate = system->spawn(risk_gate, std::move(gate_args));
    strategy = system->spawn(
        [this](caf::event_based_actor*, int) {
          return caf::behavior{[this](const order_denied& x) {
                                 const auto limit =
                                     nanoseconds{risk_gate_state::audit_behind_max}.count();
                                 const auto& first = x.verdict.checks[0];
                                 const bool for_the_log =
                                     x.verdict.checks.size() == 1 && first.limit == limit &&
                                     first.value > limit && x.verdict.reason == risk_rule::state;
                                 ++(for_the_log ? denied_for_the_log : denied_for_others);
                               },
                               [](const account_view&) {}};
        },
        0);
    directory members;
    members.audit = writer;
    members.gate = gate;
    members.strategies = {caf::actor_cast<strategy_actor>(strategy)};
    caf::anon_send(writer, members);
    caf::anon_send(gate, members);
  }
  void TearDown() override {
    files->let_go();
    for (const auto& each :
         {caf::actor_cast<caf::actor>(gate), strategy, caf::actor_cast<caf::actor>(writer)})
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    gate = risk_gate_actor{};
    strategy = caf::actor{};
    writer = audit_actor{};
    system.reset();
  }

  /// Looks again and again; false when it does not come true in time.
  bool becomes_true(const std::function<bool()>& what) const {
    const auto until = time.mono_now() + patience;
    while (!what()) {
      if (time.mono_now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }
  void append(std::uint64_t ticket, durability needs) {
    audit_append out;
    out.events.emplace_back(sending_record{client_order_id{"bw-test"}, order_id{ticket}});
    out.needs = needs;
    out.from = short_name{"test"};
    caf::anon_send(writer, std::move(out));
  }
  void order(order_purpose purpose) {
    order_request x;
    x.strategy = strategy_id{0};
    x.symbol = symbol_id{0};
    x.side = purpose == order_purpose::entry ? side::buy : side::sell;
    x.purpose = purpose;
    x.qty = quantity::from_int(1);
    x.limit = x.reference = price::from_int(10);
    caf::anon_send(gate, x);
  }
  trading_state state() {
    caf::scoped_actor self{*system};
    trading_state out;
    self->request(gate, seconds{10}, atom::view_v)
        .receive([&](const risk_view& x) { out = x.trading; },
                 [](const caf::error&) { ADD_FAILURE() << "the gate does not answer"; });
    return out;
  }
};

TEST_F(slow_writer, narrows_then_halts_and_drops_nothing) {
  files->hold();
  append(1, durability::before_answer);
  ASSERT_TRUE(files->await_a_sync());
  // Behind by less: the order is judged by its own merits.
  order(order_purpose::entry);
  ASSERT_TRUE(becomes_true([&] { return denied_for_the_log + denied_for_others == 1; }));

  ASSERT_TRUE(becomes_true(
      [&] { return mark.behind(time.mono_now()) > risk_gate_state::audit_behind_max; }));
  order(order_purpose::entry);
  ASSERT_TRUE(becomes_true([&] { return denied_for_the_log >= 1; }));
  const int others = denied_for_others;
  order(order_purpose::exit);
  ASSERT_TRUE(becomes_true([&] { return denied_for_others > others; }))
      << "an exit is not refused for the log's sake";
  EXPECT_FALSE(has_reason(state(), halt_reason::audit));

  // More than may wait, with the first of them more than a second old.
  constexpr std::uint64_t flood = audit_state::waiting_max + 500;
  for (std::uint64_t k = 2; k <= flood; ++k) append(k, durability::soon);
  ASSERT_TRUE(becomes_true([&] { return has_reason(state(), halt_reason::audit); }));
  EXPECT_GT(mark.behind(time.mono_now()), risk_gate_state::audit_dead_after);
  EXPECT_EQ(state().mode, trading_mode::halted);

  files->let_go();
  ASSERT_TRUE(becomes_true([&] { return mark.behind(time.mono_now()).count() == 0; }));
  EXPECT_EQ(fatal, 0);
  caf::scoped_actor self{*system};
  self->request(writer, seconds{10}, atom::flush_v)
      .receive([](const audit_synced&) {}, [](const caf::error&) { ADD_FAILURE(); });
  std::uint64_t found = 0;
  std::uint64_t next = 1;
  ASSERT_TRUE(log->read(sequence_number{1}, [&](const audit_record& record) {
    const auto* x = std::get_if<sending_record>(&record.event);
    if (x == nullptr) return true;
    EXPECT_EQ(x->order.value, next++) << "in the order in which they came";
    ++found;
    return true;
  }));
  EXPECT_EQ(found, flood);
  EXPECT_TRUE(has_reason(state(), halt_reason::audit)) << "a person or a new start lifts it";
}

TEST_F(slow_writer, a_failed_sync_stops_everything_but_the_emergency_file) {
  files->fail();
  append(1, durability::before_answer);
  ASSERT_TRUE(becomes_true([&] { return fatal == 1; }));
  EXPECT_TRUE(mark.blocked()) << "no order byte leaves any more";
  EXPECT_FALSE(mark.lets_leave(leaving::order, time.mono_now()));
  ASSERT_TRUE(becomes_true([&] { return has_reason(state(), halt_reason::audit); }));
  const auto tried = files->syncs();
  EXPECT_GE(tried, 1u);
  append(2, durability::before_answer);
  audit_append cancel;
  cancel.events.emplace_back(cancel_record{{}, order_id{9}, "the node stops"});
  cancel.from = short_name{"router"};
  caf::anon_send(writer, std::move(cancel));
  const auto file = folder.path() / "emergency.bin";
  ASSERT_TRUE(becomes_true([&] {
    const auto left = emergency_file::read(file);
    return left.ok() && std::any_of(left->events.begin(), left->events.end(), [](const auto& x) {
             const auto* kept = std::get_if<cancel_record>(&x.event);
             return kept != nullptr && kept->order == order_id{9};
           });
  })) << "a cancel is still on record";
  EXPECT_EQ(files->syncs(), tried) << "no second try";
  EXPECT_EQ(fatal, 1);
}

}  // namespace
}  // namespace bw
