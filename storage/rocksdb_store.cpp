#include "storage/rocksdb_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "storage/ordered_files.hpp"
#include "storage/rocksdb_settings.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

constexpr std::array<std::string_view, 3> column_names{"log", "idx", "meta"};
/// How long the text of a failure from RocksDB may be in a sentence of ours.
constexpr std::size_t reason_bytes_max = 300;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

/// RocksDB has no status of its own for a lock that somebody holds.
bool is_lock_conflict(const std::string& reason) {
  return reason.find("While lock file") != std::string::npos ||
         reason.find("lock hold by current process") != std::string::npos;
}

error translate(const rocksdb::Status& status, const std::filesystem::path& folder) {
  const auto reason = status.ToString();
  const auto place = "the audit log in " + folder.string();
  const auto quoted = ": " + reason.substr(0, reason_bytes_max);
  if (is_lock_conflict(reason))
    return {ec::storage_locked,
            place + " is held by another process; stop that one, or give this one another folder"};
  if (status.IsCorruption())
    return {ec::integrity_broken,
            place + " is damaged; keep the folder as it is and move it aside" + quoted};
  if (status.IsNoSpace()) return {ec::storage_failed, place + " has no space left" + quoted};
  return {ec::storage_failed, place + " cannot be used" + quoted};
}

error foreign(const std::filesystem::path& folder, std::string_view what) {
  return {ec::storage_failed, "the folder " + folder.string() + " holds " + std::string{what} +
                                  " and no audit log; name a folder of its own in audit.folder"};
}

/// What a database leaves behind whose creation was interrupted before it could hold anything.
bool is_left_by_creation(std::string_view file) {
  return file == "LOCK" || file == "LOG" || file == "IDENTITY" || file.starts_with("LOG.old.") ||
         file.starts_with("MANIFEST-") || file.starts_with("OPTIONS-") || file.ends_with(".dbtmp");
}

enum class folder_content { nothing, database, other_files };

result<folder_content> look_into(const std::filesystem::path& folder) {
  std::error_code code;
  if (std::filesystem::exists(folder / "CURRENT", code)) return folder_content::database;
  std::filesystem::directory_iterator files{folder, code};
  if (code)
    return {ec::io_failed, "the folder " + folder.string() + " cannot be read: " + code.message()};
  for (const auto& file : files)
    if (!is_left_by_creation(file.path().filename().string())) return folder_content::other_files;
  return folder_content::nothing;
}

/// A database that lacks columns of ours is one whose creation was interrupted, or somebody else's.
bool holds_anything(const std::filesystem::path& folder) {
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(rocksdb::Options{}, folder.string(), &opened).ok()) return true;
  const std::unique_ptr<rocksdb::DB> db{opened};
  const std::unique_ptr<rocksdb::Iterator> all{db->NewIterator(rocksdb::ReadOptions{})};
  all->SeekToFirst();
  return all->Valid() || !all->status().ok();
}

/// How many of our columns are there; a failure when the database is somebody else's.
result<std::size_t> count_columns(const std::filesystem::path& folder) {
  std::vector<std::string> found;
  const auto status =
      rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions{}, folder.string(), &found);
  if (!status.ok()) return translate(status, folder);
  std::size_t ours = 0;
  for (const auto& name : found) {
    if (std::find(column_names.begin(), column_names.end(), name) != column_names.end()) {
      ++ours;
    } else if (name != rocksdb::kDefaultColumnFamilyName) {
      return foreign(folder, "another program's database (column family '" + name + "')");
    }
  }
  if (ours < column_names.size() && holds_anything(folder))
    return foreign(folder, "another program's database");
  return ours;
}

std::vector<rocksdb::ColumnFamilyDescriptor> columns() {
  rocksdb::ColumnFamilyOptions options;
  rocksdb_settings::columns(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> out{{rocksdb::kDefaultColumnFamilyName, options}};
  for (const auto name : column_names) out.emplace_back(std::string{name}, options);
  return out;
}

rocksdb::ReadOptions careful_read() {
  rocksdb::ReadOptions out;
  out.verify_checksums = true;
  return out;
}

/// Remembers the first error of a background thread. RocksDB calls it from its own threads.
class background_watch final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    const std::lock_guard lock{mutex_};
    if (first_.ok()) first_ = *status;
  }
  rocksdb::Status first() const {
    const std::lock_guard lock{mutex_};
    return first_;
  }

 private:
  mutable std::mutex mutex_;
  rocksdb::Status first_;
};

class rocksdb_cursor final : public record_cursor {
 public:
  rocksdb_cursor(std::unique_ptr<rocksdb::Iterator> at, std::filesystem::path folder,
                 sequence_number from)
      : at_(std::move(at)), folder_(std::move(folder)) {
    at_->Seek(big_endian(from.value));
  }

