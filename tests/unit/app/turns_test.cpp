#include "app/turns.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class TurnsOf : public ::testing::Test {
 protected:
  /// Starts a request that is answered at once; `name` goes into `order` when it leaves.
  void ask(std::string name, Turns::Wish wish) {
    loop.spawn(send(std::move(name), wish));
    loop.run_for(base::Duration::zero());
  }
  base::task<> send(std::string name, Turns::Wish wish) {
    Turns::Turn turn = co_await turns.take(account, wish);
    order.push_back(turn ? name : name + " in vain");
    if (wish.purpose == Purpose::Text)
      turn.answered(accepted);
    else
      turn.answered();
  }
  base::task<> send_refused_text() {
    const Turns::Wish wish{Purpose::Text};
    Turns::Turn turn = co_await turns.take(account, wish);
    order.emplace_back("refused text");
    const SubmitOutcome no_funds = NotSent{{TroubleKind::NoFunds, {}}};
    turn.answered(no_funds);
  }
  void refuse_a_text() {
    loop.spawn(send_refused_text());
    loop.run_for(seconds{1});
    ASSERT_EQ(order, (std::vector<std::string>{"refused text"}));
  }

  const domain::AccountId account{1};
  const SubmitOutcome accepted = Accepted{"7"};
  test_support::VirtualLoop loop;
  Turns turns{loop};
  std::vector<std::string> order;
};

TEST_F(TurnsOf, AnAccountGoToTextsThenLooksThenPollsAndAreATenthOfASecondApart) {
  ask("first", {Purpose::Other});
  ask("poll", {Purpose::Poll});
  ask("look", {Purpose::Look});
  ask("old text", {Purpose::Text, test_support::some_day});
  ask("new text", {Purpose::Text, test_support::some_day + seconds{1}});
  EXPECT_EQ(order, (std::vector<std::string>{"first"}));
  loop.run_for(milliseconds{200});
  EXPECT_EQ(order, (std::vector<std::string>{"first", "new text", "old text"}));
  loop.run_for(milliseconds{200});
  EXPECT_EQ(order, (std::vector<std::string>{"first", "new text", "old text", "look", "poll"}));
}

TEST_F(TurnsOf, OneAccountAreNotWaitedForByAnother) {
  ask("first", {Purpose::Poll});
  loop.spawn([](Turns& all, std::vector<std::string>& told) -> base::task<> {
    const Turns::Wish wish{Purpose::Poll};
    Turns::Turn turn = co_await all.take(domain::AccountId(2), wish);
    told.emplace_back("other account");
    turn.answered();
  }(turns, order));
  loop.run_for(base::Duration::zero());
  EXPECT_EQ(order, (std::vector<std::string>{"first", "other account"}));
}

TEST_F(TurnsOf, APollThatHasWaitedHalfAMinuteGoBeforeTexts) {
  turns.set_per_minute(account, 4);
  for (int i = 0; i < 4; ++i) ask("text", {Purpose::Text});
  loop.run_for(seconds{20});
  ASSERT_EQ(order.size(), 4U);
  ask("poll", {Purpose::Poll});
  loop.run_for(seconds{30});
  for (int i = 0; i < 4; ++i) ask("text", {Purpose::Text});
  loop.run_for(seconds{11});
  ASSERT_GE(order.size(), 5U);
  EXPECT_EQ(order[4], "poll");
}

TEST_F(TurnsOf, TextsWaitTogetherWhileNoneIsTakenAndGoTogetherAfterwards) {
  refuse_a_text();
  for (int i = 0; i < 3; ++i) ask("text", {Purpose::Text});
  loop.run_for(seconds{3});
  EXPECT_EQ(order.size(), 1U);
  turns.try_texts_again(account);
  loop.run_for(seconds{1});
  EXPECT_EQ(order.size(), 4U) << "the first that is taken lets the others go";
}

TEST_F(TurnsOf, TextsThatAreHeldBackDoNotHoldUpOtherQuestions) {
  refuse_a_text();
  ask("held text", {Purpose::Text});
  ask("poll", {Purpose::Poll});
  loop.run_for(seconds{1});
  EXPECT_EQ(order, (std::vector<std::string>{"refused text", "poll"}));
}

TEST_F(TurnsOf, WhatIsNotWantedAnyMoreEndsOnTime) {
  refuse_a_text();
  Turns::Wish wish{Purpose::Text};
  wish.until = loop.monotonic() + seconds{2};
  ask("text", wish);
  loop.run_for(seconds{3});
  EXPECT_EQ(order, (std::vector<std::string>{"refused text", "text in vain"}));
}

TEST_F(TurnsOf, WhatWaitsEndsWhenTheServiceStops) {
  refuse_a_text();
  ask("text", {Purpose::Text});
  turns.end_all();
  loop.run_for(milliseconds{1});
  EXPECT_EQ(order, (std::vector<std::string>{"refused text", "text in vain"}));
}

TEST_F(TurnsOf, ATurnThatWasNotUsedCountsForNothing) {
  turns.set_per_minute(account, 4);
  loop.spawn([](Turns& all) -> base::task<> {
    const Turns::Wish wish{Purpose::Poll};
    for (int i = 0; i < 50; ++i) const Turns::Turn unused = co_await all.take(domain::AccountId(1), wish);
  }(turns));
  ask("poll", {Purpose::Poll});
  EXPECT_EQ(order.size(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
