#pragma once

#include <string_view>

namespace sms_notifier::simulator {

/// The page for people, at `/`, and its script, at `/page.js`.
std::string_view page_html();
std::string_view page_script();

}  // namespace sms_notifier::simulator
