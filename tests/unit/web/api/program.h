#pragma once

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "unit/web/browser.h"

namespace sms_notifier::web {

/// A program with the API token `tests` of anna.
struct Api {
  Pages pages;
  Browser program{pages};

  Api() {
    const auto user = test_support::run_task(pages.store.user("anna"));
    test_support::run_task(
        pages.store.add_token(pages.mint->hash("the-token"), user->id, "tests", {pages.loop.now(), {}}));
    program.headers["Authorization"] = "Bearer the-token";
    program.headers["Content-Type"] = "application/json";
  }
  boost::json::value call(const std::string& method, const std::string& path, const std::string& body,
                          int status) {
    const http::Response response = program.send(method, path, body);
    EXPECT_EQ(response.status, status) << response.body;
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  }
};

}  // namespace sms_notifier::web
