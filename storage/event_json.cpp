#include "storage/event_json.hpp"

#include <span>
#include <tuple>
#include <type_traits>

#include "storage/field_kinds.hpp"

namespace bw {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

template <class T>
concept has_name = requires(T x) {
  { to_string(x) } -> std::same_as<std::string_view>;
};

template <class T>
void write_value(json_writer& out, const T& x);

/// BW_FIELDS keeps its members as one text, "first, second, third".
std::string_view next_name(std::string_view& names) {
  const auto comma = names.find(',');
  const auto name = names.substr(0, comma);
  names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  while (!names.empty() && names.front() == ' ') names.remove_prefix(1);
  return name;
}

template <class T>
void write_struct(json_writer& out, const T& x) {
  out.begin_object();
  auto names = T::field_names;
  const auto member = [&](const auto& value) {
    out.key(next_name(names));
    write_value(out, value);
  };
  std::apply([&](const auto&... value) { (member(value), ...); }, x.fields());
  out.end_object();
}

template <class T>
void write_value(json_writer& out, const T& x) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, utc_ns> || decimal_number<T>) {
    out.value(x);
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>) {
      out.value(std::int64_t{x});
    } else {
      out.value(std::uint64_t{x});
    }
  } else if constexpr (enumeration<T>) {
    if constexpr (has_name<T>) {
      out.value(to_string(x));
    } else {
      write_value(out, static_cast<std::underlying_type_t<T>>(x));
    }
  } else if constexpr (strong_number<T>) {
    write_value(out, x.value);
  } else if constexpr (inline_text<T>) {
    out.value(x.view());
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.value(std::string_view{x});
  } else if constexpr (byte_array<T>) {
    out.value(std::string_view{hex(x)});
  } else if constexpr (inline_sequence<T> || heap_sequence<T>) {
    out.begin_array();
    for (const auto& element : x) write_value(out, element);
    out.end_array();
  } else {
    write_struct(out, x);
  }
}

}  // namespace

std::string event_json(const audit_event& event) {
  json_writer out;
  write_event(out, event);
  return out.take();
}

void write_event(json_writer& out, const audit_event& event) {
  std::visit([&](const auto& x) { write_value(out, x); }, event);
}

std::string hex_text(std::span<const std::uint8_t> bytes) { return hex(bytes); }

}  // namespace bw
