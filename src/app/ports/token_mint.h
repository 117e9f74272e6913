#pragma once

#include <string>
#include <string_view>

namespace sms_notifier::app {

/// Makes secrets that cannot be guessed, and hashes under which they are stored. Pure apart from chance; may
/// be called from any thread.
class TokenMint {
 public:
  virtual ~TokenMint() = default;
  /// 256 bits of chance, in characters that fit into URLs, cookies and headers.
  virtual std::string make() = 0;
  /// For storing: a thief who reads the hash cannot make the token. Always the same for the same token.
  virtual std::string hash(std::string_view token) const = 0;
  /// Whether the two are the same, in a time that does not depend on where they differ.
  virtual bool same(std::string_view one, std::string_view other) const = 0;
};

}  // namespace sms_notifier::app
