#include <algorithm>

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;
using test_support::said;

/// Callers who wait for their texts while VoIP.ms answers slowly, seldom or not at all.
class Waiting : public ::testing::Test {
 protected:
  Waiting() { engine.run_profile(engine.add_profile(Engine::form())); }

  /// That many callers, the last one called last.
  void missed_calls(int callers) {
    for (int i = 0; i < callers; ++i)
      engine.call("c" + std::to_string(i), "555300" + std::to_string(1000 + i), seconds{callers - i});
  }
  int sent() const {
    const auto all = engine.events.all<TextSent>();
    return static_cast<int>(all.size());
  }
  /// Seconds until that many texts are out; `most` when they are not by then.
  int seconds_until_sent(int texts, seconds most) {
    for (int waited = 0; waited < most.count(); ++waited) {
      if (sent() >= texts) return waited;
      engine.run_for(seconds{1});
    }
    return static_cast<int>(most.count());
  }
  void refuse_texts(TroubleKind why, base::Duration span) {
    engine.provider->submit_trouble = NotSent{{why, said("refused")}};
    engine.run_for(span);
    engine.provider->submit_trouble.reset();
  }

  Engine engine;
};

TEST_F(Waiting, AtAStartTheFirstTextGoesAfterOneLookForAll) {
  engine.provider->latency = seconds{9};
  engine.start();
  missed_calls(50);
  // The numbers and the calls are asked for first; then come a look and the text itself.
  EXPECT_LE(seconds_until_sent(1, minutes{5}), 4 * 9 + 2);
  EXPECT_LE(engine.provider->text_lists, 4) << "one look for all, at SMS and at MMS";
  EXPECT_LE(seconds_until_sent(50, minutes{5}), 30);
}

TEST_F(Waiting, ACallerWhoseTextsAreLostForTenMinutesIsTextedAllTheSame) {
  engine.start();
  engine.run_for(minutes{1});
  engine.provider->submit_trouble = test_support::lost;
  engine.call("c", test_support::a_caller, minutes{1});
  engine.run_for(minutes{10});
  engine.provider->submit_trouble.reset();
  engine.run_for(minutes{6});
  EXPECT_EQ(engine.reply_state("c"), "sent");
  EXPECT_EQ(engine.provider->submissions, 3);
}

TEST_F(Waiting, FortyCallersAtThirtyRequestsAMinuteAreTextedAsFastAsTheLimitAllows) {
  engine.provider->requests_per_minute = 30;
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(40);
  engine.run_for(minutes{4});
  EXPECT_EQ(sent(), 40);
  const auto polls = static_cast<int>(engine.provider->polls.size());
  engine.run_for(minutes{1});
  EXPECT_GE(static_cast<int>(engine.provider->polls.size()) - polls, 5) << "polls go on as before";
  EXPECT_EQ(engine.events.count<TextExpired>(), 0U);
}

TEST_F(Waiting, HundredCallersAtSixtyRequestsAMinuteAreAllTexted) {
  engine.provider->requests_per_minute = 60;
  engine.provider->latency = seconds{9};
  engine.start();
  missed_calls(100);
  engine.run_for(minutes{8});
  EXPECT_EQ(sent(), 100);
}

TEST_F(Waiting, TheNewestCallerIsTextedFirst) {
  engine.start();
  engine.run_for(minutes{1});
  engine.provider->submit_trouble = NotSent{{TroubleKind::NoFunds, said("non_sufficient_funds")}};
  missed_calls(5);
  engine.run_for(minutes{2});
  engine.provider->submit_trouble.reset();
  engine.run_for(minutes{1});
  const auto& texts = engine.provider->delivered;
  ASSERT_EQ(texts.size(), 5U);
  EXPECT_TRUE(std::is_sorted(texts.begin(), texts.end(), [](const auto& a, const auto& b) {
    return a.text.to.digits() > b.text.to.digits();
  }));
}

TEST_F(Waiting, TheLimitThatWasFoundIsRememberedOverARestart) {
  engine.provider->requests_per_minute = 30;
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(40);
  engine.run_for(minutes{5});
  ASSERT_EQ(sent(), 40);
  engine.kill();
  engine.run_for(minutes{2});
  engine.provider->rows.clear();
  engine.provider->refused_requests = 0;
  engine.start();
  for (int i = 0; i < 25; ++i)
    engine.call("d" + std::to_string(i), "555400" + std::to_string(1000 + i), seconds{1});
  engine.run_for(minutes{4});
  EXPECT_EQ(sent(), 65);
  EXPECT_LE(engine.provider->refused_requests, 2);
}

TEST_F(Waiting, TextsGoWithinHalfAMinuteOfTheEndOfWhatKeptThem) {
  engine.start();
  engine.run_for(minutes{1});
  int texts = 0;
  for (const TroubleKind why :
       {TroubleKind::NoFunds, TroubleKind::DailyLimit, TroubleKind::Maintenance,
        TroubleKind::WrongCredentials, TroubleKind::Unreachable, TroubleKind::TooManyRequests}) {
    engine.provider->rows.clear();
    for (int i = 0; i < 5; ++i, ++texts)
      engine.call("e" + std::to_string(texts), "555500" + std::to_string(1000 + texts), seconds{1});
    refuse_texts(why, seconds{150});
    EXPECT_LE(seconds_until_sent(texts, minutes{2}), 29) << to_code(why);
  }
}

TEST_F(Waiting, ThirtyTextsThatWereTooManyRequestsGoWithinHalfAMinuteOfTheEndOfIt) {
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(30);
  refuse_texts(TroubleKind::TooManyRequests, seconds{150});
  EXPECT_LE(seconds_until_sent(30, minutes{5}), 29);
}

TEST_F(Waiting, OneTextAtATimeFindsOutWhetherTextsAreTakenAgain) {
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(20);
  refuse_texts(TroubleKind::NoFunds, minutes{5});
  EXPECT_LE(engine.provider->submissions, 20 + 5 * 60 / 20 + 3);
}

TEST_F(Waiting, ATestTextFindsOutAtOnce) {
  const domain::ProfileId profile(1);
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(1);
  refuse_texts(TroubleKind::NoFunds, minutes{5});
  ASSERT_TRUE(std::holds_alternative<Ordered>(engine.send_test_text(profile, "5556667777")));
  engine.run_for(seconds{3});
  EXPECT_EQ(engine.texts(), 2U) << "the test text, and the one that waited for it";
}

TEST_F(Waiting, ATextThatWaitsInVainExpiresOnTime) {
  engine.start();
  engine.run_for(minutes{1});
  missed_calls(3);
  refuse_texts(TroubleKind::NoFunds, minutes{16});
  EXPECT_EQ(engine.events.count<TextExpired>(), 3U);
}

/// VoIP.ms answers that it failed, and did not take the texts.
TEST_F(Waiting, SixteenCallersWhoseTextsHadNoEffectAreTextedAfterTheirProofsOfAbsence) {
  engine.start();
  engine.run_for(minutes{1});
  engine.provider->submit_trouble = Unconfirmed{said("HTTP 500"), true};
  for (int i = 0; i < 16; ++i) {
    engine.call("f" + std::to_string(i), "555600" + std::to_string(1000 + i), seconds{1});
    engine.run_for(seconds{30});
  }
  engine.provider->submit_trouble.reset();
  engine.run_for(minutes{10});
  EXPECT_EQ(sent(), 16);
  EXPECT_EQ(engine.texts(), 16U);
}

}  // namespace
}  // namespace sms_notifier::app
