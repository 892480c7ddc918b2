// A start from a snapshot knows what a start from the first record knows.

#include <gtest/gtest.h>

#include <map>

#include "storage/audit_codec.hpp"
#include "storage/event_json.hpp"
#include "storage/memory_audit_log.hpp"
#include "storage/start_point.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// Records as a node writes them, chosen by chance: days, restarts, halts, orders in every stage,
/// fills on both sides, closed trades, unknown orders, stopped symbols, what is EXTERNAL.
class scripted_node {
 public:
  explicit scripted_node(std::uint64_t seed) : chance_(seed) {}

  audit_event next() {
    if (boot_no_ == 0 || chance_.chance(1, 60)) return boot();
    switch (chance_.below(12)) {
      case 9: return unknown();
      case 10: return of_the_account();
      case 11: return symbol_stop();
      case 0:
      case 1: return intent();
      case 2: return sending_record{some_id(), {}};
      case 3: return submit();
      case 4: return update();
      case 5:
      case 6: return fill();
      case 7: return latch();
      default: return rest();
    }
  }
  prng& chance() { return chance_; }

 private:
  audit_event boot() {
    boot_record out;
    out.boot_no = ++boot_no_;
    out.version = "1." + std::to_string(boot_no_);
    out.config_hash = "hash";
    return out;
  }
  client_order_id some_id() {
    return client_order_id{"bw-1-" + std::to_string(1 + chance_.below(order_ + 1))};
  }
  symbol_name symbol() { return symbol_name{chance_.chance(1, 2) ? "SPY" : "QQQ"}; }
  short_name strategy() { return short_name{chance_.chance(1, 2) ? "momentum" : "reversion"}; }
  audit_event intent() {
    intent_record out;
    out.client_id = client_order_id{"bw-1-" + std::to_string(++order_)};
    out.symbol = symbol();
    out.strategy = strategy();
    out.request.order = order_id{order_};
    out.request.purpose = chance_.chance(1, 2) ? order_purpose::entry : order_purpose::exit;
    out.request.qty = quantity::from_int(chance_.between(1, 500));
    return out;
  }
  audit_event submit() {
    submit_record out;
    out.result.client_id = some_id();
    out.result.outcome = static_cast<submit_outcome>(chance_.between(1, 5));
    out.result.venue_id = venue_order_id{"venue"};
    return out;
  }
  audit_event update() {
    update_record out;
    out.update.client_id = some_id();
    out.update.event = order_event::new_order;
    out.after = static_cast<order_state>(chance_.between(1, 14));
    return out;
  }
  audit_event fill() {
    fill_record out;
    out.client_id = some_id();
    out.symbol = symbol();
    out.strategy = strategy();
    out.side = chance_.chance(1, 2) ? side::buy : side::sell;
    out.qty = quantity::from_units(chance_.between(1, 300'000'000'000));
    out.at_price = price::from_units(chance_.between(1, 900'000'000'000));
    out.realized = money::from_units(chance_.between(-2'000'000'000, 2'000'000'000));
    out.execution = execution_id{"execution-" + std::to_string(++execution_)};
    out.ts_event = utc_ns{second * static_cast<std::int64_t>(execution_)};
    auto& held = held_[{out.symbol, out.strategy}];
    held += out.side == side::buy ? out.qty : -out.qty;
    return out;
  }
  audit_event unknown() {
    constexpr unknown_step concluded[] = {unknown_step::not_found,   unknown_step::not_found,
                                          unknown_step::refused,     unknown_step::late_appearance,
                                          unknown_step::watch_ended, unknown_step::asked};
    unknown_record out;
    out.client_id = some_id();
    out.step = concluded[chance_.below(std::size(concluded))];
    return out;
  }
  audit_event symbol_stop() {
    return symbol_stop_record{symbol(), static_cast<symbol_stop_reason>(chance_.between(1, 3)),
                              chance_.chance(1, 2), "stop " + std::to_string(chance_.below(9))};
  }
  audit_event of_the_account() {
    switch (chance_.below(8)) {
      case 7: {
        trend_record out;
        out.symbol = symbol();
        out.day = "2026-11-0" + std::to_string(chance_.between(1, 9));
        out.trend.regime = static_cast<market_regime>(chance_.between(1, 4));
        return out;
      }
      case 6: return flatten_record{static_cast<flatten_stage>(chance_.between(1, 4)), "asked"};
      case 0: {
        account_record out;
        out.account.cash = money::from_int(chance_.between(0, 9'000));
        return out;
      }
      case 1: {
        external_record out{"found", {}, {}};
        for (auto count = chance_.below(3); count > 0; --count) {
          out.holdings.push_back({symbol(), quantity::from_int(chance_.between(-9, 9)), {}, "x"});
          out.orders.push_back({.client_id = client_order_id{"theirs"}, .symbol = symbol()});
        }
        return out;
      }
      case 2: return day_record{"2026-11-0" + std::to_string(chance_.between(1, 9)), true, {}, {}};
      case 3: {
        emergency_record out;
        out.content[0] = static_cast<std::uint8_t>(chance_.below(256));
        return out;
      }
      case 4: return split();
      default: return adoption();
    }
  }
  /// Two new shares for one, of which some may not have come.
  audit_event split() {
    split_record out;
    out.symbol = symbol();
    out.strategy = strategy();
    const auto held = held_.find({out.symbol, out.strategy});
    if (held == held_.end() || abs(held->second) > quantity::from_int(1'000'000)) return adoption();
    out.before = held->second;
    out.new_shares = 2;
    out.after = quantity::from_units(out.before.units() * 2);
    if (chance_.chance(1, 3)) out.after = out.before;
    held->second = out.after;
    return out;
  }
  /// A part of a position of ours is the broker's from now on.
  audit_event adoption() {
    adoption_record out;
    out.symbol = symbol();
    out.strategy = strategy();
    const auto held = held_.find({out.symbol, out.strategy});
    if (held == held_.end()) return unknown();
    out.before = held->second;
    const auto part = abs(out.before).units();
    out.after = quantity::from_units(out.before.is_negative() ? -(part / 3) : part / 3);
    held->second = out.after;
    return out;
  }
  audit_event latch() {
    state_record out;
    out.changed = static_cast<halt_reason>(chance_.between(1, halt_reason_count));
    out.added = chance_.chance(1, 2);
    out.state.reasons = static_cast<std::uint32_t>(chance_.below(1u << 29));
    out.text = "because";
    return out;
  }
  audit_event rest() {
    switch (chance_.below(6)) {
      case 0:
        return session_record{{static_cast<session_phase>(chance_.between(1, 6)),
                               utc_ns{chance_.between(1, 3) * 86'400 * second}, utc_ns{second}}};
      case 1: return cancel_record{some_id(), {}, "asked"};
      case 2: return cancel_result_record{{{}, some_id(), submit_outcome::rejected, 0, 0, {}}};
      case 3: return trade_record{.pnl = money::from_int(chance_.between(-3, 3))};
      case 4: return snapshot_record{.day_start_equity = money::from_int(chance_.between(0, 9))};
      default: return shutdown_record{"stop", chance_.chance(1, 2)};
    }
  }

  prng chance_;
  std::uint64_t boot_no_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t execution_ = 0;
  std::map<std::pair<symbol_name, short_name>, quantity> held_;
};

/// Everything that the state holds, as bytes.
std::string bytes_of(const recovered_state& state) {
  std::string out;
  EXPECT_TRUE(encode_event(state.snapshot("compare"), out).ok());
  out += state.ended_cleanly() ? " clean " : " not ";
  return out + std::to_string(state.last().value) + hex_text(state.last_chain());
}

TEST(recovery_snapshot, is_as_good_as_all_records_before_it) {
  const auto seed = tests::test_seed(81);
  for (std::uint64_t round = 0; round < tests::test_size(20); ++round) {
    scripted_node node{seed + round};
    auto log = open_memory_audit_log(seed + round);
    recovered_state live;
    std::vector<std::uint64_t> snapshots;
    for (int k = 0; k < 400; ++k) {
      const auto write = [&](const audit_event& event) {
        const sequence_number next{log->head().value + 1};
        const audit_log::entry entry{tests::stamp_at(static_cast<std::int64_t>(next.value)),
                                     &event};
        ASSERT_TRUE(log->append({&entry, 1}, sync_mode::no).ok());
        const auto applied = live.apply(
            {next, static_cast<std::uint16_t>(event.index()), log->boot_no(), entry.stamp.wall},
            event);
        ASSERT_TRUE(applied.ok()) << applied.failure().text();
      };
      write(node.next());
      // A node writes its last snapshot in front of its last word.
      if (!node.chance().chance(1, 40) || live.ended_cleanly()) continue;
      write(live.snapshot("by chance"));
      snapshots.push_back(log->head().value);
    }
    const auto all = recover(*log);
    ASSERT_TRUE(all.ok()) << all.failure().text() << "; " << tests::repeat_with(seed);
    EXPECT_EQ(all->from.value, 1u);

    // Whatever snapshot an anchor names, and wherever behind it the anchor stands.
    for (const auto snapshot : snapshots) {
      anchor last;
      last.log_id = log->log_id();
      last.snapshot = sequence_number{snapshot};
      last.sequence =
          sequence_number{snapshot + node.chance().below(log->head().value - snapshot + 1)};
      merkle_tree tree;
      ASSERT_TRUE(log->read(sequence_number{1},
                            [&](const audit_record& record) {
                              tree.add(record.leaf);
                              last.chain = record.chain;
                              return record.sequence < last.sequence;
                            })
                      .ok());
      last.peaks = tree.peaks();
      last.root = tree.root();
      const auto bounded = recover(*log, last);
      ASSERT_TRUE(bounded.ok()) << bounded.failure().text() << "; " << tests::repeat_with(seed);
      EXPECT_EQ(bounded->from.value, snapshot);
      EXPECT_EQ(bounded->records, log->head().value - snapshot + 1);
      ASSERT_EQ(bytes_of(bounded->past), bytes_of(all->past)) << tests::repeat_with(seed);
      EXPECT_EQ(bounded->tree.root(), log->tree()->root());
      EXPECT_EQ(bounded->snapshot, all->snapshot);

      last.chain[0] ^= 1;
      const auto other = recover(*log, last);
      ASSERT_FALSE(other.ok());
      EXPECT_NE(other.failure().context.find(rollback_word), std::string::npos);
    }
  }
}

TEST(recovery_snapshot, refuses_a_log_that_lies_behind_its_anchor) {
  auto log = open_memory_audit_log(1);
  tests::append_one(*log, boot_record{.boot_no = 1});
  anchor last;
  last.log_id = log->log_id();
  last.sequence = sequence_number{2};
  EXPECT_NE(recover(*log, last).failure().context.find(rollback_word), std::string::npos);
  last.sequence = sequence_number{1};
  last.log_id = log->log_id() + 1;
  EXPECT_NE(recover(*log, last).failure().context.find("another one"), std::string::npos);
}

TEST(recovery_snapshot, misses_the_anchors_that_the_log_tells_of) {
  auto log = open_memory_audit_log(1);
  tests::append_one(*log, boot_record{.boot_no = 1});
  tests::append_one(*log, anchor_record{.upto = sequence_number{1}});
  const auto refused = recover(*log);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.code(), ec::integrity_broken);
  EXPECT_NE(refused.failure().context.find(rollback_word), std::string::npos);
}

}  // namespace
}  // namespace bw
