#include "storage/sealed_month.hpp"

#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/time.hpp"
#include "storage/audit_codec.hpp"
#include "storage/durable_file.hpp"
#include "storage/event_json.hpp"
#include "storage/log_metadata.hpp"
#include "storage/merkle_tree.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_word = "BWSEAL1";
constexpr std::string_view name_begin = "audit-";
/// Records of one batch of a restored log.
constexpr std::uint64_t batch_records = 1'024;

std::string month_of(utc_ns at) { return format_date(utc_date(at)).substr(0, 7); }
/// Of the form that month_of writes.
std::string month_after(const std::string& month) {
  auto first = parse_date(month + "-01");
  if (!first) return month;
  // Every month has passed 31 days behind its first; its successor has begun and not ended.
  return format_date(civil_from_days(days_from_civil(*first) + 31)).substr(0, 7);
}
fs::path records_of(const fs::path& folder, const std::string& month) {
  return folder / (std::string{name_begin} + month + ".sst");
}
fs::path seal_of(const fs::path& folder, const std::string& month) {
  return folder / (std::string{name_begin} + month + ".seal");
}

error broken(const fs::path& file, std::string_view what) {
  return {ec::integrity_broken, file.string() + ": " + std::string{what}};
}

error failed(const fs::path& file, const rocksdb::Status& why) {
  return {why.IsCorruption() ? ec::integrity_broken : ec::io_failed,
          file.string() + ": " + why.ToString()};
}

std::optional<signature> signature_of(std::string_view digits) {
  signature out{};
  if (digits.size() != 2 * out.size()) return std::nullopt;
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto* at = digits.data() + 2 * k;
    const auto [end, problem] = std::from_chars(at, at + 2, out[k], 16);
    if (problem != std::errc{} || end != at + 2) return std::nullopt;
  }
  return out;
}

/// Months whose seal is there, oldest first.
result<std::vector<std::string>> months_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code problem;
  for (fs::directory_iterator at{folder, problem}, end; !problem && at != end;
       at.increment(problem)) {
    const auto& file = at->path();
    const auto stem = file.stem().string();
    if (file.extension() == ".seal" && stem.starts_with(name_begin))
      out.push_back(stem.substr(name_begin.size()));
  }
  if (problem) return {ec::io_failed, folder.string() + ": " + problem.message()};
  std::sort(out.begin(), out.end());
  return out;
}

/// Gathers the records of one month into its file.
class month_writer {
 public:
  month_writer(fs::path folder, std::string month)
      : folder_(std::move(folder)), unfinished_(records_of(folder_, month) += ".new") {
    facts_.month = std::move(month);
  }

  const std::string& month() const { return facts_.month; }

  result<void> add(const record_view& view, const digest& chain) {
    if (!writer_) {
      std::error_code ignored;
      fs::remove(unfinished_, ignored);  // Of a run that did not come to its end.
      writer_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions{}, rocksdb::Options{});
      if (const auto opened = writer_->Open(unfinished_.string()); !opened.ok())
        return failed(unfinished_, opened);
      facts_.log_id = view.log_id;
      facts_.first = view.sequence;
      facts_.previous = view.previous;
    }
    const rocksdb::Slice bytes{view.hashed.data(), view.hashed.size() + record_trailer_bytes};
    if (const auto put = writer_->Put(big_endian(view.sequence.value), bytes); !put.ok())
      return failed(unfinished_, put);
    facts_.last = view.sequence;
    facts_.chain = chain;
    tree_.add(view.leaf);
    return {};
  }

  /// The records first, then the seal: a seal without its records never exists.
  result<sealed_month> finish(const signing_key& key) {
    if (const auto done = writer_->Finish(); !done.ok()) return failed(unfinished_, done);
    writer_.reset();
    std::error_code problem;
    fs::rename(unfinished_, records_of(folder_, facts_.month), problem);
    if (problem) return error{ec::io_failed, unfinished_.string() + ": " + problem.message()};
    facts_.root = tree_.root();
    const auto text = facts_.text();
    const auto line = text + " " + key.verifier().id() + " " + hex_text(key.sign(text)) + "\n";
    if (auto put = write_new_file(seal_of(folder_, facts_.month), line, file_access::everybody);
        !put)
      return std::move(put).failure();
    return std::move(facts_);
  }

 private:
  fs::path folder_;
  fs::path unfinished_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  sealed_month facts_;
  merkle_tree tree_;
};

