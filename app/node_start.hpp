#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "config/config_loader.hpp"
#include "messages/evidence.hpp"
#include "messages/operations.hpp"
#include "storage/proposal_store.hpp"

namespace bw {

/// One line a configured strategy.
void log_strategy(const strategy_record& x);

/// Program, configuration, limits and plugins by their hashes. The digest of a program whose file
/// cannot be read is zero.
deploy_record what_is_deployed(const loaded_config& loaded);

/// Proposals that were made or decided while the log was another's, on their way into it.
struct unrecorded_proposals {
  /// Empty where nobody has proposed anything.
  std::unique_ptr<proposal_store> store;
  std::vector<proposal_record> records;

  /// They are in the log, synced.
  result<void> forget();
};
result<unrecorded_proposals> proposals_to_record(const std::filesystem::path& state);

}  // namespace bw
