#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/wall_time.h"
#include "simulator/account.h"

namespace sms_notifier::simulator {

/// A text of an account, in either direction.
struct TextRecord {
  std::string id;
  TextKind kind;
  bool received = false;
  std::string did;
  std::string contact;
  std::string message;
  std::vector<std::string> media;
  base::Instant at;
};

/// What getSMS or getMMS was asked for, checked.
struct TextQuery {
  TextKind kind;
  bool both_kinds = false;
  std::string id;  ///< empty: any
  domain::Day from;
  domain::Day to;
  std::chrono::seconds shift{0};
  std::optional<bool> received;
  std::string did;      ///< empty: any
  std::string contact;  ///< its last ten digits; empty: every number
  std::size_t limit = 50;
  base::Duration lag{0};  ///< sent texts younger than this are missing
  bool numbers = false;
  Echo echo = Echo::Plain;
};

struct TextListing {
  std::string rows;  ///< JSON objects, comma separated, newest first
  std::size_t count = 0;
};

TextListing list_texts(const std::vector<TextRecord>& texts, const TextQuery& query, base::Instant now);

/// The digits that count when numbers are compared: the last ten.
std::string last_ten_digits(std::string_view text);

}  // namespace sms_notifier::simulator
