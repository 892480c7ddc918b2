#include "storage/signing_key.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/assert.hpp"
#include "storage/durable_file.hpp"
#include "storage/event_json.hpp"
#include "storage/sha256.hpp"

namespace bw {
namespace {

constexpr std::size_t raw_key_bytes = 32;

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using open_file = std::unique_ptr<std::FILE, close_file>;

EVP_PKEY* raw(void* key) { return static_cast<EVP_PKEY*>(key); }

result<open_file> open_for_reading(const std::filesystem::path& file) {
  open_file out{std::fopen(file.c_str(), "re")};
  if (out) return out;
  const int why = errno;
  return {why == ENOENT ? ec::not_found : ec::io_failed,
          "the key " + file.string() + " cannot be read: " + std::strerror(why)};
}

error no_key(const std::filesystem::path& file, std::string_view what) {
  return {ec::parse_failed,
          file.string() + " holds no Ed25519 " + std::string{what} + " key in PEM"};
}

/// The text that PEM makes of a key.
std::string pem_of(EVP_PKEY* key, bool with_private) {
  std::unique_ptr<BIO, int (*)(BIO*)> memory{BIO_new(BIO_s_mem()), &BIO_free};
  BW_ASSERT(memory != nullptr, "there is memory for a key");
  const int done = with_private ? PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0,
                                                           nullptr, nullptr)
                                : PEM_write_bio_PUBKEY(memory.get(), key);
  BW_ASSERT(done == 1, "a key can be written down");
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

void public_key::deleter::operator()(void* key) const { EVP_PKEY_free(raw(key)); }

public_key::public_key(handle key) : key_(std::move(key)) {
  std::array<std::uint8_t, raw_key_bytes> bytes{};
  std::size_t size = bytes.size();
  const int done = EVP_PKEY_get_raw_public_key(raw(key_.get()), bytes.data(), &size);
  BW_ASSERT(done == 1 && size == bytes.size(), "an Ed25519 key has a public half of 32 bytes");
  const auto whole =
      sha256{}.of({std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
  id_ = hex_text(whole).substr(0, 16);
}

result<public_key> public_key::load(const std::filesystem::path& file) {
  const auto opened = open_for_reading(file);
  if (!opened) return opened.failure();
  handle key{PEM_read_PUBKEY(opened->get(), nullptr, nullptr, nullptr)};
  if (!key || EVP_PKEY_get_id(raw(key.get())) != EVP_PKEY_ED25519) return no_key(file, "public");
  return public_key{std::move(key)};
}

bool public_key::verifies(std::string_view text, const signature& by) const {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, raw(key_.get())) == 1 &&
         EVP_DigestVerify(context.get(), by.data(), by.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

result<signing_key> signing_key::load(const std::filesystem::path& file) {
  const auto opened = open_for_reading(file);
  if (!opened) return opened.failure();
  struct stat facts {};
  if (::fstat(::fileno(opened->get()), &facts) != 0 || (facts.st_mode & 077) != 0)
    return {ec::invalid_argument, "the key " + file.string() +
                                      " can be read by others than its owner; run chmod 600 on it, "
                                      "and make a new one if it was read"};
  public_key::handle key{PEM_read_PrivateKey(opened->get(), nullptr, nullptr, nullptr)};
  if (!key || EVP_PKEY_get_id(raw(key.get())) != EVP_PKEY_ED25519) return no_key(file, "private");
  return signing_key{public_key{std::move(key)}};
}

result<signing_key> signing_key::load_or_make(const std::filesystem::path& file,
                                              const std::filesystem::path& public_file) {
  auto out = load(file);
  if (!out && out.code() == ec::not_found) {
    public_key::handle made{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    if (!made) return {ec::io_failed, "the crypto library makes no key"};
    if (auto written = write_new_file(file, pem_of(raw(made.get()), true), file_access::owner);
        !written)
      return std::move(written).failure().within("the key of the anchors");
    out = signing_key{public_key{std::move(made)}};
  }
  if (!out) return out;
  std::error_code code;
  if (!std::filesystem::exists(public_file, code))
    if (auto written = write_new_file(public_file, pem_of(raw(out->key_.key_.get()), false),
                                      file_access::everybody);
        !written)
      return std::move(written).failure().within("the public key of the anchors");
  return out;
}

signature signing_key::sign(std::string_view text) const {
  signature out{};
  std::size_t size = out.size();
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  const bool done =
      context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, raw(key_.key_.get())) == 1 &&
      EVP_DigestSign(context.get(), out.data(), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  BW_ASSERT(done && size == out.size(), "signing bytes in memory succeeds");
  return out;
}

}  // namespace bw