  bool next(sequence_number& key, std::string_view& bytes) override {
    if (std::exchange(started_, true) && at_->Valid()) at_->Next();
    if (!at_->Valid()) return false;
    const auto number = from_big_endian(at_->key().ToStringView());
    if (!number) {
      malformed_key_ = true;
      return false;
    }
    key = sequence_number{*number};
    bytes = at_->value().ToStringView();
    return true;
  }
  result<void> status() const override {
    if (malformed_key_)
      return {ec::integrity_broken, "a key of the log has not the length of a sequence"};
    if (!at_->status().ok()) return translate(at_->status(), folder_);
    return {};
  }

 private:
  std::unique_ptr<rocksdb::Iterator> at_;
  std::filesystem::path folder_;
  bool started_ = false;
  bool malformed_key_ = false;
};

}  // namespace

struct rocksdb_store::database {
  std::filesystem::path folder;
  std::optional<temporary_folder> secondary_files;
  std::shared_ptr<background_watch> watch;
  std::unique_ptr<rocksdb::Env> files;  // Outlives the database.
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;  // In the order of columns().
  rocksdb::WriteBatch batch;
  bool failed = false;

  rocksdb::ColumnFamilyHandle* log() const { return handles[1]; }
  rocksdb::ColumnFamilyHandle* idx() const { return handles[2]; }
  rocksdb::ColumnFamilyHandle* meta() const { return handles[3]; }

  ~database() {
    if (!db) return;
    // Close does not sync the WAL. A failure has nobody to hear it; the next open looks.
    if (!secondary_files && !failed) static_cast<void>(db->SyncWAL());
    for (auto* handle : handles) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
    static_cast<void>(db->Close());
  }

