#pragma once

#include <functional>
#include <string>

#include "core/exit_code.hpp"

namespace bw {

/// Told once when going on would be wrong: the process shall stop orderly and end with the code.
/// Any thread; must not block.
using fatal_handler = std::function<void(exit_code code, std::string why)>;

}  // namespace bw
