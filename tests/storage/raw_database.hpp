#pragma once

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/rocksdb_store.hpp"

namespace bw::tests {

/// The database behind the audit log's back: what somebody can do who may write its folder.
class raw_database {
 public:
  explicit raw_database(const std::filesystem::path& folder) {
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    for (const char* name : {"default", "log", "idx", "meta"})
      columns.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::Open(rocksdb::DBOptions{}, folder.string(), columns, &handles_, &opened);
    EXPECT_TRUE(status.ok()) << status.ToString();
    db_.reset(opened);
  }
  ~raw_database() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    db_->Close();
  }

  std::string record(std::uint64_t sequence) {
    std::string out;
    EXPECT_TRUE(db_->Get({}, handles_[1], big_endian(sequence), &out).ok());
    return out;
  }
  bool has_record(std::uint64_t sequence) {
    std::string out;
    return db_->Get({}, handles_[1], big_endian(sequence), &out).ok();
  }
  void put_record(std::uint64_t sequence, const std::string& bytes) {
    EXPECT_TRUE(db_->Put({}, handles_[1], big_endian(sequence), bytes).ok());
  }
  void remove_record(std::uint64_t sequence) {
    EXPECT_TRUE(db_->Delete({}, handles_[1], big_endian(sequence)).ok());
  }
  void put_meta(const std::string& name, const std::string& value) {
    EXPECT_TRUE(db_->Put({}, handles_[3], name, value).ok());
  }
  /// Out of the memory and into a table file.
  void flush() {
    for (auto* handle : handles_) EXPECT_TRUE(db_->Flush({}, handle).ok());
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace bw::tests
