// `audit` on a log that the test has written, and on one that was damaged.

#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <algorithm>

#include <fstream>
#include <sstream>

#include "config/state_folder.hpp"
#include "storage/rocksdb_audit_log.hpp"
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
  EXPECT_EQ(lines(story.out), 1u);
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

}  // namespace
}  // namespace bw
