#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Names by dense number. More can be added at the end while others read, up to a capacity that is
/// fixed when the table is made; a name never moves and never changes. Copies share one table. One
/// thread adds at a time, any thread reads.
class name_table {
 public:
  name_table() : name_table(std::vector<std::string>{}) {}
  /// With room for `spare` more.
  explicit(false) name_table(std::vector<std::string> names, std::size_t spare = 0)
      : shared_(std::make_shared<state>(names.size() + spare)) {
    for (auto& name : names) (void)add(std::move(name));
  }
  name_table(std::initializer_list<std::string> names)
      : name_table(std::vector<std::string>{names}) {}

  /// False when there is no room.
  [[nodiscard]] bool add(std::string name) {
    const auto at = shared_->count.load(std::memory_order_relaxed);
    if (at == shared_->capacity) return false;
    shared_->names[at] = std::move(name);
    shared_->count.store(at + 1, std::memory_order_release);
    return true;
  }

  std::size_t size() const { return shared_->count.load(std::memory_order_acquire); }
  bool empty() const { return size() == 0; }
  /// What tables by these numbers are made for.
  std::size_t capacity() const { return shared_->capacity; }

  /// `at` is below size().
  const std::string& operator[](std::size_t at) const { return shared_->names[at]; }
  const std::string* begin() const { return shared_->names.get(); }
  const std::string* end() const { return begin() + size(); }
  bool has(std::string_view name) const { return std::find(begin(), end(), name) != end(); }
  /// Those there are now.
  std::vector<std::string> list() const { return {begin(), end()}; }
  explicit(false) operator std::vector<std::string>() const { return list(); }

 private:
  struct state {
    explicit state(std::size_t room) : capacity(room), names(new std::string[room]) {}
    std::size_t capacity;
    std::unique_ptr<std::string[]> names;
    std::atomic<std::size_t> count{0};
  };
  std::shared_ptr<state> shared_;
};

}  // namespace bw
