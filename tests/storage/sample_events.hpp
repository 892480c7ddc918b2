#pragma once

#include <string>
#include <type_traits>

#include "core/prng.hpp"
#include "messages/audit.hpp"
#include "storage/audit_log.hpp"
#include "storage/field_kinds.hpp"

namespace bw::tests {

/// Events with chance values in every field, so that no codec can forget one unnoticed.
class event_maker {
 public:
  explicit event_maker(std::uint64_t seed) : chance_(seed) {}

  /// One of the type with this index.
  audit_event make(std::size_t index) { return make_alternative<0>(index % audit_type_count); }
  audit_event next() { return make(chance_.below(audit_type_count)); }
  prng& chance() { return chance_; }

  template <class T>
  void fill(T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      x = chance_.chance(1, 2);
    } else if constexpr (std::is_integral_v<T>) {
      // Small, large and negative numbers alike.
      x = static_cast<T>(chance_.next() >> chance_.below(64));
    } else if constexpr (enumeration<T>) {
      x = static_cast<T>(1 + chance_.below(3));
    } else if constexpr (std::is_same_v<T, utc_ns>) {
      x = utc_ns{static_cast<std::int64_t>(chance_.below(4'000'000'000'000'000'000))};
    } else if constexpr (strong_number<T>) {
      fill(x.value);
    } else if constexpr (decimal_number<T>) {
      std::int64_t units = 0;
      fill(units);
      x = T::from_units(units);
    } else if constexpr (inline_text<T>) {
      x = T{text(T::capacity)};
    } else if constexpr (std::is_same_v<T, std::string>) {
      x = text(200);
    } else if constexpr (inline_sequence<T> || heap_sequence<T>) {
      for (auto count = chance_.below(6); count > 0; --count) {
        typename T::value_type element{};
        fill(element);
        if constexpr (heap_sequence<T>) {
          x.push_back(element);
        } else {
          x.push(element);
        }
      }
    } else if constexpr (byte_array<T>) {
      for (auto& byte : x) fill(byte);
    } else {
      std::apply([this](auto&... member) { (fill(member), ...); }, x.fields());
    }
  }

 private:
  template <std::size_t Index>
  audit_event make_alternative(std::size_t index) {
    if constexpr (Index < audit_type_count) {
      if (Index != index) return make_alternative<Index + 1>(index);
      std::variant_alternative_t<Index, audit_event> out;
      fill(out);
      return out;
    } else {
      return {};
    }
  }
  std::string text(std::size_t size_max) {
    std::string out(chance_.below(size_max + 1), ' ');
    for (auto& c : out) c = static_cast<char>(chance_.below(256));
    return out;
  }

  prng chance_;
};

inline audit_stamp stamp_at(std::int64_t second) {
  return {utc_ns{second * 1'000'000'000}, mono_ns{second}, trace_id{7}, short_name{"router"}};
}

/// Appends one event and answers its sequence, 0 on failure.
inline std::uint64_t append_one(audit_log& log, const audit_event& event,
                                sync_mode sync = sync_mode::no) {
  const audit_log::entry entries[] = {{stamp_at(1'700'000'000), &event}};
  const auto done = log.append(entries, sync);
  return done ? done->value : 0;
}

/// A record that tells its number.
inline audit_event numbered(std::uint64_t number) {
  return config_record{"entry " + std::to_string(number)};
}

}  // namespace bw::tests
