#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <optional>

#include "app/commands/audit_command.hpp"
#include "core/json_writer.hpp"
#include "storage/audit_export.hpp"
#include "storage/durable_file.hpp"
#include "storage/event_json.hpp"
#include "storage/merkle_tree.hpp"
#include "storage/signing_key.hpp"

namespace bw {
namespace {

using json = nlohmann::json;

constexpr std::int64_t day_ns = 86'400'000'000'000;

std::filesystem::path manifest_of(const std::string& file) { return file + ".manifest.json"; }

export_format format_of(const std::string& name) {
  return name == "csv" ? export_format::csv : export_format::json_lines;
}

/// What the signature of an export covers.
struct export_facts {
  std::string format;
  std::uint64_t records = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  /// Merkle tree over the records of the file, in its order.
  merkle_tree tree;

  std::string text() const {
    return "BWEXPORT1 " + format + " " + std::to_string(records) + " " + std::to_string(first) +
           " " + std::to_string(last) + " " + hex_text(tree.root());
  }
  void add(sequence_number at, const digest& leaf) {
    if (records++ == 0) first = at.value;
    last = at.value;
    tree.add(leaf);
  }
};

/// Nobody but the log's owner has the key; others get a manifest that says so.
result<void> write_manifest(const std::string& file, const export_facts& facts,
                            const std::filesystem::path& key_file) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("format", std::string_view{facts.format});
  out.member("records", facts.records);
  out.member("first", facts.first);
  out.member("last", facts.last);
  out.member("root", std::string_view{hex_text(facts.tree.root())});
  const auto key = signing_key::load(key_file);
  if (!key && key.code() != ec::not_found && key.code() != ec::io_failed) return key.failure();
  if (key) {
    const auto by = key->sign(facts.text());
    out.member("key", std::string_view{key->verifier().id()});
    out.member("signature", std::string_view{hex_text(by)});
  }
  out.end_object();
  std::ofstream manifest{manifest_of(file), std::ios::binary | std::ios::trunc};
  manifest << out.text() << '\n';
  manifest.close();
  if (!manifest) return {ec::io_failed, manifest_of(file).string() + " cannot be written"};
  return {};
}

struct day_range {
  utc_ns begin{INT64_MIN};
  utc_ns end{INT64_MAX};
};

result<day_range> day_of(const std::string& text) {
  if (text.empty()) return day_range{};
  const auto date = parse_date(text);
  if (!date) return date.failure();
  const auto begin = days_from_civil(*date) * day_ns;
  return day_range{utc_ns{begin}, utc_ns{begin + day_ns}};
}

/// The record that an exported line carries in its last member, and whether the rest of the line
/// says what the record says.
result<record_view> record_of_line(std::string_view line, export_format format,
                                   std::string& bytes) {
  const bool csv = format == export_format::csv;
  const auto tail = csv ? line : line.substr(0, line.size() < 2 ? 0 : line.size() - 2);
  const auto begin = tail.rfind(csv ? ',' : '"');
  if (begin == std::string_view::npos)
    return {ec::parse_failed, "it is no line of an export with a manifest"};
  auto raw = bytes_of_hex(tail.substr(begin + 1));
  if (!raw) return std::move(raw).failure();
  bytes = *std::move(raw);
  const auto view = parse_record(bytes);
  if (!view) return view;
  sha256 hash;
  const auto leaf = leaf_of(hash, view->hashed);
  if (leaf != view->leaf) return {ec::integrity_broken, "its bytes are not the ones of the record"};
  const auto record = decode_record(*view, chain_of(hash, view->previous, leaf));
  if (!record) return record.failure();
  if (proved_line(*record, bytes, format) != line)
    return {ec::integrity_broken, "its text is not what its record says"};
  return view;
}

result<export_facts> read_export(const std::string& file, const std::string& format_name) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return {ec::not_found, file + " cannot be read"};
  const auto format = format_of(format_name);
  export_facts out;
  out.format = format_name;
  std::string line;
  std::string bytes;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (format == export_format::csv && line.ends_with('\r')) line.pop_back();
    if (format == export_format::csv && number == 1) continue;
    const auto view = record_of_line(line, format, bytes);
    if (!view)
      return error{ec::integrity_broken, "line " + std::to_string(number) + " of " + file + ": " +
                                             view.failure().context};
    out.add(view->sequence, view->leaf);
  }
  return out;
}

