// A paper log on disk is evidence; one that was made better afterwards is none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/live_gate.hpp"
#include "config/state_folder.hpp"
#include "storage/proved_log.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/support/rewritten_log.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const utc_ns now = *parse_rfc3339("2026-11-02T21:00:00Z");

struct forged_evidence : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-forged");
  session_calendar calendar = session_calendar::make().value();
  node_config config;

  fs::path state() const { return folder.path() / "paper"; }
  fs::path anchors() const { return in_state_folder(state(), config.audit.anchors); }

  void SetUp() override {
    config.live.paper_state = state();
    config.live.state_folder = folder.path() / "live";
    write_paper_log();
  }

  /// A run with three trades, one of which lost; anchored at its end.
  void write_paper_log() {
    fs::create_directories(state());
    const audit_stamp stamp{now, mono_ns{1}, {}, short_name{"node"}};
    proved_log_options how;
    how.log.folder = audit_folder(state());
    how.log.sync = audit_sync::process;
    how.emergency = emergency_file_path(state());
    how.anchors = {anchors(), in_state_folder(state(), config.audit.anchor_key)};
    auto opened = open_proved_log(how, 1, stamp);
    ASSERT_TRUE(opened.ok()) << opened.failure().text();
    std::vector<audit_event> events{boot_record{opened->log->boot_no(), opened->log->log_id(),
                                                "1.0.0", "paper", "0000000000000000", true}};
    for (const char* pnl : {"12.50", "-40", "3"}) {
      trade_record trade;
      trade.symbol = symbol_name{"AAPL"};
      trade.strategy = short_name{"momentum"};
      trade.qty = quantity::from_int(10);
      trade.pnl = *money::parse(pnl);
      trade.opened_at = trade.closed_at = now;
      events.emplace_back(trade);
    }
    std::vector<audit_log::entry> entries;
    for (const auto& each : events) entries.push_back({stamp, &each});
    ASSERT_TRUE(opened->keeper->append(entries, sync_mode::yes).ok());
    ASSERT_TRUE(opened->keeper->finish(stamp).ok());
  }
  /// The loss becomes a gain; numbers, hashes and chain are right again.
  void forge() {
    const auto genuine = folder.path() / "genuine";
    fs::rename(audit_folder(state()), genuine);
    const auto at = tests::rewrite_log(genuine, audit_folder(state()), [](audit_event& x) {
      auto* trade = std::get_if<trade_record>(&x);
      if (trade == nullptr || !trade->pnl.is_negative()) return false;
      trade->pnl = -trade->pnl;
      return true;
    });
    ASSERT_GT(at, 0u) << "there was a loss to hide";
  }
  bool is_met(const live_books& books, std::string_view gate) const {
    for (const auto& each : books.evidence.gates)
      if (each.name == gate) return each.met;
    ADD_FAILURE() << "no gate is called " << gate;
    return false;
  }
  result<live_books> read() const { return read_live_books(config, calendar, now); }
};

TEST_F(forged_evidence, the_genuine_log_is_read_and_its_anchors_count) {
  const auto books = read();
  ASSERT_TRUE(books.ok()) << books.failure().text();
  EXPECT_TRUE(is_met(*books, "anchors"));
}

TEST_F(forged_evidence, a_log_that_was_made_anew_does_not_agree_with_its_anchors) {
  forge();
  const auto books = read();
  ASSERT_FALSE(books.ok());
  EXPECT_EQ(books.code(), ec::integrity_broken);
  EXPECT_THAT(books.failure().context, HasSubstr("is no evidence"));
}

TEST_F(forged_evidence, without_its_anchors_it_is_no_evidence_either) {
  forge();
  fs::remove(anchors());
  const auto books = read();
  ASSERT_TRUE(books.ok()) << books.failure().text();
  EXPECT_FALSE(is_met(*books, "anchors"));
  EXPECT_FALSE(books->evidence.complete());
}

TEST_F(forged_evidence, anchors_of_another_key_are_none) {
  forge();
  fs::remove(anchors());
  // The forger signs with a key of his own; the node's public key stays where it was.
  const auto own = folder.path() / "own";
  fs::create_directories(own);
  {
    const audit_stamp stamp{now, mono_ns{1}, {}, short_name{"node"}};
    proved_log_options how;
    how.log.folder = audit_folder(state());
    how.log.sync = audit_sync::process;
    how.anchors = {own / "anchors.log", own / "anchor.key"};
    how.emergency = emergency_file_path(own);
    auto opened = open_proved_log(how, 1, stamp);
    ASSERT_TRUE(opened.ok()) << opened.failure().text();
    ASSERT_TRUE(opened->keeper->finish(stamp).ok());
  }
  fs::copy_file(own / "anchors.log", anchors());
  const auto books = read();
  ASSERT_FALSE(books.ok());
  EXPECT_EQ(books.code(), ec::integrity_broken);
}

}  // namespace
}  // namespace bw
