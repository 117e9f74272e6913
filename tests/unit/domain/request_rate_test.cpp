#include "domain/request_rate.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Request = RequestRate::Request;

constexpr base::Monotonic start{std::chrono::hours{1}};

/// Sends as many requests as soon as they may go; returns the last.
Request send(RequestRate& rate, base::Monotonic& now, int requests) {
  Request last;
  for (int i = 0; i < requests; ++i) {
    now = rate.allowed_at(now);
    last = rate.take(now);
  }
  return last;
}

TEST(TheRequestRate, HasNoLimitUntilARequestIsRefused) {
  RequestRate rate;
  base::Monotonic now = start;
  send(rate, now, 100);
  EXPECT_EQ(now, start + 99 * milliseconds{100});
  EXPECT_FALSE(rate.per_minute());
}

TEST(TheRequestRate, TakesThreeQuartersOfWhatTheMinuteBeforeTheRefusedRequestHad) {
  RequestRate rate;
  base::Monotonic now = start;
  send(rate, now, 1);
  const base::Monotonic later = now = start + minutes{2};
  send(rate, now, 30);
  const Request refused = send(rate, now, 1);
  rate.refused(refused, now);
  EXPECT_EQ(rate.per_minute(), 22);
  EXPECT_EQ(rate.allowed_at(now), later + 9 * milliseconds{100} + minutes{1})
      << "until fewer than 22 are left in the last minute";
}

TEST(TheRequestRate, TakesRefusalsOfRequestsThatWereUnderWayTogetherAsOne) {
  RequestRate rate;
  base::Monotonic now = start;
  send(rate, now, 30);
  const Request first = send(rate, now, 1);
  const Request last = send(rate, now, 20);
  rate.refused(last, now + seconds{8});
  EXPECT_EQ(rate.per_minute(), 37);
  rate.refused(first, now + seconds{9});
  EXPECT_EQ(rate.per_minute(), 22) << "the first of them knows best";
}

TEST(TheRequestRate, IsAtLeastHalvedAtATimeAndNeverBelowWhatPollsNeed) {
  RequestRate rate(20);
  base::Monotonic now = start;
  for (const int expected : {10, 5, 4, 4}) {
    const Request request = send(rate, now, 1);
    rate.refused(request, now);
    EXPECT_EQ(rate.per_minute(), expected);
    now = rate.allowed_at(now);
  }
}

TEST(TheRequestRate, WaitsAWhileAfterARefusalEvenIfItSentLittle) {
  RequestRate rate(20);
  base::Monotonic now = start;
  const Request request = send(rate, now, 1);
  rate.refused(request, now);
  EXPECT_EQ(rate.allowed_at(now), now + seconds{15});
}

TEST(TheRequestRate, GrowsWhileItIsUsedUpWithoutARefusal) {
  RequestRate rate(10);
  base::Monotonic now = start;
  send(rate, now, 5);
  rate.answered(now);
  EXPECT_EQ(rate.per_minute(), 10) << "not used up";
  send(rate, now, 5);
  rate.answered(now);
  EXPECT_EQ(rate.per_minute(), 11);
  rate.answered(now);
  EXPECT_EQ(rate.per_minute(), 11) << "at most every 15 seconds";
}

/// Seconds until so many requests are answered from now on, each at once.
double seconds_for(RequestRate& rate, base::Monotonic now, int requests) {
  const base::Monotonic began = now;
  for (int i = 0; i < requests; ++i) {
    send(rate, now, 1);
    rate.answered(now);
  }
  return base::to_seconds(now - began);
}

TEST(TheRequestRate, GrowsWithEachAnswerWhereARefusalCameRightAfterAStart) {
  RequestRate rate;
  base::Monotonic now = start;
  rate.refused(send(rate, now, 4), now);
  ASSERT_EQ(rate.per_minute(), 4);
  EXPECT_LT(seconds_for(rate, now, 30), 30) << "what was sent before the start is not known";
}

TEST(TheRequestRate, GrowsWithEachAnswerWhereRefusalsWentOnThoughItWasTakenBack) {
  RequestRate rate;
  base::Monotonic now = start;
  send(rate, now, 1);
  now += minutes{2};
  send(rate, now, 20);
  for (int i = 0; i < 8; ++i) rate.refused(send(rate, now, 1), now);
  ASSERT_LT(rate.per_minute(), 8);
  EXPECT_LT(seconds_for(rate, now, 30), 30);
}

TEST(TheRequestRate, GrowsSlowlyWhereOneRefusalTaughtIt) {
  RequestRate rate;
  base::Monotonic now = start;
  send(rate, now, 1);
  now += minutes{2};
  rate.refused(send(rate, now, 21), now);
  ASSERT_EQ(rate.per_minute(), 15);
  EXPECT_GT(seconds_for(rate, now, 45), 100);
}

TEST(TheRequestRate, ForgetsARequestThatWasNotSent) {
  RequestRate rate(1);
  base::Monotonic now = start;
  const Request request = send(rate, now, 1);
  rate.give_back(request);
  EXPECT_EQ(rate.allowed_at(now), now);
}

}  // namespace
}  // namespace sms_notifier::domain
