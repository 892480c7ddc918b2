// Reading a log from outside: beside the node that writes it, and without one.

#include "storage/audit_reader.hpp"
#include "storage/audit_verify.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "storage/audit_export.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

using tests::append_one;
using tests::numbered;

std::vector<std::uint64_t> found(const audit_reader& reader, const audit_filter& filter) {
  std::vector<std::uint64_t> out;
  const auto read = reader.read(filter, [&](const audit_record& record) {
    out.push_back(record.sequence.value);
    return true;
  });
  EXPECT_TRUE(read.ok()) << read.failure().text();
  return out;
}

using numbers = std::vector<std::uint64_t>;

struct reader_test : testing::Test {
  tests::rocksdb_backend backend;
  std::filesystem::path folder() const { return backend.options().folder; }
};

TEST_F(reader_test, sees_what_a_running_node_writes) {
  auto log = *backend.open();
  append_one(*log, numbered(1));
  auto reader = *open_audit_reader(folder());
  EXPECT_EQ(found(*reader, {}), (numbers{1}));
  EXPECT_EQ(reader->head().log_id, log->log_id());
  EXPECT_EQ(reader->boot_no(), 1u);

  for (std::uint64_t k = 2; k <= 500; ++k) append_one(*log, numbered(k));
  EXPECT_EQ(found(*reader, {}), (numbers{1})) << "it stays where it is until it is told";
  ASSERT_TRUE(reader->catch_up().ok());
  EXPECT_EQ(found(*reader, {}).size(), 500u);
  EXPECT_EQ(reader->head().chain, log->head_chain());
  const auto report = verify_audit_log(folder());
  ASSERT_TRUE(report.ok() && report->ok());
  EXPECT_EQ(report->records, 500u);
}

TEST_F(reader_test, needs_no_node_and_holds_no_lock) {
  {
    auto log = *backend.open();
    append_one(*log, numbered(1));
  }
  auto reader = *open_audit_reader(folder());
  EXPECT_EQ(found(*reader, {}), (numbers{1}));
  EXPECT_TRUE(backend.open().ok());
  EXPECT_EQ((*open_audit_reader(folder()))->boot_no(), 2u);
}

TEST_F(reader_test, writes_nothing_into_the_folder) {
  {
    auto log = *backend.open();
    append_one(*log, numbered(1));
  }
  const auto files = [&] {
    std::set<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator{folder()})
      out.insert(file.path().filename().string() + " " + std::to_string(file.file_size()));
    return out;
  };
  const auto before = files();
  EXPECT_EQ(found(**open_audit_reader(folder()), {}), (numbers{1}));
  EXPECT_EQ(files(), before);
}

TEST_F(reader_test, filters_by_range_type_and_order) {
  const client_order_id mine{"bw-1-1-1"};
  const client_order_id longer{"bw-1-1-10"};
  {
    auto log = *backend.open();
    append_one(*log, numbered(1));
    append_one(*log, intent_record{.client_id = mine});
    append_one(*log, intent_record{.client_id = longer});
    append_one(*log, sending_record{.client_id = mine});
    append_one(*log, fill_record{.client_id = mine});
    append_one(*log, intent_record{});
  }
  auto reader = *open_audit_reader(folder());
  const auto intent = *parse_audit_type("intent");
  EXPECT_EQ(found(*reader, {.from = sequence_number{2}, .to = sequence_number{3}}),
            (numbers{2, 3}));
  EXPECT_EQ(found(*reader, {.type = intent}), (numbers{2, 3, 6}));
  EXPECT_EQ(found(*reader, {.client_id = mine}), (numbers{2, 4, 5}));
  EXPECT_EQ(found(*reader, {.client_id = longer}), (numbers{3}));
  EXPECT_EQ(found(*reader, {.type = intent, .client_id = mine}), (numbers{2}));
  EXPECT_EQ(
      found(*reader, {.from = sequence_number{3}, .to = sequence_number{4}, .client_id = mine}),
      (numbers{4}));
  EXPECT_EQ(found(*reader, {.client_id = client_order_id{"bw-x"}}), numbers{});
  EXPECT_EQ(found(*reader, {.from = sequence_number{100}}), numbers{});
}

TEST(parse_audit_type, knows_every_name_and_lists_them) {
  for (std::size_t index = 0; index < audit_type_count; ++index)
    EXPECT_EQ(*parse_audit_type(audit_type_name(index)), index);
  const auto refused = parse_audit_type("fil");
  EXPECT_EQ(refused.code(), ec::not_found);
  EXPECT_NE(refused.failure().context.find("boot, config"), std::string::npos);
}

TEST_F(reader_test, says_that_there_is_no_log) {
  EXPECT_EQ(open_audit_reader(folder()).code(), ec::not_found);
  EXPECT_EQ(verify_audit_log(folder()).code(), ec::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder())) << "looking makes nothing";
}

TEST_F(reader_test, exports_a_line_a_record) {
  auto log = *backend.open();
  append_one(*log, config_record{"a = \"b\"\nc = 1"});
  append_one(*log, shutdown_record{"plain", true});
  auto reader = *open_audit_reader(folder());

  std::ostringstream json;
  ASSERT_EQ(*export_records(*reader, {.to = sequence_number{1}}, export_format::json_lines, json),
            1u);
  const auto line = json.str();
  EXPECT_EQ(line.substr(0, line.find(",\"chain\"")),
            R"({"sequence":1,"type":"config","boot":1,"wall":"2023-11-14T22:13:20Z",)"
            R"("mono":1700000000,"trace":7,"from":"router",)"
            R"("event":{"toml":"a = \"b\"\nc = 1"})");
  EXPECT_EQ(line.size() - line.find(",\"chain\""), std::string{",\"chain\":\"\"}\n"}.size() + 64);

  std::ostringstream csv;
  ASSERT_EQ(*export_records(*reader, {}, export_format::csv, csv), 2u);
  const auto text = csv.str();
  EXPECT_EQ(text.substr(0, text.find("\r\n")), record_csv_header());
  EXPECT_NE(text.find(R"("{""toml"":""a = \""b\""\nc = 1""}")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(2,shutdown,1,2023-11-14T22:13:20Z,1700000000,7,router,)"),
            std::string::npos);
}

TEST_F(reader_test, says_that_the_export_file_takes_no_more) {
  auto log = *backend.open();
  append_one(*log, numbered(1));
  std::ostringstream full;
  full.setstate(std::ios::badbit);
  EXPECT_EQ(export_records(**open_audit_reader(folder()), {}, export_format::csv, full).code(),
            ec::io_failed);
}

}  // namespace
}  // namespace bw
