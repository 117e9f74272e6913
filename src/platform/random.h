#pragma once

#include <cstddef>
#include <random>
#include <string>

#include "app/ports/random.h"

namespace sms_notifier::platform {

/// Chance for jitter; repeatable when seeded.
class SeededRandom final : public app::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// A seed that cannot be guessed.
std::uint64_t random_seed();
/// A token that cannot be guessed: `bytes` random bytes in URL-safe base64.
std::string random_token(std::size_t bytes);

}  // namespace sms_notifier::platform
