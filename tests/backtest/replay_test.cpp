// Worlds of chance, recorded and decided again: the same decisions to the last bit, and every harm
// to configuration, recording or log has its name.

#include "backtest/replay.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "backtest/field_difference.hpp"
#include "storage/audit_verify.hpp"
#include "tests/backtest/recorded_world.hpp"
#include "tests/support/rewritten_log.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;
using tests::recorded_world;

struct Replay : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-replay");
  strategy_registry registry = tests::restless_registry();
  std::function<void(node_config&)> change = [](node_config&) {};

  replay_report replay(std::optional<calendar_date> day = std::nullopt) {
    replay_setup setup{.log = folder.path() / "audit",
                       .recordings = folder.path() / "recordings",
                       .day = day,
                       .config_of = [&](const recorded_parameters& x) -> result<node_config> {
                         auto out =
                             parse_config(x.node_toml, "n", x.strategies_toml, "s", {}, registry);
                         if (!out) return out.failure();
                         change(out->config);
                         return out->config;
                       },
                       .strategies = &registry,
                       .calendar = *session_calendar::make()};
    auto made = replay_log(setup);
    EXPECT_TRUE(made.ok()) << made.failure().text();
    return made ? *made : replay_report{};
  }
  std::vector<fs::path> segments() const {
    std::vector<fs::path> out;
    for (const auto& name : list_segments(folder.path() / "recordings"))
      out.push_back(folder.path() / "recordings" / name);
    return out;
  }
  static std::string why(const replay_report& x) {
    return x.first ? x.first->text()
                   : (x.tampered.empty() ? (x.incomplete.empty() ? "" : x.incomplete[0])
                                         : x.tampered[0]);
  }
  static const decision_counts& of(const replay_report& x, decision_kind kind) {
    return x.decisions[static_cast<std::size_t>(kind)];
  }
};