result<void> check_manifest(const export_facts& facts, const json& manifest,
                            const public_key& key) {
  if (manifest.value("records", std::uint64_t{0}) != facts.records ||
      manifest.value("first", std::uint64_t{0}) != facts.first ||
      manifest.value("last", std::uint64_t{0}) != facts.last ||
      manifest.value("root", std::string{}) != hex_text(facts.tree.root()))
    return {ec::integrity_broken, "the records are not those of the manifest"};
  const auto raw = bytes_of_hex(manifest.value("signature", std::string{}));
  signature by{};
  if (!raw || raw->size() != by.size()) return {ec::integrity_broken, "the manifest is not signed"};
  std::copy(raw->begin(), raw->end(), by.begin());
  if (!key.verifies(facts.text(), by))
    return {ec::integrity_broken, "the signature of the manifest does not fit"};
  return {};
}

}  // namespace

int export_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto filter = filter_of(asked);
  if (!filter) return fail(flags, filter.failure());
  const auto day = day_of(asked.day);
  if (!day) return fail(flags, day.failure());
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  std::ofstream file;
  if (!asked.output.empty()) {
    file.open(asked.output, std::ios::binary | std::ios::trunc);
    if (!file) return fail(flags, {exit_code::usage, asked.output + ": cannot be written", ""});
  }
  const bool to_file = !asked.output.empty();
  export_facts facts;
  facts.format = asked.format;
  const export_choice how{format_of(asked.format), to_file ? line_proof::yes : line_proof::no,
                          day->begin, day->end};
  const auto written =
      export_records(**log, *filter, how, to_file ? file : std::cout,
                     [&](const audit_record& record) { facts.add(record.sequence, record.leaf); });
  if (!written) return fail(flags, written.failure());
  if (to_file)
    if (const auto done = write_manifest(asked.output, facts, places->key); !done)
      return fail(flags, done.failure());
  if (!flags.quiet) std::cerr << *written << " records\n";
  return static_cast<int>(exit_code::ok);
}

int verify_export(const common_flags& flags, const audit_arguments& asked) {
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  const auto text = read_file(manifest_of(asked.exported));
  if (!text) return fail(flags, text.failure());
  const auto manifest = json::parse(*text, nullptr, false);
  if (!manifest.is_object())
    return fail(flags, {exit_code::integrity,
                        manifest_of(asked.exported).string() + " is no manifest", ""});
  const auto key = public_key::load(places->public_key);
  if (!key) return fail(flags, key.failure());
  // A member of another type than it should have is a manifest that proves nothing, not a crash.
  try {
    const auto facts = read_export(asked.exported, manifest.value("format", std::string{"jsonl"}));
    if (!facts) return fail(flags, facts.failure());
    if (const auto right = check_manifest(*facts, manifest, *key); !right)
      return fail(flags, right.failure());
    if (flags.json)
      std::cout << json{{"schema_version", 1},
                        {"ok", true},
                        {"records", facts->records},
                        {"root", hex_text(facts->tree.root())}}
                       .dump()
                << '\n';
    else
      std::cout << asked.exported << ": " << facts->records << " records, root "
                << hex_text(facts->tree.root()) << ", signed by " << key->id() << '\n';
    return static_cast<int>(exit_code::ok);
  } catch (const json::exception& why) {
    return fail(flags, {exit_code::integrity, std::string{"the manifest: "} + why.what(), ""});
  }
}

}  // namespace bw
