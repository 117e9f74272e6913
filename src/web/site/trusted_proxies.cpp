#include "web/site/trusted_proxies.h"

#include <arpa/inet.h>
#include <charconv>
#include <optional>

#include "domain/text.h"
#include "http/address.h"

namespace sms_notifier::web {
namespace {

constexpr int bits = 128;
constexpr std::string_view mapped_prefix{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};

/// IPv4 addresses become IPv6 ones (`::ffff:a.b.c.d`).
std::optional<std::string> bytes_of(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1)
    return std::string(mapped_prefix) + std::string(reinterpret_cast<const char*>(&v4), sizeof v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1)
    return std::string(reinterpret_cast<const char*>(&v6), sizeof v6);
  return std::nullopt;
}

/// The address in `203.0.113.9:4711`, `[2001:db8::7]` and `[2001:db8::7]:4711`; others as they are.
std::string_view bare_address(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const auto colon = text.find(':');
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

bool same_start(std::string_view a, std::string_view b, int count) {
  const auto whole = static_cast<std::size_t>(count / 8);
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  const int rest = count % 8;
  if (rest == 0) return true;
  const int shift = 8 - rest;
  return (static_cast<unsigned char>(a[whole]) >> shift) == (static_cast<unsigned char>(b[whole]) >> shift);
}

}  // namespace

bool is_address(std::string_view text) {
  return bytes_of(text).has_value();
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& addresses) {
  for (const std::string& text : addresses) {
    const auto slash = text.find('/');
    const auto bytes = bytes_of(text.substr(0, slash));
    if (!bytes) continue;
    int prefix = bits;
    if (slash != std::string::npos) {
      const bool v4 = text.find(':') == std::string::npos;
      int given = 0;
      const auto [end, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), given);
      if (error != std::errc{} || end != text.data() + text.size() || given < 0) continue;
      prefix = given + (v4 ? bits - 32 : 0);
      if (prefix > bits) continue;
    }
    networks_.push_back({*bytes, prefix});
  }
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  for (const Network& network : networks_)
    if (same_start(network.bytes, *bytes, network.prefix_bits)) return true;
  return false;
}

std::string TrustedProxies::client(const std::string& peer, std::string_view forwarded_for) const {
  std::string client = http::plain_address(peer);
  while (trusts(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const std::string_view last =
        domain::trimmed(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    const std::string_view address = bare_address(last);
    if (!bytes_of(address)) break;
    client = http::plain_address(address);
    forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return client;
}

}  // namespace sms_notifier::web
