#include "server/output.h"

#include <gtest/gtest.h>

#include "web/api/json.h"

namespace sms_notifier::server {
namespace {

const base::Instant now{std::chrono::seconds{1'790'000'000}};

TEST(Since, TakesADayATimeOrAnAge) {
  EXPECT_EQ(parse_since("24h", now), now - std::chrono::hours{24});
  EXPECT_EQ(web::rfc3339(*parse_since("2026-11-24", now)), "2026-11-24T00:00:00Z");
  EXPECT_EQ(web::rfc3339(*parse_since("2026-11-24T14:00:00Z", now)), "2026-11-24T14:00:00Z");
  EXPECT_EQ(web::rfc3339(*parse_since("2026-11-24T14:00:00.25-05:00", now)), "2026-11-24T19:00:00Z");
  for (const char* bad : {"", "yesterday", "2026-13-01", "2026-11-24T14:00:00", "2026-11-24T14:00:00+5"})
    EXPECT_FALSE(parse_since(bad, now)) << bad;
}

TEST(Rfc3339, ShowsFractionsOnlyWhereThereAreAny) {
  EXPECT_EQ(web::rfc3339(now), "2026-09-21T14:13:20Z");
  EXPECT_EQ(web::rfc3339(now + std::chrono::milliseconds{250}), "2026-09-21T14:13:20.250000Z");
}

}  // namespace
}  // namespace sms_notifier::server
