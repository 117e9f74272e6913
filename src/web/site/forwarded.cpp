#include "web/site/forwarded.h"

#include "domain/text.h"

namespace sms_notifier::web {
namespace {

/// A header that came in several lines, as one: each proxy may have added its own.
std::string all_lines_of(const http::Request& request, std::string_view name) {
  const std::string wanted = domain::lower_case(name);
  std::string joined;
  for (const auto& [key, value] : request.headers)
    if (domain::lower_case(key) == wanted) joined += (joined.empty() ? "" : ", ") + value;
  return joined;
}

/// The parts between the separators, but for separators in quotes.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] == separator) {
      parts.push_back(domain::trimmed(text.substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  parts.push_back(domain::trimmed(text.substr(begin)));
  return parts;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == '\\') ++at;
    plain += text[at];
  }
  return plain;
}

/// The first of a list that says anything: the proxy nearest to the browser wrote it.
std::string first_of(std::string_view list) {
  for (const std::string_view part : split(list, ','))
    if (!part.empty()) return unquoted(part);
  return {};
}

/// What one name says in each element of `Forwarded` that has it, as a list.
std::string said_in(std::string_view header, std::string_view name) {
  std::string list;
  for (const std::string_view element : split(header, ',')) {
    for (const std::string_view pair : split(element, ';')) {
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      if (domain::lower_case(domain::trimmed(pair.substr(0, equals))) != name) continue;
      list += (list.empty() ? "" : ", ") + unquoted(domain::trimmed(pair.substr(equals + 1)));
    }
  }
  return list;
}

}  // namespace

Forwarded forwarded(const http::Request& request) {
  const std::string standard = all_lines_of(request, "Forwarded");
  const auto said = [&](std::string_view header, std::string_view name) {
    const std::string list = all_lines_of(request, header);
    return domain::trimmed(list).empty() ? said_in(standard, name) : list;
  };
  Forwarded result;
  result.addresses = said("X-Forwarded-For", "for");
  result.scheme = domain::lower_case(first_of(said("X-Forwarded-Proto", "proto")));
  for (const std::string& host :
       {first_of(all_lines_of(request, "X-Forwarded-Host")), first_of(said_in(standard, "host"))})
    if (!host.empty()) result.hosts.push_back(host);
  return result;
}

}  // namespace sms_notifier::web
