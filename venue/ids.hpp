#pragma once

#include <string>
#include <string_view>

#include "core/prng.hpp"
#include "core/time.hpp"

namespace bw::venue {

/// Text of a version-4 UUID whose 122 free bits come from `random`.
std::string make_uuid(prng& random);

/// A UUID that depends on nothing but the two arguments: ids of assets and of the account.
std::string named_uuid(std::uint64_t seed, std::string_view name);

/// Makes the ids of one exchange. Same seed and same calls, same ids. Single-threaded.
class id_source {
 public:
  explicit id_source(std::uint64_t seed) : random_(seed) {}

  std::string uuid() { return make_uuid(random_); }

  /// 26 characters that sort by time. Within one millisecond, and when `at` goes back, the random
  /// part counts up, so that every id is greater than the one before it.
  std::string ulid(utc_ns at);

 private:
  prng random_;
  std::uint64_t millisecond_ = 0;
  /// 80 random bits: the upper 16 and the lower 64.
  std::uint16_t upper_ = 0;
  std::uint64_t lower_ = 0;
};

}  // namespace bw::venue
