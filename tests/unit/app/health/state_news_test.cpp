// When the log is told that profiles are not texting, and that they can text again.

#include "app/health/state_news.h"

#include <gtest/gtest.h>

#include "domain/sentences.h"
#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using domain::StateKind;
using domain::StateReason;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;

/// Profiles of one account in these states.
std::vector<ProfileStatus> in(const std::vector<domain::ProfileState>& states) {
  std::vector<ProfileStatus> statuses;
  for (const domain::ProfileState& state : states) {
    const domain::ProfileId id(static_cast<std::int64_t>(statuses.size()) + 1);
    const domain::ProfileRules rules{*domain::Did::parse(Engine::did)};
    statuses.push_back({{{id, domain::AccountId(1), rules, true, {}}, Engine::email}, state, {}, {}});
  }
  return statuses;
}

const domain::ProfileState runs{StateKind::Running};
const domain::ProfileState sms_off{StateKind::NotTexting, StateReason::SmsOff};
const domain::ProfileState lacks_funds{StateKind::NotTexting, StateReason::NoFunds};

class News : public ::testing::Test {
 protected:
  std::vector<TextingTurned> after(base::Duration time, const std::vector<domain::ProfileState>& states) {
    now_ += time;
    return news_.look(in(states), now_);
  }

 private:
  StateNews news_;
  base::Monotonic now_{};
};

TEST_F(News, AreToldOnceWhenAProfileBecomesNotTexting) {
  EXPECT_TRUE(after(seconds{0}, {runs}).empty());
  const auto news = after(seconds{5}, {sms_off});
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].subject.profile, domain::ProfileId(1));
  EXPECT_EQ(news[0].subject.account_email, Engine::email);
  EXPECT_EQ(news[0].reason, StateReason::SmsOff);
  EXPECT_EQ(news[0].why, in_words(StateReason::SmsOff));
  EXPECT_TRUE(after(seconds{5}, {sms_off}).empty());
  EXPECT_TRUE(after(seconds{5}, {lacks_funds}).empty()) << "it is not texting still";
}

TEST_F(News, FoldProfilesOfAnAccountThatTurnTogether) {
  const auto news = after(seconds{0}, {lacks_funds, lacks_funds, sms_off, runs});
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].numbers.size(), 2U);
  EXPECT_EQ(news[0].subject.profile, std::nullopt);
  EXPECT_EQ(news[1].numbers, std::vector{*domain::Did::parse(Engine::did)});
  EXPECT_EQ(news[1].subject.profile, domain::ProfileId(3));
}

TEST_F(News, SayThatItCanTextAgainWhenItHasRunForAMinute) {
  after(seconds{0}, {sms_off});
  EXPECT_TRUE(after(minutes{5}, {runs}).empty());
  const auto news = after(minutes{1}, {runs});
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].reason, std::nullopt);
  EXPECT_TRUE(after(minutes{1}, {runs}).empty());
}

TEST_F(News, OfTroubleThatComesAndGoesAreToldOnce) {
  std::size_t told = 0;
  for (int n = 0; n < 100; ++n) {
    told += after(seconds{30}, {lacks_funds}).size();
    told += after(seconds{30}, {runs}).size();
    told += after(seconds{30}, {runs}).size();
  }
  EXPECT_EQ(told, 1U);
}

TEST_F(News, TakeNoOtherStateForAnEnd) {
  after(seconds{0}, {sms_off});
  for (const StateKind kind : {StateKind::Waiting, StateKind::TestMode, StateKind::Closed})
    for (int n = 0; n < 3; ++n) EXPECT_TRUE(after(minutes{1}, {{kind}}).empty()) << to_code(kind);
  EXPECT_TRUE(after(minutes{1}, {sms_off}).empty());
}

TEST_F(News, BeginAnewAfterAStop) {
  after(seconds{0}, {sms_off});
  EXPECT_TRUE(after(minutes{1}, {{StateKind::Stopped}}).empty());
  EXPECT_TRUE(after(minutes{2}, {runs}).empty());
  EXPECT_EQ(after(seconds{5}, {sms_off}).size(), 1U);
}

TEST_F(News, OfAProfileThatIsGoneAreForgotten) {
  after(seconds{0}, {sms_off});
  EXPECT_TRUE(after(minutes{1}, {}).empty());
  EXPECT_EQ(after(minutes{1}, {sms_off}).size(), 1U);
}

TEST(StatesOfTheEngine, AreToldAlthoughNoTextWasAttempted) {
  Engine engine;
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.provider->balance_left = "0.00";
  engine.start();
  engine.run_for(seconds{30});
  ASSERT_EQ(engine.events.count<TextingTurned>(), 1U);
  EXPECT_EQ(engine.events.all<TextingTurned>()[0].reason, StateReason::NoFunds);
  engine.provider->balance_left = "25.00";
  engine.run_for(minutes{10});
  ASSERT_EQ(engine.events.count<TextingTurned>(), 2U);
  EXPECT_FALSE(engine.events.all<TextingTurned>()[1].reason);
  EXPECT_EQ(engine.texts(), 0U);
}

}  // namespace
}  // namespace sms_notifier::app
