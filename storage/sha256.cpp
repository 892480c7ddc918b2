#include "storage/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "core/assert.hpp"

namespace bw {
namespace {

/// Nodes and chain values are this short: one call with all bytes costs less than one for each
/// part.
constexpr std::size_t short_bytes_max = 128;

}  // namespace

struct sha256::context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* state = EVP_MD_CTX_new();

  context() = default;
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  ~context() {
    EVP_MD_CTX_free(state);
    EVP_MD_free(algorithm);
  }
};

sha256::sha256() : context_(std::make_unique<context>()) {
  BW_ASSERT(context_->algorithm != nullptr && context_->state != nullptr &&
                EVP_DigestInit_ex2(context_->state, context_->algorithm, nullptr) == 1,
            "the crypto library offers SHA-256");
}
sha256::~sha256() = default;
sha256::sha256(sha256&&) noexcept = default;
sha256& sha256::operator=(sha256&&) noexcept = default;

digest sha256::of(std::initializer_list<std::string_view> parts) {
  digest out{};
  auto* state = context_->state;
  // The algorithm is in the context already: naming it again would have it looked at again.
  bool done = EVP_DigestInit_ex2(state, nullptr, nullptr) == 1;
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  if (std::array<char, short_bytes_max> together; size <= together.size()) {
    auto* end = together.data();
    for (const auto part : parts) end = std::copy(part.begin(), part.end(), end);
    done = done && EVP_DigestUpdate(state, together.data(), size) == 1;
  } else {
    for (const auto part : parts)
      done = done && EVP_DigestUpdate(state, part.data(), part.size()) == 1;
  }
  done = done && EVP_DigestFinal_ex(state, out.data(), nullptr) == 1;
  BW_ASSERT(done, "hashing bytes in memory succeeds");
  return out;
}

void sha256::begin() {
  const bool done = EVP_DigestInit_ex2(context_->state, nullptr, nullptr) == 1;
  BW_ASSERT(done, "hashing bytes in memory succeeds");
}

void sha256::add(std::string_view part) {
  const bool done = EVP_DigestUpdate(context_->state, part.data(), part.size()) == 1;
  BW_ASSERT(done, "hashing bytes in memory succeeds");
}

digest sha256::end() {
  digest out{};
  const bool done = EVP_DigestFinal_ex(context_->state, out.data(), nullptr) == 1;
  BW_ASSERT(done, "hashing bytes in memory succeeds");
  return out;
}

}  // namespace bw