TEST_F(Replay, AnyWorldIsDecidedTheSameAgain) {
  std::uint64_t signals = 0;
  std::uint64_t approved = 0;
  std::uint64_t denied = 0;
  std::uint64_t by_regime = 0;
  const auto first = tests::test_seed(1);
  for (auto seed = first; seed < first + tests::test_size(10); ++seed) {
    SCOPED_TRACE(tests::repeat_with(seed));
    for (const char* part : {"audit", "recordings"}) fs::remove_all(folder.path() / part);
    recorded_world world{folder.path(), seed};
    world.run(1'500);
    world.stop();
    const auto seen = replay();
    ASSERT_FALSE(seen.differs()) << why(seen);
    ASSERT_TRUE(seen.is_complete()) << why(seen);
    EXPECT_EQ(of(seen, decision_kind::signal).identical, world.signals);
    EXPECT_EQ(of(seen, decision_kind::verdict).identical, world.verdicts);
    EXPECT_EQ(of(seen, decision_kind::order).identical, world.verdicts);
    EXPECT_EQ(of(seen, decision_kind::state_change).identical, world.changes);
    EXPECT_EQ(seen.uncovered + seen.cut_off + seen.lost_inputs, 0u);
    signals += world.signals;
    approved += world.approved;
    denied += world.verdicts - world.approved;
    by_regime += world.denied_by_regime;
  }
  // The worlds were worth looking at.
  EXPECT_GT(signals, 200u);
  EXPECT_GT(approved, 50u);
  EXPECT_GT(denied, 5u);
  EXPECT_GT(by_regime, 5u);
}

TEST_F(Replay, OneOtherThresholdIsNamedWithBothValues) {
  recorded_world world{folder.path(), 3};
  world.run(1'500);
  world.stop();
  change = [](node_config& x) { x.risk.quote.spread_max_bp += 1; };
  const auto collar = replay();
  ASSERT_TRUE(collar.first) << "its limit stands in every verdict";
  EXPECT_EQ(collar.first->kind, decision_kind::verdict);
  EXPECT_GT(collar.first->sequence.value, 0u);
  EXPECT_NE(collar.first->field.find(".limit"), std::string::npos) << collar.first->text();
  EXPECT_EQ(std::stoll(collar.first->replayed), std::stoll(collar.first->recorded) + 1);
  EXPECT_EQ(of(collar, decision_kind::signal).compared, of(collar, decision_kind::signal).identical)
      << "the gate's limit changes no signal";
  change = [](node_config& x) { x.risk.max_qty = quantity::from_int(7); };
  const auto size = replay();
  ASSERT_TRUE(size.first);
  EXPECT_EQ(size.first->kind, decision_kind::order);
  EXPECT_EQ(size.first->field, "qty");
  EXPECT_EQ(size.first->replayed, "7");
}

// Whoever writes a decision anew and every record behind it leaves a chain without a fault. What
// was given to the decision maker still says something else.
TEST_F(Replay, ADecisionThatWasWrittenAnewIsNamedThoughTheChainIsRight) {
  recorded_world world{folder.path(), 3};
  world.run(600);
  world.stop();
  const auto genuine = folder.path() / "genuine";
  fs::rename(folder.path() / "audit", genuine);
  struct doctored {
    decision_kind kind;
    std::string field;
    std::function<bool(audit_event&)> change;
  };
  const doctored all[] = {
      {decision_kind::signal, "what.confidence_ppm",
       [](audit_event& x) {
         auto* signal = std::get_if<signal_record>(&x);
         return signal != nullptr && ++signal->what.confidence_ppm > 0;
       }},
      {decision_kind::verdict, "approved",
       [](audit_event& x) {
         auto* denied = std::get_if<verdict_record>(&x);
         if (denied == nullptr || denied->verdict.approved) return false;
         return denied->verdict.approved = true;
       }},
      {decision_kind::verdict, "checks[0].value",
       [](audit_event& x) {
         auto* verdict = std::get_if<verdict_record>(&x);
         if (verdict == nullptr) return false;
         ++verdict->verdict.checks[0].value;
         return true;
       }},
      {decision_kind::state_change, "state.mode",
       [](audit_event& x) {
         auto* state = std::get_if<state_record>(&x);
         if (state == nullptr || state->state.mode == trading_mode::active) return false;
         state->state.mode = trading_mode::active;
         return true;
       }},
      // Nothing but the new writing: no difference.
      {decision_kind::order, "", [](audit_event&) { return false; }},
  };
  for (const auto& each : all) {
    SCOPED_TRACE(each.field);
    fs::remove_all(folder.path() / "audit");
    const auto at = tests::rewrite_log(genuine, folder.path() / "audit", each.change);
    const auto proved = verify_audit_log(folder.path() / "audit");
    ASSERT_TRUE(proved.ok() && proved->ok()) << "the chain itself must be right";
    const auto seen = replay();
    EXPECT_TRUE(seen.tampered.empty()) << why(seen);
    EXPECT_EQ(seen.differs(), !each.field.empty()) << why(seen);
    if (each.field.empty()) continue;
    ASSERT_GT(at, 0u) << "the world had nothing of this kind";
    ASSERT_TRUE(seen.first);
    EXPECT_EQ(seen.differences, 1u);
    EXPECT_EQ(seen.first->kind, each.kind);
    EXPECT_EQ(seen.first->sequence.value, at);
    EXPECT_EQ(seen.first->field, each.field);
    EXPECT_NE(seen.first->recorded, seen.first->replayed);
  }
}

TEST_F(Replay, ACrashLosesItsEdgeAndNothingElse) {
  {
    recorded_world first{folder.path(), 4};
    first.run(700);
    first.crash();
  }
  const auto torn = replay();
  EXPECT_FALSE(torn.differs()) << why(torn);
  EXPECT_TRUE(torn.is_complete()) << why(torn);
  EXPECT_GT(torn.compared(), 20u);
  ASSERT_FALSE(torn.segments.empty());
  EXPECT_TRUE(torn.segments.back().torn);
  EXPECT_FALSE(torn.segments.back().vouched);
  {
    recorded_world second{folder.path(), 5};
    second.now = second.now + std::chrono::hours{1};
    second.run(300);
    second.stop();
  }
  const auto both = replay();
  EXPECT_FALSE(both.differs()) << why(both);
  EXPECT_EQ(both.boots, 2u);
  ASSERT_GT(both.segments.size(), torn.segments.size());
  for (const auto& each : both.segments)
    EXPECT_TRUE(each.vouched) << each.file << ": the second start seals what was left";
  EXPECT_GT(both.compared(), torn.compared());
}

TEST_F(Replay, AChangedByteOfASealedSegmentIsTampering) {
  recorded_world world{folder.path(), 6};
  world.run(500);
  world.stop();
  ASSERT_FALSE(segments().empty());
  std::ifstream in{segments()[0], std::ios::binary};
  const std::string whole{std::istreambuf_iterator<char>{in}, {}};
  prng chance{9};
  for (int round = 0; round < 20; ++round) {
    auto changed = whole;
    const auto at = chance.below(changed.size());
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    std::ofstream{segments()[0], std::ios::binary | std::ios::trunc} << changed;
    const auto seen = replay();
    ASSERT_FALSE(seen.tampered.empty()) << "byte " << at;
    EXPECT_NE(seen.tampered[0].find("000001-0001.zst"), std::string::npos);
    EXPECT_TRUE(seen.differs());
  }
  // Whoever makes a whole new recording with one price changed is found by the seal as well.
  std::ofstream{segments()[0], std::ios::binary | std::ios::trunc} << whole;
  EXPECT_FALSE(replay().differs());
}

TEST_F(Replay, OneChangedInputIsADifferenceEvenWithoutASeal) {
  recorded_world world{folder.path(), 6};
  world.run(300);  // Less than an hour: one segment.
  world.crash();   // Nobody vouches for the bytes.
  ASSERT_EQ(segments().size(), 1u);
  const auto path = segments()[0];
  // Unpacks the recording, changes one price of one bar in it, and packs it again.
  std::vector<std::string> blocks;
  {
    auto reader = segment_reader::open(path);
    ASSERT_TRUE(reader.ok());
    std::string_view bytes;
    while (reader->next(bytes)) blocks.emplace_back(bytes);
  }
  constexpr utc_ns opens{1'793'629'800'000'000'000};
  bool changed = false;
  for (auto& block : blocks) {
    auto view = *open_block(block);
    // The gate hears of bars too, for their volume alone.
    while (view.lane != gate_lane && view.count > 0 && !changed) {
      const auto at = static_cast<std::size_t>(view.frames.data() - block.data());
      const auto frame = *take_frame(view);
      const auto* x = std::get_if<bar>(&frame.input);
      // The last minute of five gives their bar its close; the one before the open gives nothing.
      if (x == nullptr || x->start < opens || x->start.value / 60'000'000'000 % 5 != 4) continue;
      // symbol u32, span, origin: then open, high, low and close, which are the same here.
      constexpr std::size_t prices_at = frame_header_bytes + 16 + 4 + 2;
      const auto other = x->close + price::from_units(10'000'000);
      for (std::size_t k = 0; k < 32; ++k)
        block[at + prices_at + k] = static_cast<char>(other.units() >> (8 * (k % 8)) & 0xff);
      changed = true;
    }
    seal_block(block);
  }
  ASSERT_TRUE(changed);
  fs::remove(path);
  auto writer = segment_writer::create(path);
  ASSERT_TRUE(writer.ok());
  for (const auto& block : blocks) ASSERT_TRUE(writer->add(block).ok());
  ASSERT_TRUE(writer->close().ok());
  const auto seen = replay();
  EXPECT_TRUE(seen.tampered.empty()) << why(seen);
  ASSERT_TRUE(seen.first) << "another close is another decision";
  EXPECT_FALSE(seen.first->text().empty());
}

TEST_F(Replay, AGapIsIncompleteAndNoDifference) {
  recorded_world world{folder.path(), 8};
  world.run(300);
  // The writer sleeps while the market floods one lane.
  auto& tape = world.recording().tape(strategy_lane(symbol_id{0}));
  while (tape.lost() == 0) tape.note(account_view{}, {world.now, mono_ns{world.now.value}});
  world.run(900);
  world.stop();
  const auto seen = replay();
  EXPECT_TRUE(seen.tampered.empty()) << why(seen);
  EXPECT_FALSE(seen.is_complete());
  EXPECT_GT(seen.lost_inputs, 0u);
  EXPECT_EQ(of(seen, decision_kind::verdict).compared, of(seen, decision_kind::verdict).identical)
      << "the gate's own lane is whole";
}

TEST_F(Replay, OnlyTheDayThatIsAskedForIsCompared) {
  recorded_world world{folder.path(), 2};
  world.run(400);
  world.stop();
  const auto all = replay();
  EXPECT_EQ(replay(calendar_date{2026, 11, 2}).compared(), all.compared());
  const auto other = replay(calendar_date{2026, 11, 3});
  EXPECT_EQ(other.compared(), 0u);
  EXPECT_EQ(other.boots, 0u);
}

TEST(FieldDifference, NamesTheFirstMemberThatDiffers) {
  verdict_record left;
  left.verdict.checks.push({risk_rule::size, check_outcome::passed, 5, 10});
  left.verdict.checks.push({risk_rule::value, check_outcome::passed, 6, 10});
  auto right = left;
  EXPECT_FALSE(first_difference(left, right));
  right.verdict.checks[1].limit = 11;
  const auto found = first_difference(left, right);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, "verdict.checks[1].limit");
  EXPECT_EQ(found->left, "10");
  EXPECT_EQ(found->right, "11");
  right.verdict.checks.push({});
  EXPECT_EQ(first_difference(left, right)->path, "verdict.checks (count)");
}

}  // namespace
}  // namespace bw
