#include "storage/anchor_writer.hpp"

#include <utility>

namespace bw {

std::filesystem::path public_key_file(const std::filesystem::path& key) {
  auto out = key;
  return out.replace_extension(".pub");
}

anchor_writer::anchor_writer(anchor_options options, signing_key key, line_file file)
    : options_(std::move(options)), key_(std::move(key)), file_(std::move(file)) {}

result<anchor_writer> anchor_writer::open(const anchor_options& options) {
  std::error_code code;
  if (std::filesystem::exists(options.file, code) && !std::filesystem::exists(options.key, code))
    return {ec::integrity_broken, "there are anchors in " + options.file.string() +
                                      " and the key " + options.key.string() +
                                      " that signed them is gone; put it back, or start a new log "
                                      "with `bellwether audit adopt`"};
  auto key = signing_key::load_or_make(options.key, public_key_file(options.key));
  if (!key) return std::move(key).failure();
  auto read = read_anchors(options.file, key->verifier(), signature_check::last);
  if (!read) return std::move(read).failure();
  auto file = line_file::open(options.file);
  if (!file) return std::move(file).failure();
  // What a power loss left of a line is ended; the line that follows on it passes it over.
  if (read->torn)
    if (auto ended = file->append(""); !ended) return std::move(ended).failure();
  anchor_writer out{options, *std::move(key), *std::move(file)};
  if (!read->anchors.empty()) out.last_ = read->anchors.back();
  out.last_line_ = read->last_line;
  return out;
}

bool anchor_writer::is_due(sequence_number head, std::uint64_t own, mono_ns now) const {
  const auto anchored = last_ ? last_->sequence.value : 0;
  const auto news = head.value - anchored;
  if (news <= own) return false;
  return news - own >= options_.records || now - written_at_ >= options_.period;
}

result<std::string> anchor_writer::write(const audit_log& log, sequence_number snapshot,
                                         utc_ns wall, mono_ns now) {
  const auto* tree = log.tree();
  BW_ASSERT(tree != nullptr && tree->size() == log.head().value, "the tree is that of the head");
  anchor next;
  next.log_id = log.log_id();
  next.sequence = log.head();
  next.chain = log.head_chain();
  next.root = tree->root();
  next.snapshot = snapshot;
  next.at = wall;
  next.peaks = tree->peaks();
  next.previous = last_line_;
  const auto line = anchor_line(next, key_);
  if (auto written = file_.append(line); !written) return std::move(written).failure();
  last_line_ = sha256{}.of({line});
  last_ = std::move(next);
  written_at_ = now;
  return line;
}

}  // namespace bw
