#include "storage/record_layout.hpp"

#include <algorithm>

#include "storage/audit_codec.hpp"
#include "storage/binary_codec.hpp"
#include "storage/crc32c.hpp"

namespace bw {
namespace {

constexpr std::size_t payload_length_at = 88;
constexpr std::size_t from_bytes = 32;
static_assert(short_name::capacity == from_bytes - 1, "a sender's name fills its field");

constexpr std::string_view leaf_prefix{"\x00", 1};
constexpr std::string_view chain_prefix{"\x02", 1};

std::string_view text_of(const digest& x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

error malformed(std::string_view what) {
  return {ec::parse_failed, "a record of the audit log has " + std::string{what}};
}

/// The fixed-width name: canonical only with zeros behind it.
bool read_from(std::string_view field, short_name& out) {
  const auto length = static_cast<unsigned char>(field[0]);
  if (length >= from_bytes) return false;
  const auto padding = field.substr(1u + length);
  if (std::any_of(padding.begin(), padding.end(), [](char c) { return c != 0; })) return false;
  out = short_name{field.substr(1, length)};
  return true;
}

}  // namespace

result<record_view> parse_record(std::string_view bytes) {
  if (bytes.size() < record_header_bytes + record_trailer_bytes)
    return malformed("only " + std::to_string(bytes.size()) + " bytes");
  record_view out;
  const auto magic = bytes.substr(0, record_magic.size());
  out.redacted = magic == redacted_magic;
  if (!out.redacted && magic != record_magic) return malformed("another magic number");

  std::uint16_t version = 0;
  std::uint32_t payload_bytes = 0;
  binary_reader header{bytes.substr(record_magic.size(), 52)};
  binary_reader length{bytes.substr(payload_length_at, 4)};
  const bool whole =
      header.value(version) && header.value(out.type) && header.value(out.sequence) &&
      header.value(out.log_id) && header.value(out.boot_no) && header.value(out.stamp.wall) &&
      header.value(out.stamp.mono) && header.value(out.stamp.trace) && length.value(payload_bytes);
  BW_ASSERT(whole, "a header of full length holds its integers");
  if (version != record_version)
    return malformed("format version " + std::to_string(version) + "; this program reads " +
                     std::to_string(record_version));
  if (out.type == 0) return malformed("no type");
  if (payload_bytes > record_payload_bytes_max || (out.redacted && payload_bytes != 0) ||
      bytes.size() != record_header_bytes + payload_bytes + record_trailer_bytes)
    return malformed("a length that does not fit its bytes");
  if (!read_from(bytes.substr(56, from_bytes), out.stamp.from))
    return malformed("a malformed sender");

  out.hashed = bytes.substr(0, record_header_bytes + payload_bytes);
  out.payload = out.hashed.substr(record_header_bytes);
  std::uint32_t checksum = 0;
  binary_reader trailer{bytes.substr(out.hashed.size())};
  const bool ended =
      trailer.value(out.previous) && trailer.value(out.leaf) && trailer.value(checksum);
  BW_ASSERT(ended && trailer.at_end(), "a trailer of full length holds its digests");
  out.checksum_fits = crc32c(bytes.substr(0, bytes.size() - 4)) == checksum;
  return out;
}

std::string redact_record(const record_view& view) {
  std::string out{redacted_magic};
  out += view.hashed.substr(redacted_magic.size(), payload_length_at - redacted_magic.size());
  out.resize(record_header_bytes, '\0');
  binary_writer writer{out};
  writer.value(view.previous);
  writer.value(view.leaf);
  writer.value(crc32c(out));
  return out;
}

digest leaf_of(sha256& hash, std::string_view header_and_payload) {
  return hash.of({leaf_prefix, header_and_payload});
}

digest chain_of(sha256& hash, const digest& previous, const digest& leaf) {
  return hash.of({chain_prefix, text_of(previous), text_of(leaf)});
}

result<audit_record> decode_record(const record_view& view, const digest& chain) {
  if (view.redacted)
    return {ec::unsupported, "record " + std::to_string(view.sequence.value) +
                                 " is redacted: this copy has its hash and not what it says"};
  const auto index = static_cast<std::uint16_t>(view.type - 1);
  auto event = decode_event(index, view.payload);
  if (!event)
    return std::move(event).failure().within("record " + std::to_string(view.sequence.value));
  audit_record out;
  out.sequence = view.sequence;
  out.type = index;
  out.boot_no = view.boot_no;
  out.wall = view.stamp.wall;
  out.mono = view.stamp.mono;
  out.trace = view.stamp.trace;
  out.from = view.stamp.from;
  out.event = *std::move(event);
  out.chain = chain;
  out.leaf = view.leaf;
  return out;
}

record_writer::record_writer(std::uint64_t log_id, std::uint64_t boot_no, sequence_number head,
                             digest chain)
    : log_id_(log_id), boot_no_(boot_no), head_(head), chain_(chain) {
  if (head.value == 0) tree_.emplace();
}

void record_writer::continue_tree(merkle_tree tree) {
  BW_ASSERT(tree.size() == head_.value, "a tree that goes on has a leaf for each record");
  tree_ = std::move(tree);
}

result<std::string_view> record_writer::add(const audit_log::entry& entry) {
  BW_ASSERT(entry.event != nullptr, "an entry has an event");
  const sequence_number sequence{head_.value + 1};
  bytes_.assign(record_magic);
  binary_writer writer{bytes_};
  writer.value(record_version);
  writer.value(static_cast<std::uint16_t>(entry.event->index() + 1));
  writer.value(sequence);
  writer.value(log_id_);
  writer.value(boot_no_);
  writer.value(entry.stamp.wall);
  writer.value(entry.stamp.mono);
  writer.value(entry.stamp.trace);
  writer.value(entry.stamp.from);
  bytes_.resize(payload_length_at, '\0');
  // The length is known only behind the payload: room for it now, its bytes afterwards.
  bytes_.resize(record_header_bytes, '\0');
  if (auto encoded = encode_event(*entry.event, bytes_); !encoded)
    return std::move(encoded).failure();

  const auto payload_bytes = bytes_.size() - record_header_bytes;
  if (payload_bytes > record_payload_bytes_max)
    return {ec::out_of_range, "a record of " + std::to_string(payload_bytes) +
                                  " bytes is longer than the audit log carries (4 MiB)"};
  std::string length;
  binary_writer{length}.value(static_cast<std::uint32_t>(payload_bytes));
  bytes_.replace(payload_length_at, length.size(), length);

  const auto leaf = leaf_of(hash_, bytes_);
  writer.value(chain_);
  writer.value(leaf);
  writer.value(crc32c(bytes_));
  chain_ = chain_of(hash_, chain_, leaf);
  if (tree_) tree_->add(leaf);
  head_ = sequence;
  return std::string_view{bytes_};
}

}  // namespace bw
