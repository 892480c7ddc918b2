#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace bw {

/// One message to one member, told apart from every other: `print` is the digest of its kind and
/// content, without the stamps that differ each time it is told.
struct message_print {
  std::string member;
  std::uint64_t print = 0;
  friend bool operator==(const message_print&, const message_print&) = default;
};

enum class poison_step : std::uint8_t {
  suspected = 1,  // It may have been chance: the message may come once more.
  quarantined,    // From here on it is kept from its member.
};

/// Remembers which messages a member was handling when it ended by an exception.
/// Pure; single-threaded. When a list is full its oldest entry makes room, so that a flood of bad
/// messages costs memory nowhere and restarts at most.
class poison_guard {
 public:
  static constexpr std::size_t suspects_max = 64;
  static constexpr std::size_t quarantined_max = 64;
  /// Ends by the same message before it is kept away.
  static constexpr std::uint32_t ends_allowed = 1;

  poison_step on_end(const message_print& x);
  bool holds(const message_print& x) const;
  bool empty() const { return quarantined_.empty(); }
  std::size_t suspects() const { return suspects_.size(); }
  std::size_t quarantined() const { return quarantined_.size(); }

 private:
  struct suspect {
    message_print what;
    std::uint32_t ends = 0;
  };
  std::deque<suspect> suspects_;
  std::deque<message_print> quarantined_;
};

}  // namespace bw
