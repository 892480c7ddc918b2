#include "storage/audit_copy.hpp"

#include "storage/audit_codec.hpp"
#include "storage/log_metadata.hpp"

namespace bw {
namespace {

/// Records of one batch of the copy.
constexpr std::uint64_t batch_records = 1'024;

void stage_head(rocksdb_store& store, const log_head& head, std::uint64_t boot_no) {
  store.stage_meta(meta_format, head.is_redacted_copy ? redacted_format_text : format_text);
  store.stage_meta(meta_log_id, big_endian(head.log_id));
  store.stage_meta(meta_boot_no, big_endian(boot_no));
  store.stage_meta(meta_head, head_text(head.sequence, head.chain));
}

result<void> set_aside(const std::filesystem::path& what, const std::string& suffix) {
  std::error_code code;
  if (!std::filesystem::exists(what, code)) return {};
  auto aside = what;
  aside += suffix;
  if (std::filesystem::exists(aside, code))
    return {ec::already_exists, aside.string() + " is there already"};
  std::filesystem::rename(what, aside, code);
  if (code) return {ec::io_failed, what.string() + " cannot be renamed: " + code.message()};
  return {};
}

/// `hides` may be empty: everything is copied as it is.
result<log_head> copy_records(const std::filesystem::path& from, const std::filesystem::path& to,
                              const std::function<bool(const record_view&)>& hides) {
  std::error_code code;
  if (std::filesystem::exists(to, code))
    return {ec::already_exists, to.string() + " is there already; name a new folder"};
  const auto reader = open_audit_reader(from);
  if (!reader) return reader.failure();
  auto store = rocksdb_store::open_primary({.folder = to});
  if (!store) return std::move(store).failure();
  log_head copied{(*reader)->head().log_id, {}, {}};
  copied.is_redacted_copy = (*reader)->head().is_redacted_copy || hides;
  result<void> written;
  const auto broken =
      (*reader)->walk(sequence_number{1}, [&](const record_view& view, const digest& chain) {
        const bool hidden = hides && !view.redacted && hides(view);
        const std::string_view bytes{view.hashed.data(), view.hashed.size() + record_trailer_bytes};
        (*store)->stage_record(view.sequence, hidden ? redact_record(view) : std::string{bytes});
        // A record of a newer version is copied all the same; its order is then not in the index.
        if (!hidden)
          if (const auto record = decode_record(view, chain))
            if (const auto id = client_id_of(record->event); !id.empty())
              (*store)->stage_mention(id, view.sequence);
        copied.sequence = view.sequence;
        copied.chain = chain;
        if (view.sequence.value % batch_records != 0) return true;
        stage_head(**store, copied, (*reader)->boot_no());
        written = (*store)->commit(sync_mode::no);
        return written.ok();
      });
  if (broken) return as_error(*broken);
  if (!written) return written.failure();
  stage_head(**store, copied, (*reader)->boot_no());
  if (auto done = (*store)->commit(sync_mode::yes); !done) return std::move(done).failure();
  return copied;
}

}  // namespace

result<log_head> copy_audit_log(const std::filesystem::path& from,
                                const std::filesystem::path& to) {
  return copy_records(from, to, {});
}

result<log_head> copy_redacted(const std::filesystem::path& from, const std::filesystem::path& to,
                               const std::function<bool(const record_view&)>& hides) {
  return copy_records(from, to, hides);
}

adoption examine_for_adoption(const std::filesystem::path& folder) {
  adoption out;
  const auto reader = open_audit_reader(folder);
  if (!reader) {
    out.reason = reader.failure().context;
    return out;
  }
  out.log_id = (*reader)->head().log_id;
  result<void> folded;
  const auto broken =
      (*reader)->walk(sequence_number{1}, [&](const record_view& view, const digest& chain) {
        const auto record = decode_record(view, chain);
        folded = record ? out.past.apply(*record) : result<void>{record.failure()};
        if (!folded) return false;
        out.sequence = view.sequence;
        out.chain = chain;
        return true;
      });
  if (broken) out.reason = as_error(*broken).context;
  if (!folded) out.reason = folded.failure().context;
  return out;
}

result<void> adopt_new_log(const proved_log_options& options, const adoption& old,
                           const std::string& suffix, std::uint64_t seed, const audit_stamp& now) {
  if (auto done = set_aside(options.log.folder, suffix); !done) return done;
  if (auto done = set_aside(options.anchors.file, suffix); !done) return done;
  auto log = open_proved_log(options, seed, now);
  if (!log) return std::move(log).failure();
  previous_log_record previous;
  previous.log_id = old.log_id;
  previous.sequence = old.sequence;
  previous.chain = old.chain;
  previous.folder = options.log.folder.string() + suffix;
  previous.reason = old.reason;
  // The starts of another log are counted anew; whatever was latched was latched before all of
  // them.
  auto books = old.past.snapshot("adopted");
  books.boot_no = 0;
  for (auto& latch : books.latches) latch.boot_no = 0;
  const audit_event first = previous;
  const audit_event second = books;
  const audit_log::entry entries[] = {{now, &first}, {now, &second}};
  const auto written = log->keeper->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  const auto anchored = log->keeper->finish(now);
  if (!anchored) return anchored.failure();
  return {};
}

}  // namespace bw
