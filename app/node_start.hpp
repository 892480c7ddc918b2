#pragma once

#include "config/config_loader.hpp"
#include "messages/operations.hpp"

namespace bw {

/// Program, configuration, limits and plugins by their hashes. The digest of a program whose file
/// cannot be read is zero.
deploy_record what_is_deployed(const loaded_config& loaded);

}  // namespace bw
