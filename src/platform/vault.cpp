#include "platform/vault.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <sodium.h>

#include "base/ensure.h"
#include "platform/random.h"
#include "platform/werkzeug_hash.h"

namespace sms_notifier::platform {
namespace {

constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
using Key = std::array<unsigned char, crypto_secretbox_KEYBYTES>;
using Bytes = std::vector<unsigned char>;

std::string to_base64(const Bytes& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), base64_variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), base64_variant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.empty()) return std::nullopt;  // libsodium takes no null pointers
  Bytes bytes(text.size());
  std::size_t length = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        base64_variant) != 0)
    return std::nullopt;
  bytes.resize(length);
  return bytes;
}

/// Sealed text: base64 of nonce, then authenticated ciphertext.
class SecretBox final : public app::Vault {
 public:
  explicit SecretBox(Key key) : key_(key) {}
  ~SecretBox() override { sodium_memzero(key_.data(), key_.size()); }

  std::string seal(const base::Secret& secret) const override {
    const std::string& plain = secret.reveal();
    Bytes sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size());
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(sealed.data() + crypto_secretbox_NONCEBYTES,
                          reinterpret_cast<const unsigned char*>(plain.data()), plain.size(), sealed.data(),
                          key_.data());
    return to_base64(sealed);
  }

  std::optional<base::Secret> open(std::string_view sealed_text) const override {
    const auto sealed = from_base64(sealed_text);
    constexpr std::size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (!sealed || sealed->size() < overhead) return std::nullopt;
    std::string plain(sealed->size() - overhead, '\0');
    if (crypto_secretbox_open_easy(
            reinterpret_cast<unsigned char*>(plain.data()), sealed->data() + crypto_secretbox_NONCEBYTES,
            sealed->size() - crypto_secretbox_NONCEBYTES, sealed->data(), key_.data()) != 0)
      return std::nullopt;
    return base::Secret(std::move(plain));
  }

 private:
  Key key_;
};

constexpr std::string_view argon2id_prefix = crypto_pwhash_argon2id_STRPREFIX;

/// Takes `name` and the number after it off the front.
std::optional<std::uint32_t> take_number(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// Whether a stored hash (`$argon2id$v=19$m=65536,t=2,p=1$...`) costs no more than a few times what ours do.
/// The database may have been written by others: to verify one hash must not take the machine's memory.
bool is_affordable(std::string_view hash) {
  constexpr std::uint32_t memory_kib_max = 4 * crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024;
  constexpr std::uint32_t passes_max = 8;
  constexpr std::uint32_t lanes_max = 4;
  if (hash.size() >= crypto_pwhash_STRBYTES || !hash.starts_with(argon2id_prefix)) return false;
  hash.remove_prefix(argon2id_prefix.size());
  const auto version = take_number(hash, "v=");
  const auto memory_kib = take_number(hash, "$m=");
  const auto passes = take_number(hash, ",t=");
  const auto lanes = take_number(hash, ",p=");
  return version && memory_kib && passes && lanes && hash.starts_with('$') && *memory_kib <= memory_kib_max &&
         *passes <= passes_max && *lanes <= lanes_max;
}

class Argon2idHasher final : public app::PasswordHasher {
 public:
  std::string hash(const base::Secret& password) const override {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const std::string& plain = password.reveal();
    if (crypto_pwhash_str(text.data(), plain.data(), plain.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
      throw std::runtime_error("not enough memory to hash a password (64 MiB are needed)");
    return text.data();
  }

  bool verify(const base::Secret& password, std::string_view hash) const override {
    if (!hash.starts_with(argon2id_prefix)) return verify_werkzeug_hash(password, hash);
    if (!is_affordable(hash)) return false;
    const std::string& plain = password.reveal();
    return crypto_pwhash_str_verify(std::string(hash).c_str(), plain.data(), plain.size()) == 0;
  }

  bool needs_upgrade(std::string_view hash) const override {
    return !hash.starts_with(argon2id_prefix) || !is_affordable(hash) ||
           crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
  }
};

}  // namespace

base::Secret make_vault_key() {
  return base::Secret(random_token(crypto_secretbox_KEYBYTES));
}

std::unique_ptr<app::Vault> make_vault(const base::Secret& key) {
  base::ensure(sodium_init() >= 0, "libsodium cannot start");
  const auto bytes = from_base64(key.reveal());
  if (!bytes || bytes->size() != crypto_secretbox_KEYBYTES)
    throw std::runtime_error(
        "the secret key is damaged: it must be the 43 characters that the first start wrote to "
        "secret.key");
  Key raw{};
  std::copy(bytes->begin(), bytes->end(), raw.begin());
  return std::make_unique<SecretBox>(raw);
}

std::unique_ptr<app::PasswordHasher> make_password_hasher() {
  base::ensure(sodium_init() >= 0, "libsodium cannot start");
  return std::make_unique<Argon2idHasher>();
}

}  // namespace sms_notifier::platform
