#include "storage/audit_reader.hpp"

#include <utility>

#include "storage/audit_codec.hpp"
#include "storage/log_metadata.hpp"
#include "storage/rocksdb_store.hpp"

namespace bw {
namespace {

/// A primary may replace its files between two looks of a reader, and the second one then misses
/// what moved. What is missing three times is missing.
constexpr int looks_max = 3;

class rocksdb_audit_reader final : public audit_reader {
 public:
  explicit rocksdb_audit_reader(std::unique_ptr<rocksdb_store> store) : store_(std::move(store)) {}

  const log_head& head() const override { return meta_.head; }
  std::uint64_t boot_no() const override { return meta_.boot_no; }
  bool has_log() const { return meta_.exists; }

  result<void> read(const audit_filter& filter,
                    const std::function<bool(const audit_record&)>& use) const override {
    if (!filter.client_id.empty()) return read_mentions(filter, use);
    return read_range(filter, use);
  }

  std::optional<chain_failure> walk(sequence_number from,
                                    const record_visitor& use) const override {
    return walk_chain([this](sequence_number first) { return store_->records(first); }, meta_.head,
                      from, use);
  }

  result<void> check_files() const override { return store_->check_files(); }

  result<void> catch_up() override {
    for (int look = 1;; ++look) {
      if (auto caught_up = store_->catch_up(); !caught_up) return caught_up;
      auto meta = read_metadata(*store_);
      if (!meta) return std::move(meta).failure();
      meta_ = *meta;
      const auto last = store_->last_record();
      if (!last) return last.failure();
      // Otherwise the reader stands between two steps of the primary, or the log is broken: what
      // is read next says so.
      if (*last == meta_.head.sequence || look == looks_max) return {};
    }
  }

 private:
  result<void> read_range(const audit_filter& filter,
                          const std::function<bool(const audit_record&)>& use) const {
    result<void> decoded;
    const auto failure = walk(filter.from, [&](const record_view& view, const digest& chain) {
      if (view.sequence > filter.to) return false;
      // A record of another type is not decoded: it may be newer than this program.
      if (filter.type && view.type != *filter.type + 1) return true;
      if (view.redacted) {
        if (filter.withheld) filter.withheld(view);
        return true;
      }
      const auto record = decode_record(view, chain);
      if (record) return use(*record);
      decoded = record.failure();
      return false;
    });
    if (failure) return as_error(*failure);
    return decoded;
  }

  result<void> read_mentions(const audit_filter& filter,
                             const std::function<bool(const audit_record&)>& use) const {
    const auto found = store_->mentions(filter.client_id, mentions_max);
    if (!found) return found.failure();
    for (const auto sequence : *found) {
      if (sequence < filter.from || sequence > filter.to) continue;
      const auto bytes = store_->record(sequence);
      if (!bytes) return bytes.failure();
      chain_checker checker{meta_.head, sequence};
      if (!*bytes)
        return as_error({chain_fault::gap, sequence, "the index names it and it is missing"});
      if (const auto failure = checker.take(sequence, **bytes)) return as_error(*failure);
      const auto record = decode_record(checker.view(), checker.chain());
      if (!record) return record.failure();
      if (filter.type && record->type != *filter.type) continue;
      if (!use(*record)) break;
    }
    return {};
  }

  std::unique_ptr<rocksdb_store> store_;
  log_metadata meta_;
};

}  // namespace

result<std::uint16_t> parse_audit_type(std::string_view name) {
  std::string names;
  for (std::uint16_t index = 0; index < audit_type_count; ++index) {
    if (audit_type_name(index) == name) return index;
    names += (index == 0 ? "" : ", ") + std::string{audit_type_name(index)};
  }
  return {ec::not_found, "no audit record has the type '" + std::string{name.substr(0, 40)} +
                             "'; there are " + names};
}

result<std::unique_ptr<audit_reader>> open_audit_reader(const std::filesystem::path& folder) {
  auto store = rocksdb_store::open_secondary(folder);
  if (!store) return std::move(store).failure();
  auto reader = std::make_unique<rocksdb_audit_reader>(*std::move(store));
  if (auto caught_up = reader->catch_up(); !caught_up)
    return std::move(caught_up).failure().within(folder.string());
  if (!reader->has_log())
    return {ec::not_found, "the audit log in " + folder.string() + " was never written to"};
  return std::unique_ptr<audit_reader>{std::move(reader)};
}

}  // namespace bw
