#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "storage/memory_audit_log.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::tests {

/// A folder of a test, gone with it.
inline temporary_folder test_folder() {
  auto out = temporary_folder::make("bellwether-test");
  EXPECT_TRUE(out.ok());
  return *std::move(out);
}

/// Two ways to keep a log; `open` opens the same one again once the last is closed.
struct memory_backend {
  std::shared_ptr<memory_audit_store> store = std::make_shared<memory_audit_store>();

  result<std::unique_ptr<audit_log>> open(std::uint64_t seed = 1) {
    return open_memory_audit_log(store, seed);
  }
};

struct rocksdb_backend {
  temporary_folder folder = test_folder();

  audit_options options() const { return {.folder = folder.path() / "audit"}; }
  result<std::unique_ptr<audit_log>> open(std::uint64_t seed = 1) {
    return open_audit_log(options(), seed);
  }
};

/// All records from `from` on; a failure fails the test.
inline std::vector<audit_record> records_of(const audit_log& log, std::uint64_t from = 1) {
  std::vector<audit_record> out;
  const auto read = log.read(sequence_number{from}, [&](const audit_record& record) {
    out.push_back(record);
    return true;
  });
  EXPECT_TRUE(read.ok()) << read.failure().text();
  return out;
}

}  // namespace bw::tests
