// `audit` on a log that the test has written, and on one that was damaged.

#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <algorithm>

#include <fstream>
#include <sstream>

#include "config/state_folder.hpp"
#include "storage/instance_lock.hpp"
#include "storage/proved_log.hpp"
#include "tests/app/command_line_fixture.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* order = "bw-test-1-1";
constexpr std::size_t records = 20;

class audit_command : public command_line_test {
 protected:
  void SetUp() override {
    auto log = open_audit_log({audit_folder(folder.path())}, 7);
    ASSERT_TRUE(log) << log.failure().context;
    for (std::size_t k = 0; k < records; ++k) {
      const auto event = k == 3 ? intent() : audit_event{config_record{"n = " + std::to_string(k)}};
      const audit_log::entry entry{
          {utc_ns{1'000'000'000}, mono_ns{1}, trace_id{k}, short_name{"test"}}, &event};
      ASSERT_TRUE((*log)->append({&entry, 1}, sync_mode::no));
    }
    head_ = (*log)->head().value;
  }

  static audit_event intent() {
    intent_record out;
    out.client_id = client_order_id{order};
    out.symbol = symbol_name{"AAPL"};
    return out;
  }
  command_outcome audit(std::vector<std::string> words) {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {"--state", folder.path().string()});
    return run(words);
  }
  static std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  std::uint64_t head_ = 0;
};

/// The records of a story: what stands before the first empty line.
std::string records_of(const std::string& story) { return story.substr(0, story.find("\n\n") + 1); }

TEST_F(audit_command, verify_proves_a_whole_log) {
  const auto proved = audit({"verify"});
  EXPECT_EQ(proved.code, 0) << proved.err;
  EXPECT_THAT(proved.out, HasSubstr("chain unbroken up to " + std::to_string(head_)));
  const auto told = audit({"verify", "--json"}).json();
  EXPECT_EQ(told.at("ok"), true);
  EXPECT_EQ(told.at("records"), head_);
}

TEST_F(audit_command, show_prints_one_line_a_record_of_the_range) {
  const auto shown = audit({"show", "--from", "2", "--to", "4"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(lines(shown.out), 3u);
  EXPECT_EQ(lines(audit({"show"}).out), head_);
  const auto told = audit({"show", "--type", "intent", "--json"});
  EXPECT_EQ(lines(told.out), 1u);
  EXPECT_EQ(told.json().at("type"), "intent");
  EXPECT_EQ(audit({"show", "--type", "intend"}).code, 2);
}

TEST_F(audit_command, export_writes_json_lines_or_csv) {
  const auto json = audit({"export"});
  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(lines(json.out), head_);
  EXPECT_THAT(json.err, HasSubstr(std::to_string(head_) + " records"));
  EXPECT_EQ(audit({"export", "--format", "csv", "--output", path("audit.csv"), "--quiet"}).code, 0);
  std::ostringstream text;
  text << std::ifstream{path("audit.csv")}.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("sequence,type,boot"));
  EXPECT_EQ(audit({"export", "--output", path("no/such/folder.csv")}).code, 2);
}

TEST_F(audit_command, order_tells_the_story_of_one_order) {
  const auto story = audit({"order", order});
  EXPECT_EQ(story.code, 0) << story.err;
  EXPECT_EQ(lines(records_of(story.out)), 1u) << story.out;
  EXPECT_THAT(story.out, HasSubstr("\nChanges\n"));
  EXPECT_THAT(story.out, HasSubstr("AAPL"));
  const auto unknown = audit({"order", "bw-test-1-2"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no record mentions this order"));
  EXPECT_EQ(audit({"order", std::string(49, 'x')}).code, 2);
}

TEST_F(audit_command, a_folder_without_a_log_is_a_mistake_of_the_caller) {
  for (const char* action : {"verify", "show", "export"}) {
    const auto missing = run({"audit", action, "--state", path("elsewhere")});
    EXPECT_EQ(missing.code, 2) << action;
    EXPECT_THAT(missing.out, IsEmpty());
    EXPECT_THAT(missing.err, HasSubstr("elsewhere"));
  }
}

TEST_F(audit_command, a_changed_record_breaks_the_chain) {
  // The way of somebody who may write the folder: through the store itself.
  {
    std::vector<std::string> names;
    const auto where = audit_folder(folder.path()).string();
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, where, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* store = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, where, families, &handles, &store).ok());
    const std::string key{"\0\0\0\0\0\0\0\x05", 8};
    for (auto* handle : handles) {
      std::string bytes;
      if (handle->GetName() != "log" || !store->Get({}, handle, key, &bytes).ok()) continue;
      bytes[100] = static_cast<char>(bytes[100] ^ 1);
      ASSERT_TRUE(store->Put({}, handle, key, bytes).ok());
    }
    for (auto* handle : handles) store->DestroyColumnFamilyHandle(handle);
    delete store;
  }
  const auto broken = audit({"verify"});
  EXPECT_EQ(broken.code, 7);
  EXPECT_THAT(broken.err, HasSubstr("broken at record 5 (hash)"));
  const auto told = audit({"verify", "--json"});
  EXPECT_EQ(told.code, 7);
  EXPECT_EQ(told.json().at("failure").at("first_bad"), 5);
  EXPECT_EQ(audit({"show"}).code, 7);
}

/// A log that a node kept: anchored, with its key.
struct proved_audit_command : audit_command {
  void SetUp() override {
    proved_log_options how;
    how.log.folder = audit_folder(folder.path());
    how.anchors.file = folder.path() / "anchors.log";
    how.anchors.key = folder.path() / "anchor.key";
    how.emergency = emergency_file_path(folder.path());
    auto log = open_proved_log(how, 7, stamp());
    ASSERT_TRUE(log) << log.failure().text();
    write(*log, boot_record{.boot_no = 1});
    write(*log, intent_of(5));
    for (int k = 0; k < 4; ++k) write(*log, config_record{"n"});
    ASSERT_TRUE(log->keeper->beat(stamp()));
    anchored_ = log->log->head().value - 1;
    for (int k = 0; k < 5; ++k) write(*log, config_record{"m"});
    ASSERT_TRUE(log->keeper->finish(stamp()));
    head_ = log->log->head().value;
  }
  static audit_stamp stamp() {
    return {utc_ns{1'700'000'000'000'000'000}, mono_ns{1'000'000'000'000}, {}, short_name{"test"}};
  }
  static audit_event intent_of(std::uint64_t number) {
    intent_record out;
    out.client_id = client_order_id{"bw-proof-1-" + std::to_string(number)};
    out.symbol = symbol_name{"AAPL"};
    out.request.order = order_id{number};
    return out;
  }
  static void write(proved_log& log, const audit_event& event) {
    const audit_log::entry entry{stamp(), &event};
    ASSERT_TRUE(log.keeper->append({&entry, 1}, sync_mode::no));
  }
  std::string save(const std::string& name, const std::string& text) {
    std::ofstream{path(name)} << text;
    return path(name);
  }
  std::string load(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream{path(name)}.rdbuf();
    return text.str();
  }

  std::uint64_t anchored_ = 0;
};

TEST_F(proved_audit_command, verify_compares_with_the_anchors) {
  const auto proved = audit({"verify"});
  EXPECT_EQ(proved.code, 0) << proved.err;
  EXPECT_THAT(proved.out, HasSubstr("2 signed anchors agree"));
  EXPECT_EQ(audit({"verify", "--from", "3", "--to", "4", "--json"}).json().at("records"), 2);
  auto lines_of_file = load("anchors.log");
  lines_of_file[40] = lines_of_file[40] == '1' ? '2' : '1';
  const auto wrong = audit({"verify", "--anchors", save("other.log", lines_of_file)});
  EXPECT_EQ(wrong.code, 7);
  EXPECT_THAT(wrong.err, HasSubstr("(anchor)"));
  EXPECT_EQ(audit({"verify", "--key", path("nowhere.pub")}).code, 2);
}

// A start refuses such a log: what verifies must be what starts.
TEST_F(proved_audit_command, verify_misses_an_anchor_of_which_the_log_tells) {
  const auto cut = audit({"verify", "--anchors", save("cut.log", "")});
  EXPECT_EQ(cut.code, 7);
  EXPECT_THAT(cut.err, HasSubstr("tells of an anchor"));
}

TEST_F(proved_audit_command, prove_proves_a_record_to_whoever_has_the_key) {
  const auto proof = audit({"prove", "2"});
  ASSERT_EQ(proof.code, 0) << proof.err;
  const auto file = save("proof.json", proof.out);
  const auto key = path("anchor.pub");
  // Somewhere else, with nothing but the key.
  const auto checked = run({"audit", "prove", "--check", file, "--key", key});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("AAPL"));
  auto changed = proof.json();
  auto record = changed.at("record").get<std::string>();
  record[record.size() - 20] = record[record.size() - 20] == '0' ? '1' : '0';
  changed["record"] = record;
  const auto refused =
      run({"audit", "prove", "--check", save("changed.json", changed.dump()), "--key", key});
  EXPECT_EQ(refused.code, 7);
  EXPECT_THAT(refused.err, HasSubstr("proves nothing"));
  changed = proof.json();
  changed["path"] = 5;
  EXPECT_EQ(run({"audit", "prove", "--check", save("odd.json", changed.dump()), "--key", key}).code,
            7);
  EXPECT_EQ(run({"audit", "prove", "--check", save("no.json", "x"), "--key", key}).code, 2);
  EXPECT_EQ(audit({"prove"}).code, 2);
  EXPECT_EQ(audit({"prove", "999"}).code, 2);
}

TEST_F(proved_audit_command, prove_proves_that_the_log_only_grew) {
  const auto grown =
      audit({"prove", "--consistency", std::to_string(anchored_), std::to_string(head_)});
  ASSERT_EQ(grown.code, 0) << grown.err;
  const auto checked = audit({"prove", "--check", save("grown.json", grown.out)});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("signed"));
  EXPECT_THAT(checked.out, Not(HasSubstr("not signed")));
  auto changed = grown.json();
  changed["earlier"]["records"] = anchored_ - 1;
  changed["earlier"].erase("anchor");
  EXPECT_EQ(audit({"prove", "--check", save("changed.json", changed.dump())}).code, 7);
  EXPECT_EQ(audit({"prove", "--consistency", "5", "2"}).code, 2);
}

TEST_F(proved_audit_command, an_export_proves_itself) {
  for (const std::string format : {"jsonl", "csv"}) {
    const auto file = path("out." + format);
    ASSERT_EQ(audit({"export", "--format", format, "--output", file}).code, 0);
    const auto proved = audit({"verify", "--export", file});
    EXPECT_EQ(proved.code, 0) << format << ": " << proved.err;
    EXPECT_THAT(proved.out, HasSubstr(std::to_string(head_) + " records"));
    auto text = load("out." + format);
    const auto name = text.find("AAPL");
    ASSERT_NE(name, std::string::npos);
    text.replace(name, 4, "MSFT");
    save("out." + format, text);
    EXPECT_EQ(audit({"verify", "--export", file}).code, 7) << "text that the record does not say";
  }
  ASSERT_EQ(audit({"export", "--day", "2023-11-14", "--output", path("day.jsonl")}).code, 0);
  EXPECT_EQ(lines(load("day.jsonl")), head_);
  ASSERT_EQ(audit({"export", "--day", "2023-11-15", "--output", path("next.jsonl")}).code, 0);
  EXPECT_EQ(lines(load("next.jsonl")), 0u);
  EXPECT_EQ(audit({"export", "--day", "soon"}).code, 2);
}

TEST_F(proved_audit_command, a_backup_verifies) {
  const auto made = audit({"backup", path("backup")});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto proved = run({"audit", "verify", "--state", path("backup")});
  EXPECT_EQ(proved.code, 0) << proved.err;
  EXPECT_THAT(proved.out, HasSubstr("2 signed anchors agree"));
  const auto order = run({"audit", "order", "bw-proof-1-5", "--state", path("backup")});
  EXPECT_EQ(lines(records_of(order.out)), 1u) << "the index is copied too";
  EXPECT_FALSE(std::filesystem::exists(path("backup") + "/anchor.key"));
  EXPECT_EQ(audit({"backup", path("backup")}).code, 2);
}

TEST_F(proved_audit_command, a_redacted_copy_proves_all_the_rest) {
  ASSERT_EQ(audit({"redact", path("empty")}).code, 2) << "nothing named";
  EXPECT_EQ(audit({"redact", path("empty"), "--type", "intend"}).code, 2);
  const auto before = audit({"verify", "--json"}).json();
  const auto hidden = 2 + lines(audit({"show", "--type", "books"}).out);
  const auto made = audit({"redact", path("copy"), "--type", "intent", "--record", "3"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(audit({"verify", "--json"}).json(), before) << "the log itself stays as it is";

  const auto state = path("copy");
  const auto proved = run({"audit", "verify", "--state", state, "--json"});
  ASSERT_EQ(proved.code, 0) << proved.err;
  EXPECT_EQ(proved.json().at("records"), head_);
  EXPECT_EQ(proved.json().at("redacted"), hidden) << "the snapshots repeat what is hidden";
  EXPECT_EQ(proved.json().at("anchors"), 2) << "the signed anchors of the whole log agree";
  EXPECT_EQ(proved.json().at("chain"), before.at("chain"));
  EXPECT_THAT(run({"audit", "verify", "--state", state}).out,
              HasSubstr("(" + std::to_string(hidden) + " of them redacted)"));

  const auto shown = run({"audit", "show", "--state", state});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(lines(shown.out), head_);
  EXPECT_THAT(shown.out, HasSubstr("(redacted)"));
  EXPECT_EQ(shown.out.find("AAPL"), std::string::npos);
  const auto told = run({"audit", "show", "--state", state, "--type", "intent", "--json"}).json();
  EXPECT_EQ(told.at("redacted"), true);
  EXPECT_EQ(told.at("leaf").get<std::string>().size(), 64u);
  EXPECT_EQ(run({"audit", "order", "bw-proof-1-5", "--state", state}).code, 2)
      << "no index leads to it";
  for (const auto& file : std::filesystem::recursive_directory_iterator{path("copy")})
    if (file.is_regular_file()) {
      const auto name = "copy/" + std::filesystem::relative(file, path("copy")).string();
      EXPECT_EQ(load(name).find("bw-proof-1-5"), std::string::npos) << name;
    }

  // Another record is proved to whoever has the key; a hidden one by whoever has the log.
  const auto proof = run({"audit", "prove", "5", "--state", state});
  ASSERT_EQ(proof.code, 0) << proof.err;
  EXPECT_EQ(proof.out, audit({"prove", "5"}).out);
  EXPECT_EQ(run({"audit", "prove", "3", "--state", state}).code, 2);
  // A copy of the copy hides at least as much.
  ASSERT_EQ(run({"audit", "backup", path("again"), "--state", state}).code, 0);
  const auto again = run({"audit", "verify", "--state", path("again"), "--json"}).json();
  EXPECT_EQ(again.at("redacted"), hidden);
  EXPECT_EQ(run({"audit", "export", "--state", state, "--output", path("out.jsonl")}).code, 2);
  EXPECT_EQ(run({"audit", "seal", "--state", state}).code, 2);
}

TEST_F(proved_audit_command, adopt_puts_a_log_aside_and_goes_on_from_it) {
  const auto state = folder.path().string();
  const auto asked = run({"audit", "adopt", state});
  EXPECT_EQ(asked.code, 8);
  EXPECT_THAT(asked.err, HasSubstr("--confirm"));
  const auto done = run({"audit", "adopt", state, "--confirm"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto proved = audit({"verify"});
  EXPECT_EQ(proved.code, 0) << proved.err;
  EXPECT_THAT(audit({"show"}).out, HasSubstr("previous_log"));
  std::size_t aside = 0;
  for (const auto& each : std::filesystem::directory_iterator{folder.path()})
    if (each.path().string().find(".aside-") != std::string::npos) ++aside;
  EXPECT_EQ(aside, 2u) << "log and anchors are still there";
  proved_log_options how;
  how.log.folder = audit_folder(folder.path());
  how.anchors.file = folder.path() / "anchors.log";
  how.anchors.key = folder.path() / "anchor.key";
  how.emergency = emergency_file_path(folder.path());
  const auto next = open_proved_log(how, 8, stamp());
  ASSERT_TRUE(next) << next.failure().text();
  EXPECT_EQ(next->keeper->books().next_order().value, 6u) << "orders are counted on";
  const auto lock = lock_state_folder(folder.path());
  ASSERT_TRUE(lock);
  EXPECT_EQ(run({"audit", "adopt", state, "--confirm"}).code, 8) << "not while a node runs";
}

}  // namespace
}  // namespace bw
