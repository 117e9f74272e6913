#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// When a profile replies, on the provider's wall clock.
class OpeningHours {
 public:
  /// Reads `mon-fri 09:00-17:00, sat 10:00-14:00`. An end of `24:00` is midnight.
  static std::optional<OpeningHours> parse(std::string_view text);

  bool open_at(WallTime wall) const;
  /// When they next open, seen from a time outside of them. Closed hours end within a week.
  WallTime opens_after(WallTime wall) const;
  std::string to_string() const;

  friend bool operator==(const OpeningHours&, const OpeningHours&) = default;

 private:
  struct Span {
    int first_day = 0;  ///< 0 is Monday
    int last_day = 0;
    std::chrono::minutes opens{0};
    std::chrono::minutes closes{0};

    friend bool operator==(const Span&, const Span&) = default;
  };
  std::vector<Span> spans_;
};

}  // namespace sms_notifier::domain
