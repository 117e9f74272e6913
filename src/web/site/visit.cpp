#include "web/site/visit.h"

#include <algorithm>

#include "domain/text.h"

namespace sms_notifier::web {
namespace {

std::map<std::string, std::string, std::less<>> read_cookies(std::string_view header) {
  std::map<std::string, std::string, std::less<>> cookies;
  while (!header.empty()) {
    const auto end = header.find(';');
    const std::string_view pair = domain::trimmed(header.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) cookies.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    if (end == std::string_view::npos) break;
    header.remove_prefix(end + 1);
  }
  return cookies;
}

http::Fields read_form(const http::Request& request) {
  const std::string_view type = request.header("Content-Type");
  if (type.starts_with("application/x-www-form-urlencoded")) return http::parse_urlencoded(request.body);
  if (type.starts_with("multipart/form-data"))
    return http::parse_multipart(type, request.body).value_or(http::Fields());
  return {};
}

/// Forms have about ten fields.
constexpr std::size_t fields_max = 100;
constexpr std::size_t name_bytes_max = 100;

bool fits(const http::Fields& fields) {
  return fields.size() <= fields_max && std::all_of(fields.begin(), fields.end(), [](const auto& field) {
           return field.first.size() <= name_bytes_max && field.second.size() <= field_bytes_max(field.first);
         });
}

std::string text_of(const http::Fields& fields, std::string_view name) {
  return std::string(http::field(fields, name).value_or(""));
}

}  // namespace

std::string Visit::form_field(std::string_view name) const {
  return text_of(form, name);
}

std::string Visit::query_field(std::string_view name) const {
  return text_of(query, name);
}

Visit make_visit(const http::Request& request) {
  Visit visit(request);
  visit.query = http::parse_urlencoded(request.query);
  visit.form = read_form(request);
  visit.is_too_long = !fits(visit.query) || !fits(visit.form);
  visit.cookies = read_cookies(request.header("Cookie"));
  return visit;
}

std::string cookie(std::string_view name, std::string_view value, bool secure, int seconds) {
  std::string text(name);
  text.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax");
  if (secure) text += "; Secure";
  if (seconds != 0) text += "; Max-Age=" + std::to_string(seconds < 0 ? 0 : seconds);
  return text;
}

http::Response redirect(std::string_view path) {
  http::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::string(path));
  return response;
}

std::size_t field_bytes_max(std::string_view name) {
  // A message of 2,048 characters of four bytes each, and as much again for what is too long to be told so.
  if (name == "message") return 16 * 1024;
  return 2 * 1024;
}

std::string local_path(std::string_view decoded) {
  std::string path = "/";
  decoded.remove_prefix(std::min(decoded.find_first_not_of('/'), decoded.size()));
  // No page is at an address with several slashes in front, so that nothing is lost without them.
  while (!decoded.empty()) {
    const auto slash = decoded.find('/');
    path += http::url_encode(decoded.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path += '/';
    decoded.remove_prefix(slash + 1);
  }
  return path;
}

}  // namespace sms_notifier::web
