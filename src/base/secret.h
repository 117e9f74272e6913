#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace sms_notifier::base {

/// A password, token or key. It cannot be printed, formatted or compared by accident; code that needs
/// the text says so with reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

}  // namespace sms_notifier::base
