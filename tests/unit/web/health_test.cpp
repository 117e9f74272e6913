#include "web/health.h"

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace sms_notifier::web {
namespace {

base::task<Readiness> as_is(Readiness readiness) {
  co_return readiness;
}

http::Response answer(const std::string& method, const std::string& path, const Readiness& readiness) {
  const http::Handler handler = health_handler([readiness] { return as_is(readiness); });
  http::Request request;
  request.method = method;
  request.path = path;
  return test_support::run_task(handler(request));
}

TEST(Health, IsWellAsLongAsItAnswers) {
  EXPECT_EQ(answer("GET", "/healthz", {false, "starting"}).status, 200);
}

TEST(Readiness, SaysWhyNot) {
  EXPECT_EQ(answer("GET", "/readyz", {true, ""}).status, 200);
  const http::Response not_ready = answer("GET", "/readyz", {false, "the database cannot be written"});
  EXPECT_EQ(not_ready.status, 503);
  EXPECT_NE(not_ready.body.find("the database cannot be written"), std::string::npos);
}

TEST(Health, AnswersNothingElse) {
  EXPECT_EQ(answer("GET", "/", {true, ""}).status, 404);
  EXPECT_EQ(answer("POST", "/healthz", {true, ""}).status, 405);
}

}  // namespace
}  // namespace sms_notifier::web
