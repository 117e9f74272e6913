#include "platform/token_mint.h"

#include <array>

#include <sodium.h>

#include "platform/random.h"

namespace sms_notifier::platform {
namespace {

constexpr std::size_t token_bytes = 32;

class SodiumMint final : public app::TokenMint {
 public:
  std::string make() override { return random_token(token_bytes); }

  std::string hash(std::string_view token) const override {
    std::array<unsigned char, crypto_generichash_BYTES> digest{};
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(token.data()),
                       token.size(), nullptr, 0);
    std::string text(2 * digest.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    text.pop_back();  // the terminating zero
    return text;
  }

  /// Compares the hashes: those have one length, whatever the tokens'.
  bool same(std::string_view one, std::string_view other) const override {
    const std::string a = hash(one);
    const std::string b = hash(other);
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
  }
};

}  // namespace

std::unique_ptr<app::TokenMint> make_token_mint() {
  return std::make_unique<SodiumMint>();
}

}  // namespace sms_notifier::platform
