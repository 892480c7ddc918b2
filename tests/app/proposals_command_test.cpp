// `proposals` from the outside: what passes every check goes its way through shadow and canary,
// audited; everything else is refused and changes nothing.

#include <gmock/gmock.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "storage/audit_reader.hpp"
#include "storage/instance_lock.hpp"
#include "storage/proposal_store.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

std::string text_in(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class proposals_command : public command_line_test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run({"init", path("node")}).code, 0);
    config_ = path("node") + "/node.toml";
    auto loaded = load_config(config_);
    ASSERT_TRUE(loaded.ok());
    loaded_ = std::move(*loaded);
    std::filesystem::create_directories(loaded_.config.state_folder);
  }

  /// One that passes every check.
  proposal good() const {
    const auto now = system_clock{}.utc_now();
    proposal out;
    out.id = "p-good";
    out.author = "weekly job";
    out.created_at = now;
    out.expires_at = now + hours{24};
    out.base_hash = loaded_.hash;
    out.reason = "found by a search";
    out.changes = {{"strategy.momentum.rsi_floor", "50", "55"},
                   {"strategy.momentum.vwap_buffer", "0.001", "0.002"}};
    out.evidence = {"sharpe", "2.5", "1.5", "0.5", "0.99", "better", 100, 80, 60, "data", "found"};
    out.effect = {20, 30, 1, 4, 2};
    return out;
  }
  void add(const proposal& x) const {
    auto store = *proposal_store::open(proposals_file(loaded_.config.state_folder),
                                       sqlite_access::read_write);
    ASSERT_TRUE(store->add(x).ok());
  }
  command_outcome act(const std::string& what, const std::string& id,
                      std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"proposals", what, id, "--config", config_};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::filesystem::path strategies() const { return loaded_.config.strategies_file; }
  std::string audited() const {
    const auto log = open_audit_reader(audit_folder(loaded_.config.state_folder));
    if (!log) return {};
    std::string out;
    const auto read = (*log)->read(audit_filter{}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<config_record>(&record.event)) out += x->toml;
      return true;
    });
    EXPECT_TRUE(read.ok());
    return out;
  }

  std::vector<proposal_record> recorded() const {
    std::vector<proposal_record> out;
    const auto log = open_audit_reader(audit_folder(loaded_.config.state_folder));
    if (!log) return out;
    const auto read = (*log)->read(audit_filter{}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<proposal_record>(&record.event)) out.push_back(*x);
      return true;
    });
    EXPECT_TRUE(read.ok());
    return out;
  }

  calendar_date days_ago(int days) const {
    return civil_from_days(days_from_civil(utc_date(system_clock{}.utc_now())) - days);
  }
  /// The rollout counts the sessions after that day, as if it had begun then.
  void since(int days) const {
    auto store = *proposal_store::open(proposals_file(loaded_.config.state_folder),
                                       sqlite_access::read_write);
    auto one = store->rollouts()->front();
    one.state.last_day = days_ago(days);
    ASSERT_TRUE(store->put(one).ok());
  }
  /// A node's log of `count` days, the first of them so many days ago: in each a signal in shadow
  /// and a trade that earns ten dollars, and what went wrong.
  void write_sessions(int days, int count, const char* strategy,
                      std::optional<halt_reason> wrong = std::nullopt) const {
    auto options = loaded_.config.audit;
    options.folder = audit_folder(loaded_.config.state_folder);
    const auto log = *open_audit_log(options, 1);
    for (int k = 0; k < count; ++k) {
      const auto day = days_ago(days - k);
      const utc_ns at{(days_from_civil(day) * 24 + 17) * 3'600'000'000'000};
      boot_record boot{log->boot_no(), log->log_id(),
                       "0.1.0",        std::string{to_string(loaded_.config.mode)},
                       loaded_.hash,   true};
      session_record session;
      session.session.phase = session_phase::entries;
      session.session.open = at;
      signal_record signal;
      signal.strategy = cut<short_name>(strategy);
      signal.fate = signal_fate::shadow;
      trade_event_record open;
      open.trade = cut<client_order_id>("t-" + format_date(day));
      open.strategy = cut<short_name>(strategy);
      open.qty = quantity::from_int(10);
      open.fill_price = price::from_int(100);
      auto close = open;
      close.event = trade_event_kind::close;
      close.side = side::sell;
      close.pnl = money::from_int(10);
      day_record ended;
      ended.day = format_date(day);
      ended.matched = true;
      std::vector<audit_event> events{boot, session, signal, open, close};
      if (wrong) {
        state_record halt;
        halt.changed = *wrong;
        halt.added = true;
        events.push_back(halt);
      }
      events.push_back(ended);
      events.push_back(shutdown_record{"asked", true});
      const audit_stamp stamp{at, mono_ns{1}, {}, cut<short_name>("test")};
      std::vector<audit_log::entry> entries;
      for (const auto& event : events) entries.push_back({stamp, &event});
      ASSERT_TRUE(log->append(entries, sync_mode::no).ok());
    }
  }
  nlohmann::json advance() const {
    const auto seen = run({"proposals", "advance", "--config", config_, "--json"});
    EXPECT_EQ(seen.code, 0) << seen.err;
    return seen.json();
  }

  std::string config_;
  loaded_config loaded_;
};

