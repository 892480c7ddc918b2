#include "config/fault_file.hpp"

#include <charconv>
#include <fstream>
#include <functional>

#include "config/secret_form.hpp"
#include "config/toml_reader.ipp"

namespace bw {
namespace {

using venue::fault_action;
using venue::fault_point;
using venue::fault_rule;
using venue::fault_script;

constexpr std::size_t file_bytes_max = 64 * 1024;
constexpr std::size_t word_shown_max = 40;
constexpr nanoseconds longest = std::chrono::hours{24 * 7};
/// The whole venue stands still for no longer: nothing ends it meanwhile.
constexpr nanoseconds stand_still_max = std::chrono::seconds{120};

/// "500ms", "30s", "2m", "1h"; a sign where one is allowed.
std::optional<nanoseconds> duration_of(std::string_view text, bool is_signed) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const char* start = text.data() + (is_signed && text.starts_with('+') ? 1 : 0);
  const auto [unit, failed] = std::from_chars(start, end, number);
  if (failed != std::errc{} || (number < 0 && !is_signed)) return std::nullopt;
  const std::string_view word{unit, static_cast<std::size_t>(end - unit)};
  std::int64_t scale = 0;
  if (word == "ms") scale = 1'000'000;
  if (word == "s") scale = 1'000'000'000;
  if (word == "m") scale = 60'000'000'000;
  if (word == "h") scale = 3'600'000'000'000;
  if (scale == 0 || number > longest.count() / scale || number < -(longest.count() / scale))
    return std::nullopt;
  return nanoseconds{number * scale};
}

/// The keys of one table: each is read into its place or complained about.
class table_reader {
 public:
  table_reader(const detail::toml_reader& in, std::string where)
      : in_(in), where_(std::move(where)) {}

  void complain(const toml::node& node, std::string_view key, const std::string& what) const {
    in_.complain(node.source(), where_ + std::string{key} + ": " + what);
  }

  void text(const toml::node& node, std::string_view key, std::string& out) const {
    if (const auto* value = node.as_string())
      out = value->get();
    else
      complain(node, key, "expected text");
  }
  void truth(const toml::node& node, std::string_view key, bool& out) const {
    if (const auto* value = node.as_boolean())
      out = value->get();
    else
      complain(node, key, "expected true or false");
  }
  template <class Number>
  void number(const toml::node& node, std::string_view key, std::int64_t least, std::int64_t most,
              Number& out) const {
    const auto* value = node.as_integer();
    if (value == nullptr || value->get() < least || value->get() > most)
      complain(node, key, "expected " + std::to_string(least) + " .. " + std::to_string(most));
    else
      out = static_cast<Number>(value->get());
  }
  void span(const toml::node& node, std::string_view key, nanoseconds& out,
            bool is_signed = false) const {
    const auto* value = node.as_string();
    const auto read = value ? duration_of(value->get(), is_signed) : std::nullopt;
    if (read)
      out = *read;
    else
      complain(node, key, "expected a time like \"500ms\", \"3s\", \"2m\" or \"1h\", at most 168h");
  }
  template <class Enum>
  void word(const toml::node& node, std::string_view key,
            std::optional<Enum> (*parse)(std::string_view), const char* words, Enum& out) const {
    const auto* value = node.as_string();
    const auto read = value ? parse(value->get()) : std::nullopt;
    if (read)
      out = *read;
    else
      complain(node, key, std::string{"expected "} + words);
  }
  void unknown(const toml::key& key, const std::vector<std::string>& known) const {
    in_.complain(key.source(), where_ + detail::shown_key(key.str()) + ": unknown key" +
                                   detail::did_you_mean(nearest_word(key.str(), known)));
  }

