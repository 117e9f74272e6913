#include "platform/random.h"

#include <vector>

#include <sodium.h>

#include "base/ensure.h"

namespace sms_notifier::platform {

std::uint64_t random_seed() {
  base::ensure(sodium_init() >= 0, "libsodium cannot start");
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

std::string random_token(std::size_t bytes) {
  base::ensure(sodium_init() >= 0, "libsodium cannot start");
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  std::string token(sodium_base64_encoded_len(bytes, variant), '\0');
  sodium_bin2base64(token.data(), token.size(), random.data(), random.size(), variant);
  token.pop_back();  // the terminating zero
  return token;
}

}  // namespace sms_notifier::platform
