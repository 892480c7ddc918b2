#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

#include "app/commands/audit_command.hpp"
#include "core/json_writer.hpp"
#include "storage/anchor.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

using json = nlohmann::json;

/// The line of the last anchor that a condition holds for, with what it says.
struct told_anchor {
  std::string line;
  anchor says;
};

template <class Condition>
result<std::optional<told_anchor>> find_anchor(const audit_places& places, Condition fits) {
  const auto key = public_key::load(places.public_key);
  if (!key) return key.failure();
  const auto right = read_anchors(places.anchors, *key, signature_check::last);
  if (!right) return right.failure();
  const auto text = read_file(places.anchors);
  if (!text && text.code() == ec::not_found) return std::optional<told_anchor>{};
  if (!text) return text.failure();
  std::optional<told_anchor> out;
  for (std::string_view rest{*text}; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto read = parse_anchor(line);
    if (read && fits(*read)) out = told_anchor{std::string{line}, *read};
  }
  return out;
}

/// Roots of ranges of leaves, and the bytes of one record on the way.
struct collected {
  std::vector<digest> roots;
  std::string record;
};

result<collected> collect(const audit_reader& log, std::vector<leaf_range> ranges,
                          sequence_number wanted, sequence_number last) {
  collected out;
  range_roots roots{std::move(ranges)};
  const auto broken = log.walk(sequence_number{1}, [&](const record_view& view, const digest&) {
    roots.add(view.leaf);
    if (view.sequence == wanted && !view.redacted) out.record = view.hashed;
    return view.sequence < last;
  });
  if (broken) return as_error(*broken);
  out.roots = roots.roots();
  return out;
}

void write_path(json_writer& out, const std::vector<digest>& path) {
  out.key("path").begin_array();
  for (const auto& each : path) out.value(std::string_view{hex_text(each)});
  out.end_array();
}

int prove_record(const common_flags& flags, const audit_arguments& asked,
                 const audit_places& places) {
  const sequence_number wanted{asked.sequence};
  const auto witness = find_anchor(places, [&](const anchor& x) { return x.sequence >= wanted; });
  if (!witness) return fail(flags, witness.failure());
  if (!*witness)
    return fail(flags, {exit_code::usage,
                        "no anchor covers record " + std::to_string(asked.sequence) + " yet",
                        "a running node writes one every minute"});
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  const auto size = (*witness)->says.sequence;
  const auto found = collect(**log, inclusion_ranges(wanted.value - 1, size.value), wanted, size);
  if (!found) return fail(flags, found.failure());
  if (found->record.empty())
    return fail(flags, {exit_code::usage,
                        "record " + std::to_string(asked.sequence) + " is redacted in this copy",
                        "whoever has the log itself can prove it"});
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("kind", "inclusion");
  out.member("sequence", wanted.value);
  out.member("record",
             std::string_view{hex_text({reinterpret_cast<const std::uint8_t*>(found->record.data()),
                                        found->record.size()})});
  write_path(out, found->roots);
  out.member("anchor", std::string_view{(*witness)->line});
  out.end_object();
  std::cout << out.text() << '\n';
  return static_cast<int>(exit_code::ok);
}

/// A tree of the proof: signed by an anchor where there is one of its size.
result<void> write_tree(json_writer& out, const char* name, const audit_places& places,
                        const audit_reader& log, std::uint64_t size) {
  const auto witness =
      find_anchor(places, [size](const anchor& x) { return x.sequence.value == size; });
  if (!witness) return witness.failure();
  const auto found = collect(log, {{0, size}}, {}, sequence_number{size});
  if (!found) return found.failure();
  out.key(name).begin_object();
  out.member("records", size);
  out.member("root", std::string_view{hex_text(found->roots[0])});
  if (*witness) out.member("anchor", std::string_view{(*witness)->line});
  out.end_object();
  return {};
}

int prove_growth(const common_flags& flags, const audit_arguments& asked,
                 const audit_places& places) {
  const auto earlier = asked.consistency[0];
  const auto later = asked.consistency[1];
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  if (earlier == 0 || earlier > later || later > (*log)->head().sequence.value)
    return fail(flags,
                {exit_code::usage,
                 "--consistency takes two numbers of records, 1 <= A <= B <= " +
                     std::to_string((*log)->head().sequence.value),
                 "for example --consistency 1 " + std::to_string((*log)->head().sequence.value)});
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("kind", "consistency");
  if (const auto done = write_tree(out, "earlier", places, **log, earlier); !done)
    return fail(flags, done.failure());
  if (const auto done = write_tree(out, "later", places, **log, later); !done)
    return fail(flags, done.failure());
  const auto found = collect(**log, consistency_ranges(earlier, later), {}, sequence_number{later});
  if (!found) return fail(flags, found.failure());
  write_path(out, found->roots);
  out.end_object();
  std::cout << out.text() << '\n';
  return static_cast<int>(exit_code::ok);
}

// Checking: nothing is believed but the key.

