#include "venue/wire_document.hpp"

#include <exception>
#include <nlohmann/json.hpp>

namespace bw::venue {
namespace {

using json = nlohmann::json;
using kind = wire_document::kind;

/// Receives the parser's events for both codecs. Answering false ends the parse: that is how depth,
/// names and counts stay bounded whatever a client sends.
class collector {
 public:
  explicit collector(std::vector<wire_document::value>& out) : out_(out) {}

  bool null() { return add(kind::null, ""); }
  bool boolean(bool x) { return add(kind::boolean, x ? "true" : "false"); }
  bool number_integer(json::number_integer_t x) { return add(kind::number, std::to_string(x)); }
  bool number_unsigned(json::number_unsigned_t x) { return add(kind::number, std::to_string(x)); }
  bool number_float(json::number_float_t x, const std::string& digits) {
    return add(kind::number, digits.empty() ? json(x).dump() : digits);
  }
  bool string(std::string& x) { return add(kind::text, std::move(x)); }
  bool binary(json::binary_t&) { return add(kind::null, ""); }

  bool start_object(std::size_t) { return open(kind::object); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(kind::array); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (name.size() > wire_document::key_bytes_max) return false;
    const auto& prefix = prefixes_.back();
    path_ = prefix.empty() ? name : prefix + "." + name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  bool add(kind what, std::string text) {
    if (prefixes_.empty() || out_.size() == wire_document::values_max) return false;
    out_.push_back({path_, what, std::move(text)});
    return true;
  }
  bool open(kind what) {
    if (prefixes_.empty() && what != kind::object) return false;
    if (prefixes_.size() == wire_document::depth_max) return false;
    if (!prefixes_.empty() && !add(what, "")) return false;
    prefixes_.push_back(path_);
    return true;
  }
  bool close() {
    path_ = prefixes_.back();
    prefixes_.pop_back();
    return true;
  }

  std::vector<wire_document::value>& out_;
  std::vector<std::string> prefixes_;
  std::string path_;
};

}  // namespace

result<wire_document> wire_document::read(std::string_view bytes, wire_codec codec) {
  wire_document out;
  collector sink{out.values_};
  const auto format =
      codec == wire_codec::json ? json::input_format_t::json : json::input_format_t::msgpack;
  bool complete = false;
  try {
    complete = json::sax_parse(bytes.begin(), bytes.end(), &sink, format);
  } catch (const std::exception&) {
    complete = false;
  }
  if (!complete) return {ec::parse_failed, "a client's message is no object within the bounds"};
  return out;
}

const wire_document::value* wire_document::find(std::string_view path) const {
  for (const auto& known : values_)
    if (known.path == path) return &known;
  return nullptr;
}

std::string_view wire_document::text(std::string_view path) const {
  const auto* found = find(path);
  return found != nullptr && found->what == kind::text ? std::string_view{found->text}
                                                       : std::string_view{};
}

std::optional<std::vector<std::string>> wire_document::texts(std::string_view path) const {
  const auto* found = find(path);
  if (found == nullptr || found->what != kind::array) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& known : values_) {
    if (known.path != path || &known == found) continue;
    if (known.what != kind::text) return std::nullopt;
    out.push_back(known.text);
  }
  return out;
}

}  // namespace bw::venue
