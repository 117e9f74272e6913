// Forms: reading is safe, and what was written is read back.

#include <cstdint>
#include <string>

#include "fuzz/property.h"
#include "http/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  using fuzz::require;

  const std::string text(reinterpret_cast<const char*>(data), size);
  require(http::url_decode(http::url_encode(text)) == text, "what was encoded is decoded");
  for (const auto& [name, value] : http::parse_urlencoded(text)) {
    require(name.size() + value.size() <= text.size(), "fields are no longer than the form");
  }

  // The first line is the content type, the rest is the body.
  const auto line_end = text.find('\n');
  const std::string content_type = text.substr(0, line_end);
  const std::string body = line_end == std::string::npos ? "" : text.substr(line_end + 1);
  std::size_t bytes = 0;
  if (const auto fields = http::parse_multipart(content_type, body)) {
    for (const auto& [name, value] : *fields) bytes += name.size() + value.size();
  }
  require(bytes <= body.size(), "fields are no longer than the form");

  const std::string boundary = "--end-of-part--";
  if (text.find(boundary) != std::string::npos) return 0;
  std::string form =
      "--" + boundary + "\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n" + text + "\r\n--";
  form += boundary + "--\r\n";
  const auto fields = http::parse_multipart("multipart/form-data; boundary=" + boundary, form);
  require(fields && fields->size() == 1 && (*fields)[0].first == "message" && (*fields)[0].second == text,
          "a field comes through as it is");
  return 0;
}
