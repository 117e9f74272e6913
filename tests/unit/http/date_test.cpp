#include "http/date.h"

#include <gtest/gtest.h>

namespace sms_notifier::http {
namespace {

TEST(HttpDate, IsReadAndWrittenToTheSecond) {
  const base::Instant instant{std::chrono::seconds{784'111'777}};
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), instant);
  EXPECT_EQ(to_date(instant + std::chrono::milliseconds{999}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_date("Tue, 29 Feb 2028 23:59:60 GMT"),
            base::Instant{std::chrono::sys_days{std::chrono::year{2028} / 3 / 1}});
}

TEST(HttpDate, IsNoneWhenAnythingIsOdd) {
  for (const char* odd :
       {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 6  Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "})
    EXPECT_EQ(parse_date(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace sms_notifier::http