/// Proves the records of one month and answers what a seal must say of them.
result<sealed_month> read_month(const fs::path& folder, const std::string& month,
                                const record_visitor& use) {
  const auto file = records_of(folder, month);
  rocksdb::SstFileReader reader{rocksdb::Options{}};
  if (const auto opened = reader.Open(file.string()); !opened.ok()) return failed(file, opened);
  rocksdb::ReadOptions how;
  how.verify_checksums = true;
  const std::unique_ptr<rocksdb::Iterator> at{reader.NewIterator(how)};
  sealed_month out;
  out.month = month;
  merkle_tree tree;
  std::optional<chain_checker> checker;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const auto key = from_big_endian(at->key().ToStringView());
    const auto bytes = at->value().ToStringView();
    const auto view = parse_record(bytes);
    if (!key || !view) return broken(file, "it holds something that is no record");
    if (!checker) {
      out.log_id = view->log_id;
      out.first = sequence_number{*key};
      out.previous = view->previous;
      checker.emplace(log_head{out.log_id, {}, {}}, out.first);
    }
    if (const auto fault = checker->take(sequence_number{*key}, bytes))
      return broken(file, fault->text);
    out.last = sequence_number{*key};
    tree.add(checker->view().leaf);
    if (!use(checker->view(), checker->chain())) break;
  }
  if (!at->status().ok()) return failed(file, at->status());
  if (!checker) return broken(file, "it has no records");
  out.chain = checker->chain();
  out.root = tree.root();
  return out;
}

result<sealed_month> check_month(const fs::path& folder, const std::string& month,
                                 const public_key& key, const record_visitor& use) {
  auto found = read_month(folder, month, use);
  if (!found) return found;
  const auto file = seal_of(folder, month);
  const auto line = read_file(file);
  if (!line) return line.failure();
  const auto text = found->text();
  const auto begin = text + " " + key.id() + " ";
  if (!line->starts_with(text + " ")) return broken(file, "the records are not those of the seal");
  if (!line->starts_with(begin)) return broken(file, "it was signed with another key");
  const auto by =
      signature_of(std::string_view{*line}.substr(begin.size(), line->size() - begin.size() - 1));
  if (!by || line->back() != '\n' || !key.verifies(text, *by))
    return broken(file, "its signature does not fit");
  return found;
}

result<void> follows(const fs::path& folder, const sealed_month& next,
                     const std::optional<sealed_month>& before) {
  const auto file = seal_of(folder, next.month);
  if (!before) return {};
  if (next.log_id != before->log_id) return broken(file, "it is of another log");
  if (next.first.value != before->last.value + 1)
    return broken(file, "records " + std::to_string(before->last.value + 1) + " to " +
                            std::to_string(next.first.value - 1) + " are missing in front of it");
  if (next.previous != before->chain) return broken(file, "it does not follow on the month before");
  return {};
}

result<std::vector<sealed_month>> walk_seals(const fs::path& folder, const public_key& key,
                                             const record_visitor& use) {
  const auto months = months_in(folder);
  if (!months) return months.failure();
  std::vector<sealed_month> out;
  for (const auto& month : *months) {
    auto next = check_month(folder, month, key, use);
    if (!next) return std::move(next).failure();
    const auto before = out.empty() ? std::nullopt : std::optional{out.back()};
    if (auto right = follows(folder, *next, before); !right) return std::move(right).failure();
    out.push_back(*std::move(next));
  }
  return out;
}

}  // namespace

