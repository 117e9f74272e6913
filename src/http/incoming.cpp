#include "http/incoming.h"

#include <string>

#include <boost/beast/core/string.hpp>

#include "http/hex.h"

namespace sms_notifier::http {
namespace {

namespace beast = boost::beast;

/// Unlike in a form, `+` is a plus in a path.
std::string decode_path(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// `http://host/path` is as good as `/path`.
std::string_view without_authority(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

void take_head(const RequestParser& parser, Incoming& incoming) {
  const auto& message = parser.get();
  incoming.head_only = message.method() == beast::http::verb::head;
  incoming.chunks_known = message.version() == 11;
  Request& request = incoming.request;
  request.method = std::string(message.method_string());
  const std::string_view target = without_authority({message.target().data(), message.target().size()});
  const auto mark = target.find('?');
  request.path = decode_path(target.substr(0, mark));
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  for (const auto& entry : message)
    request.headers.emplace_back(std::string(entry.name_string()), std::string(entry.value()));
}

bool is_unmistakable(const RequestParser::value_type& head) {
  const auto hosts = head.count(beast::http::field::host);
  if (hosts > 1 || (hosts == 0 && head.version() == 11)) return false;
  const auto codings = head.count(beast::http::field::transfer_encoding);
  if (codings == 0) return true;
  return codings == 1 && head.version() == 11 && head.count(beast::http::field::content_length) == 0 &&
         beast::iequals(head[beast::http::field::transfer_encoding], "chunked");
}

bool has_folded_line(std::string_view request) {
  const std::string_view head = request.substr(0, request.find("\r\n\r\n"));
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

int refusal_status(const boost::system::error_code& error) {
  if (error == beast::http::error::header_limit) return 431;
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, name)) return value;
  return {};
}

}  // namespace sms_notifier::http
