#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "core/assert.hpp"
#include "core/error.hpp"

namespace bw {

/// A value or the error that took its place. Looking at the wrong side is a programming error.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  result(T value) : data_(std::in_place_index<0>, std::move(value)) {}          // NOLINT: implicit
  result(error failure) : data_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT: implicit
  result(ec code, std::string context)
      : data_(std::in_place_index<1>, error{code, std::move(context)}) {}

  bool ok() const noexcept { return data_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & {
    BW_ASSERT(ok(), "value() is called on a result that holds a value");
    return std::get<0>(data_);
  }
  const T& value() const& {
    BW_ASSERT(ok(), "value() is called on a result that holds a value");
    return std::get<0>(data_);
  }
  T&& value() && {
    BW_ASSERT(ok(), "value() is called on a result that holds a value");
    return std::get<0>(std::move(data_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T value_or(T other) const { return ok() ? std::get<0>(data_) : std::move(other); }

  const bw::error& failure() const& {
    BW_ASSERT(!ok(), "failure() is called on a result that holds an error");
    return std::get<1>(data_);
  }
  bw::error&& failure() && {
    BW_ASSERT(!ok(), "failure() is called on a result that holds an error");
    return std::get<1>(std::move(data_));
  }
  ec code() const { return failure().code; }

 private:
  std::variant<T, bw::error> data_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(error failure) : failure_(std::move(failure)) {}  // NOLINT: implicit
  result(ec code, std::string context) : failure_(error{code, std::move(context)}) {}

  bool ok() const noexcept { return !failure_; }
  explicit operator bool() const noexcept { return ok(); }
  const bw::error& failure() const& {
    BW_ASSERT(!ok(), "failure() is called on a result that holds an error");
    return *failure_;
  }
  bw::error&& failure() && {
    BW_ASSERT(!ok(), "failure() is called on a result that holds an error");
    return std::move(*failure_);
  }
  ec code() const { return failure().code; }

 private:
  std::optional<bw::error> failure_;
};

}  // namespace bw
