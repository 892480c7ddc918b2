#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace bw {

using signature = std::array<std::uint8_t, 64>;

/// An Ed25519 public key: what a verifier needs and anybody may have.
class public_key {
 public:
  /// PEM, as `openssl pkey -pubout` writes it. ec::not_found, ec::parse_failed, ec::io_failed.
  static result<public_key> load(const std::filesystem::path& file);

  bool verifies(std::string_view text, const signature& by) const;
  /// First eight bytes of the SHA-256 of the raw key, in hexadecimal: names the key in an anchor.
  const std::string& id() const { return id_; }

 private:
  friend class signing_key;
  struct deleter {
    void operator()(void* key) const;
  };
  using handle = std::unique_ptr<void, deleter>;
  explicit public_key(handle key);

  handle key_;
  std::string id_;
};

/// An Ed25519 private key in a file that only its owner may read. One thread.
class signing_key {
 public:
  /// The key of `file` (PEM, PKCS 8). ec::not_found when there is none; ec::invalid_argument when
  /// others may read it; ec::parse_failed.
  static result<signing_key> load(const std::filesystem::path& file);
  /// The same; a file that is missing is made with a new key (mode 0600), and the public half is
  /// written to `public_file` when that one is missing.
  static result<signing_key> load_or_make(const std::filesystem::path& file,
                                          const std::filesystem::path& public_file);

  signature sign(std::string_view text) const;
  const public_key& verifier() const { return key_; }

 private:
  explicit signing_key(public_key key) : key_(std::move(key)) {}

  public_key key_;  // Holds both halves.
};

}  // namespace bw