TEST_F(proposals_command, accepting_begins_in_shadow_keeps_the_old_file_and_is_audited) {
  add(good());
  const auto before = text_in(strategies());
  const auto listed = run({"proposals", "list", "--config", config_, "--json"});
  ASSERT_EQ(listed.code, 0) << listed.err;
  EXPECT_EQ(listed.json().at("proposals").at(0).at("id"), "p-good");
  EXPECT_EQ(act("show", "p-good", {"--json"}).json().at("effect").at("removed"), 4);

  const auto seen = act("accept", "p-good", {"--as", "ann", "--confirm", "p-good", "--json"});
  ASSERT_EQ(seen.code, 0) << seen.err;
  const auto shadow = text_in(strategies());
  EXPECT_TRUE(shadow.starts_with(before)) << "the old parameters stay in force";
  EXPECT_THAT(shadow, HasSubstr("shadow = true"));
  EXPECT_EQ(run({"config", "validate", "--config", config_}).code, 0);
  EXPECT_EQ(text_in(strategies().string() + "." + loaded_.hash), before);
  EXPECT_THAT(audited(), HasSubstr("decision = \"accepted\""));
  EXPECT_THAT(audited(), HasSubstr("by = \"ann\""));
  EXPECT_EQ(run({"audit", "verify", "--config", config_}).code, 0);
  const auto shown = act("show", "p-good", {"--json"}).json();
  EXPECT_EQ(shown.at("decided_by"), "ann");
  EXPECT_EQ(shown.at("rollout").at("stage"), "shadow");

  EXPECT_EQ(act("accept", "p-good", {"--as", "ann", "--confirm", "p-good"}).code, 3);
  EXPECT_EQ(text_in(strategies()), shadow);
}

TEST_F(proposals_command, good_sessions_take_it_from_shadow_over_canary_to_full) {
  add(good());
  const auto before = text_in(strategies());
  ASSERT_EQ(act("accept", "p-good", {"--as", "ann", "--confirm", "p-good"}).code, 0);
  since(60);
  EXPECT_EQ(advance().at("status"), "shadow") << "nothing was seen yet";
  write_sessions(59, 5, "momentum_next");
  EXPECT_EQ(advance().at("status"), "canary");
  EXPECT_THAT(text_in(strategies()), HasSubstr("symbol_budget_usd"));
  EXPECT_THAT(text_in(strategies()), HasSubstr("rsi_floor = 55"));
  EXPECT_EQ(advance().at("status"), "canary") << "what was before it does not count again";
  since(50);
  write_sessions(49, 14, "momentum");
  EXPECT_EQ(advance().at("status"), "full");
  auto expected = before;
  expected.replace(expected.find("rsi_floor = 50"), 14, "rsi_floor = 55");
  expected.replace(expected.find("vwap_buffer = \"0.001\""), 21, "vwap_buffer = \"0.002\"");
  EXPECT_EQ(text_in(strategies()), expected);
  for (const char* stage : {"canary", "full"})
    EXPECT_THAT(audited(), HasSubstr("decision = \"" + std::string{stage} + "\""));
  EXPECT_EQ(run({"audit", "verify", "--config", config_}).code, 0);
  EXPECT_EQ(run({"proposals", "advance", "--config", config_}).code, 0) << "nothing is left to do";
}

TEST_F(proposals_command, a_breach_takes_it_back_to_the_byte_and_is_audited) {
  add(good());
  const auto before = text_in(strategies());
  ASSERT_EQ(act("accept", "p-good", {"--as", "ann", "--confirm", "p-good"}).code, 0);
  since(30);
  write_sessions(29, 1, "momentum_next");
  write_sessions(20, 1, "momentum_next", halt_reason::kill);
  EXPECT_EQ(advance().at("status"), "rolled_back");
  EXPECT_EQ(text_in(strategies()), before);
  EXPECT_THAT(audited(), HasSubstr("decision = \"rolled_back\""));
  const auto records = recorded();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].state, "accepted");
  EXPECT_EQ(records[1].state, "rolled_back");
  EXPECT_EQ(records[1].id, "p-good");
  EXPECT_THAT(records[1].changes, HasSubstr("vwap_buffer"));
  EXPECT_EQ(act("rollback", "p-good").code, 3) << "it is over";
}

TEST_F(proposals_command, a_person_takes_it_back_and_what_others_changed_is_not_overwritten) {
  add(good());
  auto other = good();
  other.id = "p-other";
  const auto before = text_in(strategies());
  ASSERT_EQ(act("accept", "p-good", {"--as", "ann", "--confirm", "p-good"}).code, 0);
  other.base_hash = load_config(config_)->hash;
  add(other);
  const auto second = act("accept", "p-other", {"--as", "ann", "--confirm", "p-other"});
  EXPECT_EQ(second.code, 3);
  EXPECT_THAT(second.err, HasSubstr("p-good is being rolled out"));
  const auto shadow = text_in(strategies());
  std::ofstream{strategies(), std::ios::app} << "# a word\n";
  const auto changed = act("rollback", "p-good");
  EXPECT_EQ(changed.code, 3);
  EXPECT_THAT(changed.err, HasSubstr("somebody changed it"));
  std::ofstream{strategies(), std::ios::trunc} << shadow;
  EXPECT_EQ(act("rollback", "p-good", {"--as", "ann", "--note", "too slow"}).code, 0);
  EXPECT_EQ(text_in(strategies()), before);
  EXPECT_THAT(audited(), HasSubstr("too slow"));
}

