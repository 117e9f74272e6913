#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voipms/answer.h"

namespace sms_notifier::voipms {

inline http::Outcome answered(std::string body, int status = 200) {
  body.reserve(body.size() + 64);
  return http::ReceivedResponse{status, std::move(body)};
}

inline http::Outcome failed(http::Failure::Kind kind, bool may_have_been_sent, std::string detail = "") {
  return http::Failure{kind, may_have_been_sent, std::move(detail)};
}

/// Wants every row, or those that the test says, and remembers what it was asked about.
struct Filter final : app::CdrRowFilter {
  std::function<bool(std::string_view)> wanted = [](std::string_view) { return true; };
  std::vector<std::string> asked;
  std::string as_before;  ///< the answer of last time

  bool is_as_before(std::string_view answer) override { return !as_before.empty() && answer == as_before; }
  bool wants(std::string_view row) override {
    asked.emplace_back(row);
    return wanted(row);
  }
};

}  // namespace sms_notifier::voipms