std::string sealed_month::text() const {
  std::string out{first_word};
  for (const auto& word :
       {month, std::to_string(log_id), std::to_string(first.value), std::to_string(last.value),
        hex_text(previous), hex_text(chain), hex_text(root)})
    (out += ' ') += word;
  return out;
}

result<std::vector<sealed_month>> seal_months(const audit_reader& log, const fs::path& folder,
                                              const signing_key& key, utc_ns now) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return error{ec::io_failed, folder.string() + ": " + problem.message()};
  if (log.head().is_redacted_copy)
    return error{ec::unsupported, "a redacted copy is not sealed: seal the node's own log"};
  const auto there = check_seals(folder, key.verifier());
  if (!there) return there.failure();
  sequence_number from{1};
  std::string earliest;
  if (!there->empty()) {
    if (there->back().log_id != log.head().log_id)
      return broken(folder, "it holds the months of another log; name another folder");
    from = sequence_number{there->back().last.value + 1};
    earliest = month_after(there->back().month);
  }
  std::vector<sealed_month> out;
  if (from > log.head().sequence) return out;
  std::optional<month_writer> open;
  result<void> done;
  const auto this_month = month_of(now);
  const auto close = [&]() -> result<void> {
    auto sealed = open->finish(key);
    open.reset();
    if (!sealed) return std::move(sealed).failure();
    out.push_back(*std::move(sealed));
    return {};
  };
  const auto fault = log.walk(from, [&](const record_view& view, const digest& chain) {
    // Where the clock was set back the record belongs where it stands.
    const auto month = std::max(month_of(view.stamp.wall), open ? open->month() : earliest);
    if (open && month > open->month()) done = close();
    if (!done || month >= this_month) return false;
    if (!open) open.emplace(folder, month);
    done = open->add(view, chain);
    return done.ok();
  });
  if (fault) return as_error(*fault);
  if (!done) return std::move(done).failure();
  if (open)
    if (auto last = close(); !last) return std::move(last).failure();
  return out;
}

result<std::vector<sealed_month>> check_seals(const fs::path& folder, const public_key& key) {
  return walk_seals(folder, key, [](const record_view&, const digest&) { return true; });
}

result<log_head> restore_months(const fs::path& folder, const public_key& key, const fs::path& to) {
  std::error_code problem;
  if (fs::exists(to, problem))
    return error{ec::already_exists, to.string() + " is there already; name a new folder"};
  auto store = rocksdb_store::open_primary({.folder = to});
  if (!store) return std::move(store).failure();
  log_head head;
  std::uint64_t boot_no = 0;
  result<void> written;
  const auto put_head = [&] {
    (*store)->stage_meta(meta_format, format_text);
    (*store)->stage_meta(meta_log_id, big_endian(head.log_id));
    (*store)->stage_meta(meta_boot_no, big_endian(boot_no));
    (*store)->stage_meta(meta_head, head_text(head.sequence, head.chain));
  };
  const auto months = walk_seals(folder, key, [&](const record_view& view, const digest& chain) {
    const std::string_view bytes{view.hashed.data(), view.hashed.size() + record_trailer_bytes};
    (*store)->stage_record(view.sequence, bytes);
    if (const auto record = decode_record(view, chain))
      if (const auto id = client_id_of(record->event); !id.empty())
        (*store)->stage_mention(id, view.sequence);
    head = {view.log_id, view.sequence, chain};
    boot_no = view.boot_no;
    if (view.sequence.value % batch_records != 0) return true;
    put_head();
    written = (*store)->commit(sync_mode::no);
    return written.ok();
  });
  if (!written) return written.failure();
  if (!months) return months.failure();
  if (months->empty() || months->front().first.value != 1)
    return broken(folder, "the months do not begin with the first record of the log");
  put_head();
  if (auto done = (*store)->commit(sync_mode::yes); !done) return std::move(done).failure();
  return head;
}

}  // namespace bw
