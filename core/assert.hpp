#pragma once

namespace bw::detail {

/// Prints the rule that did not hold to stderr and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* rule, const char* file,
                                   int line) noexcept;

}  // namespace bw::detail

/// Always on, in production too. `rule` states what must hold, positively.
/// For programming errors only: nothing that comes from outside may trigger one.
#define BW_ASSERT(expression, rule)                                          \
  do {                                                                       \
    if (!(expression)) [[unlikely]]                                          \
      ::bw::detail::assertion_failed(#expression, rule, __FILE__, __LINE__); \
  } while (false)
