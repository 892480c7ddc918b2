#include "storage/rocksdb_audit_log.hpp"

#include <algorithm>
#include <utility>

#include "storage/audit_codec.hpp"
#include "storage/log_identity.hpp"
#include "storage/log_metadata.hpp"
#include "storage/record_chain.hpp"
#include "storage/rocksdb_store.hpp"

namespace bw {
namespace {

class rocksdb_audit_log final : public audit_log {
 public:
  rocksdb_audit_log(std::unique_ptr<rocksdb_store> store, const log_metadata& meta)
      : store_(std::move(store)),
        boot_no_(meta.boot_no),
        head_(meta.head),
        writer_(meta.head.log_id, meta.boot_no, meta.head.sequence, meta.head.chain) {}

  result<sequence_number> append(std::span<const entry> entries, sync_mode sync) override {
    if (failed_) return log_is_closed();
    if (entries.empty()) return empty_append(sync);
    for (const auto& next : entries) {
      const auto bytes = writer_.add(next);
      if (!bytes) return fail(bytes.failure());
      stage(next, *bytes);
    }
    store_->stage_meta(meta_head, head_text(writer_.head(), writer_.chain()));
    if (auto written = store_->commit(sync); !written) return fail(std::move(written).failure());
    BW_ASSERT(writer_.head().value == head_.sequence.value + entries.size(),
              "a group of records follows on the last one without a gap");
    head_.sequence = writer_.head();
    head_.chain = writer_.chain();
    return head_.sequence;
  }

  result<void> sync() override {
    if (failed_) return log_is_closed();
    if (auto synced = store_->sync(); !synced) return fail(std::move(synced).failure());
    return {};
  }

  sequence_number head() const override { return head_.sequence; }
  digest head_chain() const override { return head_.chain; }
  std::uint64_t boot_no() const override { return boot_no_; }
  std::uint64_t log_id() const override { return head_.log_id; }

  const merkle_tree* tree() const override { return writer_.tree(); }
  void continue_tree(merkle_tree tree) override { writer_.continue_tree(std::move(tree)); }

  result<void> read(sequence_number from,
                    const std::function<bool(const audit_record&)>& use) const override {
    return read_chain([this](sequence_number first) { return store_->records(first); }, head_, from,
                      use);
  }

 private:
  /// The place of a new record is empty without a look: the opening has proved that the head is the
  /// last record, and whoever holds the database's lock is the only one who adds.
  void stage(const entry& next, std::string_view bytes) {
    const auto sequence = writer_.head();
    store_->stage_record(sequence, bytes);
    if (const auto id = client_id_of(*next.event); !id.empty()) store_->stage_mention(id, sequence);
  }

  result<sequence_number> empty_append(sync_mode wanted) {
    if (wanted == sync_mode::yes)
      if (auto synced = sync(); !synced) return std::move(synced).failure();
    return head_.sequence;
  }

  error fail(error why) {
    failed_ = true;
    return why;
  }

  std::unique_ptr<rocksdb_store> store_;
  std::uint64_t boot_no_;
  log_head head_;
  record_writer writer_;
  bool failed_ = false;
};

/// The head must be the last record, and be chained as it says.
result<void> check_end(const rocksdb_store& store, const log_head& head) {
  const auto last = store.last_record();
  if (!last) return last.failure();
  if (head.sequence.value == 0 && last->value == 0) return {};
  chain_checker checker{head, std::max(*last, sequence_number{1})};
  const auto bytes = store.record(*last);
  if (!bytes) return bytes.failure();
  if (*bytes)
    if (const auto failure = checker.take(*last, **bytes)) return as_error(*failure);
  if (const auto failure = checker.finish(head)) return as_error(*failure);
  return {};
}

/// A database without metadata was made by an open that did not come to its end.
result<log_metadata> begin_log(const rocksdb_store& store, std::uint64_t seed) {
  const auto last = store.last_record();
  if (!last) return last.failure();
  if (last->value != 0)
    return {ec::integrity_broken,
            "the audit log has records and no metadata; move its folder aside"};
  log_metadata out;
  out.head.log_id = new_log_id(seed);
  return out;
}

}  // namespace

result<std::unique_ptr<audit_log>> open_audit_log(const audit_options& options,
                                                  std::uint64_t seed) {
  auto opened = rocksdb_store::open_primary(options);
  if (!opened) return std::move(opened).failure();
  auto& store = **opened;
  auto meta = read_metadata(store);
  if (meta && !meta->exists) meta = begin_log(store, seed);
  if (!meta) return std::move(meta).failure().within(options.folder.string());
  if (meta->head.is_redacted_copy)
    return {ec::unsupported,
            "the audit log in " + options.folder.string() +
                " is a redacted copy: it is read and never written to; name the node's own log"};
  if (auto right = check_end(store, meta->head); !right)
    return std::move(right).failure().within(options.folder.string());

  ++meta->boot_no;
  store.stage_meta(meta_format, format_text);
  store.stage_meta(meta_log_id, big_endian(meta->head.log_id));
  store.stage_meta(meta_boot_no, big_endian(meta->boot_no));
  store.stage_meta(meta_head, head_text(meta->head.sequence, meta->head.chain));
  if (auto counted = store.commit(sync_mode::yes); !counted) return std::move(counted).failure();
  return std::unique_ptr<audit_log>{std::make_unique<rocksdb_audit_log>(*std::move(opened), *meta)};
}

}  // namespace bw
