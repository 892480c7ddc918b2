#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "storage/record_chain.hpp"

namespace bw {

/// Which records a reader hands out; all that are set must hold.
struct audit_filter {
  sequence_number from{1};
  sequence_number to{UINT64_MAX};
  /// Variant index of the event (audit_type_name).
  std::optional<std::uint16_t> type;
  /// Records about this order; empty: any.
  client_order_id client_id;
  /// Told of each redacted record in its turn, which the reader passes over otherwise.
  std::function<void(const record_view&)> withheld;
};

/// Index of the type that audit_type_name names; ec::not_found lists the names that exist.
result<std::uint16_t> parse_audit_type(std::string_view name);

/// Looks at an audit log from outside, beside a node that is writing or without one. It takes no
/// lock and writes nothing into the folder. It sees what was written when it was opened or last
/// caught up. One thread.
class audit_reader {
 public:
  /// An order is mentioned in at most this many records that a search by its id hands out.
  static constexpr std::size_t mentions_max = 10'000;

  virtual ~audit_reader() = default;

  virtual const log_head& head() const = 0;
  virtual std::uint64_t boot_no() const = 0;

  /// Calls `use` for each record that the filter lets through, ascending, until it answers false.
  /// Without a client id the chain is verified on the way (ec::integrity_broken); with one the
  /// records are looked up, and each is compared with its own hash only.
  virtual result<void> read(const audit_filter& filter,
                            const std::function<bool(const audit_record&)>& use) const = 0;

  /// The chain alone, from `from` to the head.
  virtual std::optional<chain_failure> walk(sequence_number from,
                                            const record_visitor& use) const = 0;

  /// The files below the records: a damaged index would be missed by a walk over the log.
  virtual result<void> check_files() const = 0;

  /// Takes in what a node wrote since.
  virtual result<void> catch_up() = 0;
};

/// ec::not_found: no log there. ec::integrity_broken: it is damaged beyond opening.
/// ec::storage_failed: the folder holds something else.
result<std::unique_ptr<audit_reader>> open_audit_reader(const std::filesystem::path& folder);

}  // namespace bw
