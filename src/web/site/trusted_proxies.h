#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sms_notifier::web {

/// Whether the text is an IP address.
bool is_address(std::string_view text);

/// The reverse proxies whose word is taken for where a request comes from.
class TrustedProxies {
 public:
  /// IP addresses and networks (`10.0.0.0/8`). What is neither trusts no address.
  explicit TrustedProxies(const std::vector<std::string>& addresses);

  bool trusts(std::string_view address) const;
  /// The nearest address that is not a trusted proxy's: `peer` is who connected, `forwarded_for` the
  /// addresses that the proxies tell of, the nearest last.
  std::string client(const std::string& peer, std::string_view forwarded_for) const;

 private:
  struct Network {
    std::string bytes;  ///< 16, as IPv6
    int prefix_bits;
  };
  std::vector<Network> networks_;
};

}  // namespace sms_notifier::web