result<digest> digest_of_hex(const json& text) {
  digest out{};
  const auto bytes = bytes_of_hex(text.is_string() ? text.get<std::string>() : std::string{});
  if (!bytes) return bytes.failure();
  if (bytes->size() != out.size()) return {ec::parse_failed, "a digest has 32 bytes"};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

result<std::vector<digest>> path_of(const json& proof) {
  std::vector<digest> out;
  for (const auto& each : proof.value("path", json::array())) {
    const auto one = digest_of_hex(each);
    if (!one) return one.failure();
    out.push_back(*one);
  }
  return out;
}

result<anchor> signed_anchor(const json& line, const public_key& key) {
  const auto text = line.is_string() ? line.get<std::string>() : std::string{};
  auto read = parse_anchor(text);
  if (!read) return read;
  if (const auto is = check_signature(text, key); !is) return is.failure();
  return read;
}

error proves_nothing(std::string_view why) {
  return {ec::integrity_broken, "the proof proves nothing: " + std::string{why}};
}

/// What an inclusion proof proves, in a sentence.
result<std::string> check_inclusion(const json& proof, const public_key& key) {
  const auto witness = signed_anchor(proof.value("anchor", json{}), key);
  if (!witness) return witness.failure();
  const auto path = path_of(proof);
  if (!path) return path.failure();
  auto bytes = bytes_of_hex(proof.value("record", std::string{}));
  if (!bytes) return std::move(bytes).failure();
  sha256 hash;
  const auto leaf = leaf_of(hash, *bytes);
  // What the leaf covers has the form of a record once a trailer stands behind it.
  const auto whole = *bytes + std::string(record_trailer_bytes, '\0');
  const auto record = parse_record(whole);
  if (!record) return proves_nothing(record.failure().context);
  if (record->log_id != witness->log_id) return proves_nothing("the record is of another log");
  if (record->sequence.value == 0 ||
      !proves_inclusion(leaf, record->sequence.value - 1, witness->sequence.value, *path,
                        witness->root))
    return proves_nothing("its path does not lead from the record to the anchor's root");
  const auto decoded = decode_record(*record, {});
  const auto what = decoded ? event_json(decoded->event) : decoded.failure().context;
  return "record " + std::to_string(record->sequence.value) + " of " +
         format_rfc3339(record->stamp.wall) + " is in the log that was anchored at " +
         format_rfc3339(witness->at) + " with " + std::to_string(witness->sequence.value) +
         " records: " + std::string{audit_type_name(record->type - 1u)} + " " + what;
}

struct proved_tree {
  std::uint64_t size = 0;
  digest root{};
  bool is_signed = false;
};

result<proved_tree> tree_of(const json& told, const public_key& key) {
  proved_tree out;
  out.size = told.value("records", std::uint64_t{0});
  const auto root = digest_of_hex(told.value("root", json{}));
  if (!root) return root.failure();
  out.root = *root;
  if (!told.contains("anchor")) return out;
  const auto witness = signed_anchor(told["anchor"], key);
  if (!witness) return witness.failure();
  if (witness->sequence.value != out.size || witness->root != out.root)
    return proves_nothing("an anchor in it is about another tree");
  out.is_signed = true;
  return out;
}

result<std::string> check_consistency(const json& proof, const public_key& key) {
  const auto earlier = tree_of(proof.value("earlier", json::object()), key);
  if (!earlier) return earlier.failure();
  const auto later = tree_of(proof.value("later", json::object()), key);
  if (!later) return later.failure();
  const auto path = path_of(proof);
  if (!path) return path.failure();
  if (!proves_consistency(earlier->size, later->size, *path, earlier->root, later->root))
    return proves_nothing("its path does not lead from the earlier root to the later one");
  const auto tree = [](const proved_tree& x) {
    return std::to_string(x.size) + " records (" + hex_text(x.root) +
           (x.is_signed ? ", signed)" : ", not signed: compare the root)");
  };
  return "the log of " + tree(*earlier) + " is the beginning of that of " + tree(*later);
}

int check_proof(const common_flags& flags, const audit_arguments& asked,
                const audit_places& places) {
  const auto key = public_key::load(places.public_key);
  if (!key) return fail(flags, key.failure());
  const auto text = read_file(asked.proof);
  if (!text) return fail(flags, text.failure());
  const auto proof = json::parse(*text, nullptr, false);
  if (!proof.is_object())
    return fail(flags, {exit_code::usage, asked.proof + " holds no proof", ""});
  // A member of another type than it should have is a proof of nothing, not a crash.
  try {
    const auto kind = proof.value("kind", std::string{});
    const auto said = kind == "consistency" ? check_consistency(proof, *key)
                      : kind == "inclusion" ? check_inclusion(proof, *key)
                                            : result<std::string>{proves_nothing("its kind")};
    if (!said) return fail(flags, {exit_code::integrity, said.failure().context, ""});
    if (flags.json)
      std::cout << json{{"schema_version", 1}, {"ok", true}, {"proves", *said}}.dump() << '\n';
    else
      std::cout << *said << '\n';
    return static_cast<int>(exit_code::ok);
  } catch (const json::exception& why) {
    return fail(flags,
                {exit_code::integrity, proves_nothing(std::string_view{why.what()}).context, ""});
  }
}

}  // namespace

int prove_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  if (!asked.proof.empty()) return check_proof(flags, asked, *places);
  if (!asked.consistency.empty()) return prove_growth(flags, asked, *places);
  if (asked.sequence == 0)
    return fail(flags, {exit_code::usage, "name a record, --consistency A B, or --check FILE",
                        "for example `bellwether audit prove 1`"});
  return prove_record(flags, asked, *places);
}

}  // namespace bw
