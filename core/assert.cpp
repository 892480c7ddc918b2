#include "core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace bw::detail {

void assertion_failed(const char* expression, const char* rule, const char* file,
                      int line) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s (%s)\n", file, line, rule, expression);
  std::fflush(stderr);
  std::abort();
}

}  // namespace bw::detail
