#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sms_notifier::sim {

/// Seeded chance. Each stream of a seed is its own, so that taking one fault away leaves the rest of a run as
/// it was.
class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view stream)
      : engine_(seed * 0x9E3779B97F4A7C15U + std::hash<std::string_view>{}(stream)) {}

  bool happens(double probability) { return std::generate_canonical<double, 53>(engine_) < probability; }
  /// Evenly spread, both ends included.
  int between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine_); }
  base::Duration between(base::Duration least, base::Duration most) {
    return base::Duration{std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(engine_)};
  }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(between(0, static_cast<int>(choices.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sms_notifier::sim
