#include "storage/log_identity.hpp"

#include "core/prng.hpp"

namespace bw {

std::uint64_t new_log_id(std::uint64_t seed) {
  return 1 + prng{seed}.below((std::uint64_t{1} << log_id_bits) - 1);
}

error log_is_closed() {
  return {ec::storage_failed,
          "the audit log failed before and takes nothing more; find the cause (disk full, device "
          "error) in the first failure and start the node again"};
}

}  // namespace bw
