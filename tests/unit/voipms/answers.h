#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "voipms/answer.h"
#include "voipms/fingerprint.h"

namespace sms_notifier::voipms {

inline http::Outcome answered(std::string body, int status = 200) {
  body.reserve(body.size() + 64);
  return http::ReceivedResponse{status, std::move(body)};
}

inline http::Outcome failed(http::Failure::Kind kind, bool may_have_been_sent, std::string detail = "") {
  return http::Failure{kind, may_have_been_sent, std::move(detail)};
}

inline std::vector<std::string> in_english(const std::vector<domain::Sentence>& sentences) {
  std::vector<std::string> words;
  for (const domain::Sentence& sentence : sentences) words.push_back(domain::in_english(sentence));
  return words;
}

/// Wants every row, or those that the test says, and remembers what it was asked about.
struct Filter final : app::CdrRowFilter {
  std::function<bool(app::Fingerprint)> wanted = [](app::Fingerprint) { return true; };
  std::vector<app::Fingerprint> asked;
  std::string as_before;  ///< the answer of last time

  bool is_as_before(app::Fingerprint answer) override {
    return !as_before.empty() && answer == fingerprint_of(as_before);
  }
  bool wants(app::Fingerprint row) override {
    asked.push_back(row);
    return wanted(row);
  }
};

}  // namespace sms_notifier::voipms
