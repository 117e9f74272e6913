#include "http/address.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

namespace sms_notifier::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t network_bytes = 8;

}  // namespace

std::string plain_address(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::string(text);
  if (address.is_v4()) return address.to_string();
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
  // Without the zone of a link-local address: `%eth0` says where it was seen, not whose it is.
  return ip::address_v6(v6.to_bytes()).to_string();
}

std::string network_of(std::string_view address) {
  std::string plain = plain_address(address);
  boost::system::error_code error;
  const ip::address_v6 v6 = ip::make_address_v6(plain, error);
  if (error) return plain;
  ip::address_v6::bytes_type bytes = v6.to_bytes();
  std::fill(bytes.begin() + network_bytes, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace sms_notifier::http
