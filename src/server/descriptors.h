#pragma once

#include <cstddef>

namespace sms_notifier::server {

/// Opens nothing in place of each standard stream that is closed, so that no file of ours is taken for one.
void open_standard_streams();

/// Lets this process have as many files and connections open as the system allows and it could ever use;
/// returns how many those are.
std::size_t raise_descriptor_limit();

/// How many connections of browsers leave enough descriptors for the database and the provider, however
/// many browsers open.
std::size_t web_connections_max(std::size_t descriptors);

}  // namespace sms_notifier::server
