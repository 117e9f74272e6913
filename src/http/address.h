#pragma once

#include <string>
#include <string_view>

namespace sms_notifier::http {

/// The address as everything here writes and compares it. A listener for both kinds sees IPv4 visitors as
/// `::ffff:a.b.c.d`: they become `a.b.c.d`. What is no address stays as it is.
std::string plain_address(std::string_view text);

/// What one visitor may have to themselves: the IPv4 address, or the IPv6 network (its first 64 bits), whose
/// addresses a visitor may all use.
std::string network_of(std::string_view address);

}  // namespace sms_notifier::http
