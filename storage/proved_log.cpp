#include "storage/proved_log.hpp"

#include "storage/audit_reader.hpp"

namespace bw {
namespace {

/// A start of the database may write out what it read from its files. A log that was rolled back
/// stays as it was found.
result<void> compare_untouched(const proved_log_options& options, const anchor& last) {
  const auto reader = open_audit_reader(options.log.folder);
  if (!reader && reader.code() == ec::not_found)
    return rollback("there is no audit log in " + options.log.folder.string() + ", and " +
                    options.anchors.file.string() + " has anchors of one");
  if (!reader) return reader.failure();
  return check_head((*reader)->head(), last);
}

/// Merged once: the content's hash stands in the log before the file says so.
result<std::size_t> merge_emergency(const std::filesystem::path& file, log_keeper& keeper,
                                    const audit_stamp& now) {
  const auto left = emergency_file::read(file);
  if (!left) return left.failure();
  if (left->events.empty()) return std::size_t{0};
  if (left->content != keeper.books().merged_emergency()) {
    const audit_event first = emergency_record{
        left->content, static_cast<std::uint32_t>(left->events.size()), left->boot_no};
    std::vector<audit_log::entry> entries{{now, &first}};
    for (const auto& kept : left->events) entries.push_back({kept.stamp, &kept.event});
    if (const auto written = keeper.append(entries, sync_mode::yes); !written)
      return written.failure();
  }
  if (auto marked = emergency_file::mark_merged(file); !marked) return std::move(marked).failure();
  return left->events.size();
}

}  // namespace

result<proved_log> open_proved_log(const proved_log_options& options, std::uint64_t seed,
                                   const audit_stamp& now) {
  auto anchors = anchor_writer::open(options.anchors);
  if (!anchors) return std::move(anchors).failure();
  if (anchors->last())
    if (auto right = compare_untouched(options, *anchors->last()); !right)
      return std::move(right).failure();

  proved_log out;
  auto opened = open_audit_log(options.log, seed);
  if (!opened) return std::move(opened).failure();
  out.log = *std::move(opened);
  auto start = recover(*out.log, anchors->last());
  if (!start) return std::move(start).failure();
  out.from = start->from;
  out.records = start->records;
  out.keeper = std::make_unique<log_keeper>(*out.log, *std::move(start), *std::move(anchors),
                                            options.keeper);
  const auto merged = merge_emergency(options.emergency, *out.keeper, now);
  if (!merged) return merged.failure();
  out.merged = *merged;
  auto emergency = emergency_file::open(options.emergency, out.log->boot_no());
  if (!emergency) return std::move(emergency).failure();
  out.emergency = std::make_unique<emergency_file>(*std::move(emergency));
  return out;
}

}  // namespace bw
