#include "storage/sha256.hpp"

#include <openssl/evp.h>

#include "core/assert.hpp"

namespace bw {

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
  BW_ASSERT(context_->algorithm != nullptr && context_->state != nullptr,
            "the crypto library offers SHA-256");
}
sha256::~sha256() = default;
sha256::sha256(sha256&&) noexcept = default;
sha256& sha256::operator=(sha256&&) noexcept = default;

digest sha256::of(std::initializer_list<std::string_view> parts) {
  digest out{};
  auto* state = context_->state;
  bool done = EVP_DigestInit_ex2(state, context_->algorithm, nullptr) == 1;
  for (const auto part : parts)
    done = done && EVP_DigestUpdate(state, part.data(), part.size()) == 1;
  done = done && EVP_DigestFinal_ex(state, out.data(), nullptr) == 1;
  BW_ASSERT(done, "hashing bytes in memory succeeds");
  return out;
}

}  // namespace bw
