#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "messages/orders.hpp"

namespace bw {

/// What the broker is asked about its books.
enum class book_question : std::uint8_t { opens = 1, positions, account, activities };
inline constexpr std::size_t book_question_count = 4;
std::string_view to_string(book_question x) noexcept;

struct reconcile_schedule_options {
  /// Periods while running (P02), in the order of book_question.
  std::array<nanoseconds, book_question_count> every{
      std::chrono::seconds{10}, std::chrono::seconds{30}, std::chrono::seconds{60},
      std::chrono::seconds{300}};
  /// A question without an answer for longer has failed.
  nanoseconds answer_within = std::chrono::seconds{10};
  /// A question that failed is asked again after this.
  nanoseconds retry = std::chrono::seconds{1};
};

/// When which question is asked, and which answers still count. Pure; one object a reconciliation.
class reconcile_schedule {
 public:
  explicit reconcile_schedule(reconcile_schedule_options options = {}) : options_(options) {}

  struct question {
    book_question what = book_question::opens;
    std::uint64_t round = 0;
  };

  /// All four at once: at the start and after each reconnect. What is under way no longer counts.
  void begin_full(mono_ns now);
  bool is_full() const { return full_; }
  /// All four have been answered since begin_full.
  bool is_full_answered() const;
  /// Both books were the same: from now on each question has its own period.
  void end_full() { full_ = false; }

  /// Questions to ask now; they are under way from here on. None before begin_full.
  std::vector<question> due(mono_ns now);
  /// Brings a question forward.
  void soon(book_question what, mono_ns at);
  /// Whether the answer belongs to the question that is under way; then it is answered.
  bool on_answer(book_question what, std::uint64_t round, mono_ns now);
  void on_failure(book_question what, std::uint64_t round, mono_ns now);

  /// How often in a row a question has failed, and since when.
  struct failing {
    std::uint32_t times = 0;
    mono_ns since;
  };
  failing failures(book_question what) const { return of(what).bad; }

 private:
  struct entry {
    std::uint64_t round = 0;
    bool asked = false;
    bool answered = false;
    mono_ns asked_at;
    mono_ns next;
    failing bad;
  };
  entry& of(book_question what) { return entries_[static_cast<std::size_t>(what) - 1]; }
  const entry& of(book_question what) const { return entries_[static_cast<std::size_t>(what) - 1]; }
  void fail(entry& x, mono_ns now);

  reconcile_schedule_options options_;
  std::array<entry, book_question_count> entries_{};
  std::uint64_t rounds_ = 0;
  bool began_ = false;
  bool full_ = false;
};

/// A question about one order or one position.
struct single_query {
  enum class kind : std::uint8_t { own_order = 1, external_order, order_by_venue_id, position };
  kind what = kind::own_order;
  client_order_id client_id;
  venue_order_id venue_id;
  symbol_name symbol;

  friend auto operator<=>(const single_query&, const single_query&) = default;
};

struct query_queue_options {
  std::uint32_t per_cycle = 10;
  nanoseconds cycle = std::chrono::seconds{10};
  nanoseconds apart = std::chrono::milliseconds{100};
  /// Waiting at most; what comes on top of it is found again by the next comparison.
  std::size_t waiting_max = 1'000;
};

/// Single questions, so few and so far apart that they never crowd out the rest of the budget.
class query_queue {
 public:
  explicit query_queue(query_queue_options options = {}) : options_(options) {}

  /// Nothing happens for one that waits already.
  void push(const single_query& query);
  /// The next one, when its time has come.
  std::optional<single_query> next(mono_ns now);
  std::size_t size() const { return waiting_.size(); }

 private:
  query_queue_options options_;
  std::deque<single_query> waiting_;
  std::set<single_query> known_;
  /// When the last ones left; at most per_cycle.
  std::deque<mono_ns> left_;
};

}  // namespace bw