 private:
  const detail::toml_reader& in_;
  std::string where_;
};

void read_headers(const toml::node& node, const table_reader& in, fault_rule& out) {
  const auto* table = node.as_table();
  if (table == nullptr) return in.complain(node, "headers", "expected { \"Name\" = \"text\" }");
  for (const auto& [name, value] : *table) {
    if (const auto* text = value.as_string())
      out.headers.emplace_back(std::string{name.str()}, text->get());
    else
      in.complain(value, "headers", "expected text");
  }
}

/// A key of a rule and how it is read.
struct rule_key {
  std::string_view name;
  void (*read)(const toml::node&, const table_reader&, fault_rule&);
};

constexpr std::string_view point_words =
    "request, connect, trade_message, data_message, tick or time";

constexpr std::string_view action_words =
    "drop, delay, delay_request, duplicate, reorder, close, hang, status, lose_answer, rate_limit, "
    "garbage, huge, rewrite, refuse, stand_still, clock_step, act or flip";

const std::vector<rule_key>& rule_keys() {
  using node = const toml::node&;
  using in = const table_reader&;
  using out = fault_rule&;
  static const std::vector<rule_key> keys{
      {"name", [](node n, in t, out r) { t.text(n, "name", r.name); }},
      {"on", [](node n, in t,
                out r) { t.word(n, "on", venue::parse_fault_point, point_words.data(), r.on); }},
      {"do",
       [](node n, in t, out r) {
         t.word(n, "do", venue::parse_fault_action, action_words.data(), r.what);
       }},
      {"method", [](node n, in t, out r) { t.text(n, "method", r.method); }},
      {"path", [](node n, in t, out r) { t.text(n, "path", r.path); }},
      {"match", [](node n, in t, out r) { t.text(n, "match", r.match); }},
      {"symbol", [](node n, in t, out r) { t.text(n, "symbol", r.symbol); }},
      {"from", [](node n, in t, out r) { t.span(n, "from", r.from); }},
      {"until",
       [](node n, in t, out r) {
         nanoseconds value{};
         t.span(n, "until", value);
         r.until = value;
       }},
      {"skip", [](node n, in t, out r) { t.number(n, "skip", 0, 1'000'000, r.skip); }},
      {"count", [](node n, in t, out r) { t.number(n, "count", 1, 1'000'000, r.count); }},
      {"every", [](node n, in t, out r) { t.span(n, "every", r.every); }},
      {"percent", [](node n, in t, out r) { t.number(n, "percent", 1, 100, r.percent); }},
      {"delay", [](node n, in t, out r) { t.span(n, "delay", r.delay); }},
      {"jitter", [](node n, in t, out r) { t.span(n, "jitter", r.jitter); }},
      {"lasting", [](node n, in t, out r) { t.span(n, "lasting", r.lasting); }},
      {"by", [](node n, in t, out r) { t.span(n, "by", r.by, true); }},
      {"code", [](node n, in t, out r) { t.number(n, "code", 100, 4999, r.code); }},
      {"body", [](node n, in t, out r) { t.text(n, "body", r.body); }},
      {"headers", [](node n, in t, out r) { read_headers(n, t, r); }},
      {"applied", [](node n, in t, out r) { t.truth(n, "applied", r.applied); }},
      {"kind",
       [](node n, in t, out r) {
         t.word(n, "kind", venue::parse_garbage_kind,
                "bytes, truncated, deep, types, html or not_utf8", r.kind);
       }},
      {"bytes",
       [](node n, in t, out r) {
         t.number(n, "bytes", 1, std::int64_t{fault_rule::huge_bytes_max}, r.bytes);
       }},
      {"behind",
       [](node n, in t, out r) { t.number(n, "behind", 1, fault_rule::reorder_max, r.behind); }},
      {"shift_bp",
       [](node n, in t, out r) {
         t.number(n, "shift_bp", -fault_rule::shift_bp_max, fault_rule::shift_bp_max, r.shift_bp);
       }},
      {"find", [](node n, in t, out r) { t.text(n, "find", r.find); }},
      {"replace", [](node n, in t, out r) { t.text(n, "replace", r.replace); }},
      {"streams",
       [](node n, in t, out r) {
         t.word(n, "streams", venue::parse_fault_streams, "all, trade or data", r.streams);
       }},
      {"times",
       [](node n, in t, out r) { t.number(n, "times", 1, fault_rule::times_max, r.times); }}};
  return keys;
}

/// What a rule must say beside its keys' own forms.
std::string rule_problem(const fault_rule& rule) {
  using a = fault_action;
  if (!venue::fault_fits(rule.on, rule.what))
    return "do: on \"" + std::string{to_string(rule.on)} + "\" a rule can " +
           venue::fault_actions_of(rule.on);
  if (rule.until && *rule.until <= rule.from) return "until: must lie after from";
  const bool delays = rule.what == a::delay || rule.what == a::delay_request;
  if (delays && rule.delay.count() == 0) return "delay: say how long, like \"300ms\"";
  if (rule.what == a::status && (rule.code < 100 || rule.code > 599))
    return "code: an HTTP status, 100 .. 599";
  if (rule.what == a::close && rule.code != 0 && rule.code < 1000)
    return "code: of a WebSocket's close, 1000 .. 4999";
  const bool lasts =
      rule.what == a::refuse || rule.what == a::stand_still || rule.what == a::rate_limit;
  if (lasts && rule.lasting.count() == 0) return "lasting: say how long, like \"3s\"";
  if (rule.what == a::stand_still && rule.lasting > stand_still_max)
    return "lasting: at most 120s for stand_still";
  if (rule.what == a::clock_step && rule.by.count() == 0)
    return "by: say how far, like \"+1h\" or \"-90s\"";
  if (rule.what == a::act && (rule.method.empty() || !rule.path.starts_with('/')))
    return "act: needs method and path of the request, like \"POST\" and \"/v2/orders\"";
  if (rule.what == a::rewrite && rule.find.empty() && rule.replace.empty())
    return "rewrite: needs find, replace or both";
  if (rule.what == a::correct && rule.shift_bp == 0)
    return "shift_bp: say how far the true price lies from the one that was told, like 25 or -40";
  if (rule.on == fault_point::time && rule.count > 1 && rule.every.count() == 0)
    return "every: say after which time the rule acts again";
  return {};
}

void read_rule(const toml::node& node, std::size_t number, const detail::toml_reader& in,
               fault_script& out) {
  const auto* table = node.as_table();
  const table_reader reader{in, "rule " + std::to_string(number) + ": "};
  if (table == nullptr) return reader.complain(node, "rule", "expected [[rule]]");
  fault_rule rule;
  std::vector<std::string> known;
  for (const auto& each : rule_keys()) known.emplace_back(each.name);
  for (const auto& [key, value] : *table) {
    const auto at = std::find(known.begin(), known.end(), key.str());
    if (at == known.end())
      reader.unknown(key, known);
    else
      rule_keys()[static_cast<std::size_t>(at - known.begin())].read(value, reader, rule);
  }
  for (const char* needed : {"on", "do"})
    if (!table->contains(needed)) reader.complain(node, needed, "is missing");
  if (table->contains("on") && table->contains("do"))
    if (const auto problem = rule_problem(rule); !problem.empty())
      in.complain(node.source(), "rule " + std::to_string(number) + ": " + problem);
  out.rules.push_back(std::move(rule));
}

void read_expectation(const toml::node& node, const detail::toml_reader& in, fault_script& out) {
  static const std::vector<std::string> known{"text", "halted", "within", "unresolved", "counts"};
  const table_reader reader{in, "expect."};
  const auto* table = node.as_table();
  if (table == nullptr) return reader.complain(node, "expect", "expected a table");
  for (const auto& [key, value] : *table) {
    if (key.str() == "text")
      reader.text(value, "text", out.expect.text);
    else if (key.str() == "halted")
      reader.text(value, "halted", out.expect.halted);
    else if (key.str() == "within")
      reader.span(value, "within", out.expect.within);
    else if (key.str() == "unresolved")
      reader.truth(value, "unresolved", out.expect.unresolved);
    else if (key.str() == "counts")
      reader.text(value, "counts", out.expect.counts);
    else
      reader.unknown(key, known);
  }
}

void read_rules(const toml::node& node, const detail::toml_reader& in, fault_script& out) {
  const auto* list = node.as_array();
  if (list == nullptr) return in.complain(node.source(), "rule: write [[rule]] for each");
  if (list->size() > fault_script::rules_max)
    return in.complain(node.source(),
                       "rule: more than " + std::to_string(fault_script::rules_max) + " rules");
  std::size_t number = 0;
  for (const auto& each : *list) read_rule(each, ++number, in, out);
}

void read_script(const toml::table& file, const detail::toml_reader& in, fault_script& out) {
  static const std::vector<std::string> known{"title", "seed", "clock", "begin", "expect", "rule"};
  const table_reader reader{in, ""};
  for (const auto& [key, value] : file) {
    const auto name = key.str();
    if (name == "title")
      reader.text(value, "title", out.title);
    else if (name == "seed")
      reader.number(value, "seed", 0, INT64_MAX, out.seed);
    else if (name == "clock")
      reader.word(value, "clock", venue::parse_fault_clock, "machine or market", out.clock);
    else if (name == "begin")
      reader.word(value, "begin", venue::parse_fault_begin, "first_client or first_order",
                  out.begin);
    else if (name == "expect")
      read_expectation(value, in, out);
    else if (name == "rule")
      read_rules(value, in, out);
    else
      reader.unknown(key, known);
  }
  if (out.rules.empty() && in.errors.empty())
    in.complain(file.source(), "rule: a script has at least one [[rule]]");
}

/// The built-in script that is meant; null when there is none, or more than one.
const fault_sample* find_sample(std::string_view name) {
  const fault_sample* found = nullptr;
  for (const auto& each : fault_samples()) {
    if (each.name == name) return &each;
    if (name.empty() || !each.name.starts_with(name)) continue;
    if (found != nullptr) return nullptr;
    found = &each;
  }
  return found;
}

}  // namespace

result<venue::fault_script> parse_fault_script(std::string_view toml, std::string_view origin) {
  config_errors errors;
  const detail::toml_reader in{std::string{origin}, errors};
  fault_script out;
  if (const auto file = in.parse(toml)) read_script(*file, in, out);
  if (!errors.empty()) return {ec::invalid_argument, errors.text()};
  return out;
}

result<venue::fault_script> load_fault_script(const std::string& file_or_name) {
  std::error_code ignored;
  std::ifstream in{file_or_name, std::ios::binary};
  if (!in || std::filesystem::is_directory(file_or_name, ignored)) {
    if (const auto* sample = find_sample(file_or_name))
      return parse_fault_script(sample->toml, std::string{sample->name} + ".toml");
    return {ec::not_found,
            printable(file_or_name, word_shown_max) +
                ": no file that can be read, and no built-in script; `bellwether venue "
                "--list-faults` names them"};
  }
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    return {ec::out_of_range, file_or_name + ": is larger than 64 KiB"};
  return parse_fault_script(text, file_or_name);
}

}  // namespace bw
