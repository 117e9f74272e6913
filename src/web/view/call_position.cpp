#include "web/view/call_position.h"

#include <algorithm>
#include <iterator>

#include "domain/typed.h"
#include "web/view/paging.h"

namespace sms_notifier::web {

std::string digits_of(const std::string& text) {
  if (const auto whole = domain::typed_number(text)) return std::string(whole->digits());
  const std::string typed = domain::as_typed(text);
  std::string digits;
  std::copy_if(typed.begin(), typed.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

std::string to_text(const app::CallPosition& position) {
  return std::to_string(position.started_at.time_since_epoch().count()) + "." +
         std::to_string(position.id.value());
}

std::optional<app::CallPosition> parse_position(const std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto at = whole_number(std::string_view(text).substr(0, dot));
  const auto id = whole_number(std::string_view(text).substr(dot + 1));
  if (!at || !id) return std::nullopt;
  return app::CallPosition{base::Instant(base::Duration{*at}), domain::CallId(*id)};
}

app::CallPosition position_of(const app::CallRecord& record) {
  return {record.call.started_at(), record.id};
}

}  // namespace sms_notifier::web
