#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/sessions.h"
#include "http/form.h"
#include "http/server.h"
#include "web/view/words.h"

namespace sms_notifier::web {

/// One request, with what the gates found out about it.
struct Visit {
  explicit Visit(const http::Request& http_request) : request(http_request) {}

  const http::Request& request;
  std::vector<std::string> captures;  ///< what stood in the places of `<id>`
  http::Fields query;
  http::Fields form;  ///< of a POST
  std::map<std::string, std::string, std::less<>> cookies;
  /// Whether a field is longer, or there are more of them, than any form of ours has use for. Then no handler
  /// looks at them.
  bool is_too_long = false;
  Language language = Language::English;
  std::optional<Language> asked_language;  ///< by `?lang=`
  std::string address;                     ///< of the person, behind trusted proxies
  bool secure = false;                     ///< came over TLS, as far as the person sees it
  std::vector<std::string> hosts;          ///< what the person's browser may call this host

  /// Where a state change was sent from. Our pages hide their address (no-referrer), so that over plain HTTP
  /// a browser says nothing about its own forms either: the form's token must tell then.
  enum class Origin { Ours, Hidden, Elsewhere };
  Origin origin = Origin::Ours;

  /// Who it is: of a browser, or of a program.
  std::optional<app::Session> session;
  std::optional<app::ApiToken> token;
  std::string csrf_token;  ///< goes into each form of the page that is answered

  /// Whether the script of an open page looks at it again, rather than a person.
  bool is_refresh() const { return !request.header("X-Refresh").empty(); }
  const Words& words() const { return words_of(language); }
  /// A field of the form; empty when absent.
  std::string form_field(std::string_view name) const;
  std::string query_field(std::string_view name) const;
};

/// Reads cookies, query and form; the gates do the rest.
Visit make_visit(const http::Request& request);

/// `Set-Cookie` for a cookie that scripts cannot read. Lives as long as the browser when `seconds` is 0; a
/// negative number ends it.
std::string cookie(std::string_view name, std::string_view value, bool secure, int seconds);

http::Response redirect(std::string_view path);

/// How long a field of that name may be, in bytes.
std::size_t field_bytes_max(std::string_view name);

/// The decoded path as the beginning of a link to this site: whatever stands in it, no browser takes it for
/// another host (`//evil.example`).
std::string local_path(std::string_view decoded);

}  // namespace sms_notifier::web
