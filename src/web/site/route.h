#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "http/server.h"
#include "web/site/visit.h"

namespace sms_notifier::web {

struct SiteState;

/// Who may use a route.
enum class Access {
  Anybody,  ///< no log-in; state changes guard themselves
  Person,   ///< a browser with a session; each POST carries the form token and comes from our own pages
  Program,  ///< a bearer token
};

using PageHandler = std::function<base::task<http::Response>(SiteState&, Visit&)>;

struct Route {
  std::string_view method;  ///< `GET` answers HEAD, too
  std::string_view path;    ///< `/edit/<id>`: each `<...>` stands for one part without a slash
  Access access;
  PageHandler handler;
};

/// Every route there is.
const std::vector<Route>& routes();

/// What stands in the places of `<...>`; nothing when the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path);

}  // namespace sms_notifier::web