TEST_F(proposals_command, what_does_not_pass_is_refused_and_changes_nothing) {
  const struct {
    const char* id;
    void (*spoil)(proposal&);
    const char* message;
  } rows[] = {
      {"risk", [](proposal& x) { x.changes[0].key = "risk.max_qty"; }, "cannot be proposed"},
      {"mode", [](proposal& x) { x.changes[0].key = "mode"; }, "cannot be proposed"},
      {"net", [](proposal& x) { x.changes[0].key = "ops.port"; }, "cannot be proposed"},
      {"secret", [](proposal& x) { x.changes[0].key = "APCA_API_SECRET_KEY"; },
       "cannot be proposed"},
      {"watch", [](proposal& x) { x.changes[0].key = "strategy.momentum.watchlist"; },
       "cannot be proposed"},
      {"nobody", [](proposal& x) { x.changes[0].key = "strategy.none.rsi_floor"; },
       "no strategy of that id"},
      {"range", [](proposal& x) { x.changes[0].after = "101"; }, "rsi_floor"},
      {"text", [](proposal& x) { x.changes[0].after = "5\"\nkind = \"x"; }, "rsi_floor"},
      {"old", [](proposal& x) { x.changes[0].before = "49"; }, "is 50 now"},
      {"base", [](proposal& x) { x.base_hash = "0123"; }, "made for configuration 0123"},
      {"expired", [](proposal& x) { x.expires_at = x.created_at; }, "expired"},
      {"empty", [](proposal& x) { x.changes.clear(); }, "changes nothing"},
      {"unseen", [](proposal& x) { x.evidence.out_of_sample.clear(); },
       "no evidence out of sample"},
      {"week", [](proposal& x) { x.evidence.sessions = 5; }, "5 unseen sessions"},
      {"chance", [](proposal& x) { x.evidence.deflated_sharpe = "0.7"; }, "not better than chance"},
      {"overfit", [](proposal& x) { x.evidence.judgement = "not_better_than_chance"; },
       "not better than chance"},
  };
  const auto before = text_in(strategies());
  for (const auto& row : rows) {
    auto spoiled = good();
    spoiled.id = row.id;
    row.spoil(spoiled);
    add(spoiled);
    const auto seen = act("accept", row.id, {"--as", "ann", "--confirm", row.id});
    EXPECT_EQ(seen.code, 3) << row.id << seen.err;
    EXPECT_THAT(seen.err, HasSubstr(row.message)) << row.id;
  }
  EXPECT_EQ(text_in(strategies()), before);
  EXPECT_EQ(audited(), "");
}

TEST_F(proposals_command, the_author_cannot_accept_and_nobody_can_by_accident) {
  add(good());
  const auto before = text_in(strategies());
  const auto own = act("accept", "p-good", {"--as", "weekly job", "--confirm", "p-good"});
  EXPECT_EQ(own.code, 8) << own.err;
  EXPECT_THAT(own.err, HasSubstr("cannot accept it"));
  const auto wrong = act("accept", "p-good", {"--as", "ann", "--confirm", "yes"});
  EXPECT_EQ(wrong.code, 8) << wrong.err;
  EXPECT_EQ(act("accept", "p-none", {"--as", "ann", "--confirm", "p-none"}).code, 2);
  EXPECT_EQ(act("show", "p-none").code, 2);
  EXPECT_EQ(run({"proposals"}).code, 2);
  EXPECT_EQ(text_in(strategies()), before);
}

TEST_F(proposals_command, rejecting_changes_nothing_and_is_audited) {
  add(good());
  const auto before = text_in(strategies());
  ASSERT_EQ(act("reject", "p-good", {"--as", "ann", "--note", "too few trades"}).code, 0);
  EXPECT_EQ(text_in(strategies()), before);
  EXPECT_THAT(audited(), HasSubstr("note = \"too few trades\""));
  EXPECT_EQ(act("reject", "p-good").code, 3);
  EXPECT_EQ(act("accept", "p-good", {"--as", "bob", "--confirm", "p-good"}).code, 3);
}

TEST_F(proposals_command, a_running_node_keeps_its_log_and_is_named) {
  add(good());
  const auto node = lock_state_folder(loaded_.config.state_folder);
  ASSERT_TRUE(node.ok());
  const auto seen = act("accept", "p-good", {"--as", "ann", "--confirm", "p-good"});
  ASSERT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("next start"));
  EXPECT_THAT(text_in(strategies()), HasSubstr("momentum_next"));
}

}  // namespace
}  // namespace bw
