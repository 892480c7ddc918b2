#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "storage/audit_reader.hpp"

namespace bw {

struct verify_report {
  /// Records that proved right, in a row from where the verification began.
  std::uint64_t records = 0;
  /// How many of them show nothing but their hash.
  std::uint64_t redacted = 0;
  log_head head;
  /// Anchors that the records agreed with.
  std::uint64_t anchors = 0;
  /// Nothing when all of them did.
  std::optional<chain_failure> failure;

  bool ok() const { return !failure; }
};

struct verify_options {
  sequence_number from{1};
  /// Last record to look at; the log's end when it lies before.
  sequence_number to{UINT64_MAX};
  /// File of anchors to compare with, and the public key that signed them; empty: the chain alone.
  std::filesystem::path anchors;
  std::filesystem::path public_key;
  /// Called now and then with how many records proved right, of how many.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

/// Verifies the log in `folder`. A damaged log is no error of this function: the report says what
/// is wrong. It is an error when there is no log to look at, or no key for the anchors.
///
/// The chain alone cannot show that somebody who may write the folder replaced all of it, or cut
/// its tail and its head together; the anchors do, as long as he cannot write those as well. From
/// record 1 on the Merkle root of every anchor is computed again.
result<verify_report> verify_audit_log(const std::filesystem::path& folder,
                                       const verify_options& options);
result<verify_report> verify_audit_log(const std::filesystem::path& folder,
                                       sequence_number from = sequence_number{1});

}  // namespace bw
