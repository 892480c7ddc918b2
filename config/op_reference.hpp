#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace bw {

/// "op://vault/item/field" or "op://vault/item/section/field".
bool is_op_reference(std::string_view text);

/// What 1Password's command line `op` says to `op read REFERENCE`, without line ends behind it. The
/// program is looked for in the absolute folders of PATH and run by an argument list, without a
/// shell, with its own process group; after `longest` all of it is killed. Its authorisation
/// (OP_SERVICE_ACCOUNT_TOKEN) is its own business. ec::not_found without the program,
/// ec::timed_out, ec::auth_refused when it fails, ec::out_of_range for more than 4 KiB. No text
/// shows what it said.
result<secret> read_op_reference(std::string_view reference,
                                 std::chrono::milliseconds longest = std::chrono::seconds{10});

}  // namespace bw