  /// The first failure is final: what the log would say afterwards has a hole.
  result<void> final_unless_ok(const rocksdb::Status& status) {
    if (status.ok()) return {};
    failed = true;
    return translate(status, folder);
  }
  result<void> usable() {
    if (failed) return {ec::storage_failed, "the audit log in " + folder.string() + " has failed"};
    return final_unless_ok(watch->first());
  }
  result<std::optional<std::string>> find(rocksdb::ColumnFamilyHandle* column,
                                          std::string_view key) const {
    std::string value;
    const auto status = db->Get(careful_read(), column, slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return translate(status, folder);
    return std::optional{std::move(value)};
  }
};

rocksdb_store::rocksdb_store(std::unique_ptr<database> opened) : database_(std::move(opened)) {}
rocksdb_store::~rocksdb_store() = default;

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open_primary(const audit_options& options) {
  const auto& folder = options.folder;
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    return {ec::io_failed, "the folder " + folder.string() + " cannot be made: " + code.message()};
  const auto content = look_into(folder);
  if (!content) return content.failure();
  if (*content == folder_content::other_files) return foreign(folder, "other files");
  if (*content == folder_content::database)
    if (const auto ours = count_columns(folder); !ours) return ours.failure();

  auto out = std::make_unique<database>();
  out->folder = folder;
  out->watch = std::make_shared<background_watch>();
  rocksdb::DBOptions settings;
  rocksdb_settings::primary(settings, options.sync);
  out->files = make_ordered_files(options.files);
  settings.env = out->files.get();
  settings.listeners.push_back(out->watch);
  // Flush and compaction yield to the threads that trade.
  for (const auto pool : {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH})
    static_cast<void>(settings.env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow));

  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::Open(settings, folder.string(), columns(), &out->handles, &opened);
  out->db.reset(opened);
  if (!status.ok()) return translate(status, folder);
  return std::unique_ptr<rocksdb_store>{new rocksdb_store{std::move(out)}};
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open_secondary(
    const std::filesystem::path& folder) {
  const error nothing{ec::not_found, "there is no audit log in " + folder.string()};
  std::error_code code;
  if (!std::filesystem::exists(folder / "CURRENT", code)) return nothing;
  const auto ours = count_columns(folder);
  if (!ours) return ours.failure();
  if (*ours < column_names.size()) return nothing;
  auto files = temporary_folder::make("bellwether-audit");
  if (!files) return std::move(files).failure();

  auto out = std::make_unique<database>();
  out->folder = folder;
  out->watch = std::make_shared<background_watch>();
  out->secondary_files.emplace(*std::move(files));
  rocksdb::DBOptions settings;
  rocksdb_settings::secondary(settings);

  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::OpenAsSecondary(settings, folder.string(), out->secondary_files->path().string(),
                                   columns(), &out->handles, &opened);
  out->db.reset(opened);
  if (!status.ok()) return translate(status, folder);
  return std::unique_ptr<rocksdb_store>{new rocksdb_store{std::move(out)}};
}

result<std::optional<std::string>> rocksdb_store::meta(std::string_view name) const {
  return database_->find(database_->meta(), name);
}

result<sequence_number> rocksdb_store::last_record() const {
  const std::unique_ptr<rocksdb::Iterator> at{
      database_->db->NewIterator(careful_read(), database_->log())};
  at->SeekToLast();
  if (!at->status().ok()) return translate(at->status(), database_->folder);
  if (!at->Valid()) return sequence_number{};
  const auto number = from_big_endian(at->key().ToStringView());
  if (!number) return {ec::integrity_broken, "the last key of the log is no sequence"};
  return sequence_number{*number};
}

result<std::optional<std::string>> rocksdb_store::record(sequence_number sequence) const {
  return database_->find(database_->log(), big_endian(sequence.value));
}

std::unique_ptr<record_cursor> rocksdb_store::records(sequence_number from) const {
  std::unique_ptr<rocksdb::Iterator> at{
      database_->db->NewIterator(careful_read(), database_->log())};
  return std::make_unique<rocksdb_cursor>(std::move(at), database_->folder, from);
}

result<std::vector<sequence_number>> rocksdb_store::mentions(const client_order_id& id,
                                                             std::size_t count_max) const {
  const auto prefix = id.str() + '\0';
  const std::unique_ptr<rocksdb::Iterator> at{
      database_->db->NewIterator(careful_read(), database_->idx())};
  std::vector<sequence_number> out;
  for (at->Seek(prefix); at->Valid() && out.size() < count_max; at->Next()) {
    const auto key = at->key().ToStringView();
    if (!key.starts_with(prefix)) break;
    if (const auto number = from_big_endian(key.substr(prefix.size())))
      out.push_back(sequence_number{*number});
  }
  if (!at->status().ok()) return translate(at->status(), database_->folder);
  return out;
}

/// File by file, as they lie in the folder: a secondary's own VerifyChecksum and its list of files
/// pass over every family, because only a primary marks them as initialised.
result<void> rocksdb_store::check_files() const {
  std::error_code gone;  // A node may remove a file that it has compacted away.
  for (std::filesystem::directory_iterator each{database_->folder, gone}, end; !gone && each != end;
       each.increment(gone)) {
    if (each->path().extension() != ".sst") continue;
    rocksdb::SstFileReader table{rocksdb::Options{}};
    auto status = table.Open(each->path().string());
    if (status.ok()) status = table.VerifyChecksum(careful_read());
    std::error_code unknown;
    if (!status.ok() && std::filesystem::exists(each->path(), unknown))
      return translate(status, database_->folder);
  }
  return {};
}

void rocksdb_store::stage_record(sequence_number sequence, std::string_view bytes) {
  // Only a full memory could refuse here, and then the batch is short: commit would miss it.
  const auto staged =
      database_->batch.Put(database_->log(), big_endian(sequence.value), slice(bytes));
  BW_ASSERT(staged.ok(), "a batch takes a record");
}

void rocksdb_store::stage_mention(const client_order_id& id, sequence_number sequence) {
  const auto staged = database_->batch.Put(
      database_->idx(), id.str() + '\0' + big_endian(sequence.value), rocksdb::Slice{});
  BW_ASSERT(staged.ok(), "a batch takes an index entry");
}

void rocksdb_store::stage_meta(std::string_view name, std::string_view value) {
  const auto staged = database_->batch.Put(database_->meta(), slice(name), slice(value));
  BW_ASSERT(staged.ok(), "a batch takes a text");
}

result<void> rocksdb_store::commit(sync_mode sync) {
  if (auto usable = database_->usable(); !usable) return usable;
  rocksdb::WriteOptions options;
  rocksdb_settings::write(options, sync);
  const auto status = database_->db->Write(options, &database_->batch);
  database_->batch.Clear();
  return database_->final_unless_ok(status);
}

result<void> rocksdb_store::sync() {
  if (auto usable = database_->usable(); !usable) return usable;
  return database_->final_unless_ok(database_->db->SyncWAL());
}

result<void> rocksdb_store::catch_up() {
  const auto status = database_->db->TryCatchUpWithPrimary();
  if (!status.ok()) return translate(status, database_->folder);
  return {};
}

std::string big_endian(std::uint64_t x) {
  std::string out(8, '\0');
  for (std::size_t k = 8; k-- > 0; x >>= 8) out[k] = static_cast<char>(x & 0xff);
  return out;
}

std::optional<std::uint64_t> from_big_endian(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  std::uint64_t out = 0;
  for (const char byte : bytes) out = out << 8 | static_cast<unsigned char>(byte);
  return out;
}

}  // namespace bw
