#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "messages/audit.hpp"

namespace bw::tests {

/// Does what somebody does who has the program and may write the folder: writes the log in `from`
/// anew into `to`, record by record with the project's own writer, so that numbers, hashes and
/// chain are right again. `change` may alter the first record for which it answers true; answers
/// the number of that record, 0 when there was none.
std::uint64_t rewrite_log(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::function<bool(audit_event&)>& change);

}  // namespace bw::tests
