#include "storage/log_metadata.hpp"

#include <algorithm>

namespace bw {
namespace {

constexpr std::size_t sequence_bytes = 8;

error broken(std::string_view name) {
  return {ec::integrity_broken, "the audit log's '" + std::string{name} +
                                    "' is missing or malformed; move the folder aside"};
}

result<std::uint64_t> number(const rocksdb_store& store, std::string_view name) {
  const auto text = store.meta(name);
  if (!text) return text.failure();
  const auto out = *text ? from_big_endian(**text) : std::nullopt;
  if (!out) return broken(name);
  return *out;
}

}  // namespace

result<log_metadata> read_metadata(const rocksdb_store& store) {
  const auto format = store.meta(meta_format);
  if (!format) return format.failure();
  if (!*format) return log_metadata{};
  const bool is_redacted_copy = **format == redacted_format_text;
  if (!is_redacted_copy && **format != format_text)
    return {ec::unsupported, "the audit log has the format '" + (*format)->substr(0, 40) +
                                 "'; this program reads '" + std::string{format_text} + "'"};
  const auto log_id = number(store, meta_log_id);
  if (!log_id) return log_id.failure();
  const auto boot_no = number(store, meta_boot_no);
  if (!boot_no) return boot_no.failure();

  const auto head = store.meta(meta_head);
  if (!head) return head.failure();
  log_metadata out;
  out.exists = true;
  out.boot_no = *boot_no;
  out.head.log_id = *log_id;
  out.head.is_redacted_copy = is_redacted_copy;
  if (!*head || (*head)->size() != sequence_bytes + out.head.chain.size()) return broken(meta_head);
  out.head.sequence = sequence_number{*from_big_endian((*head)->substr(0, sequence_bytes))};
  std::copy((*head)->begin() + sequence_bytes, (*head)->end(), out.head.chain.begin());
  return out;
}

std::string head_text(sequence_number sequence, const digest& chain) {
  auto out = big_endian(sequence.value);
  out.append(reinterpret_cast<const char*>(chain.data()), chain.size());
  return out;
}

}  // namespace bw
