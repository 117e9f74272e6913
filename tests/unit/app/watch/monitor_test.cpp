#include "app/watch/monitor.h"

#include <gtest/gtest.h>

#include "domain/sentences.h"
#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;

/// One running profile, polled for the first time.
Engine& started(Engine& engine) {
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.start();
  engine.run_for(seconds{1});
  return engine;
}

TEST(Monitor, TextsAMissedCallOnceFromTheProfilesDidWithItsMessage) {
  Engine engine;
  started(engine);
  engine.call("a", "5551234567");
  engine.run_for(minutes{10});
  ASSERT_EQ(engine.texts(), 1U);
  const auto& text = engine.provider->delivered[0].text;
  EXPECT_EQ(text.from.digits(), Engine::did);
  EXPECT_EQ(text.to.digits(), "5551234567");
  EXPECT_EQ(text.body, "Sorry we missed you.");
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST(Monitor, PollsEachAccountAtItsInterval) {
  Engine engine;
  started(engine);
  engine.provider->latency = seconds{5};
  engine.run_for(minutes{5});
  const auto& polls = engine.provider->polls;
  ASSERT_GE(polls.size(), 30U);
  for (std::size_t i = 1; i < polls.size(); ++i) EXPECT_LE(polls[i] - polls[i - 1], seconds{10});
}

TEST(Monitor, ProfilesOfOneAccountShareItsPoll) {
  Engine engine;
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.run_profile(engine.add_profile(Engine::form(Engine::other_did)));
  engine.start();
  engine.run_for(seconds{95});
  EXPECT_EQ(engine.provider->polls.size(), 10U);
}

TEST(Monitor, OnTheFirstPollAnswersOnlyTheReplyWindow) {
  Engine engine;
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.call("old", "5551234567", seconds{181});
  engine.call("new", "5559876543", seconds{179});
  engine.start();
  engine.run_for(seconds{5});
  EXPECT_EQ(engine.decision("old"), "too_old");
  EXPECT_EQ(engine.decision("new"), "reply");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST(Monitor, TellsALongBacklogInOneSentence) {
  Engine engine;
  engine.run_profile(engine.add_profile(Engine::form()));
  for (int i = 0; i < 50; ++i)
    engine.call("old" + std::to_string(i), "555123" + std::to_string(1000 + i), minutes{30 + i});
  engine.start();
  engine.run_for(seconds{5});
  EXPECT_EQ(engine.calls().size(), 50U);
  EXPECT_EQ(engine.events.count<CallDecided>(), 50U) << "what counts decisions misses none";
  ASSERT_EQ(engine.events.count<BacklogRecorded>(), 1U);
  EXPECT_EQ(engine.events.all<BacklogRecorded>()[0].calls, 50U);
}

TEST(Monitor, SeesARunAndAStopWithoutARestart) {
  Engine engine;
  engine.start();
  engine.run_for(seconds{5});
  EXPECT_TRUE(engine.provider->polls.empty());
  const auto id = engine.add_profile(Engine::form());
  engine.run_profile(id);
  engine.run_for(seconds{1});
  EXPECT_EQ(engine.provider->polls.size(), 1U);
  engine.stop_profile(id);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.provider->polls.size(), 1U);
  engine.run_profile(id);
  engine.run_for(seconds{1});
  EXPECT_EQ(engine.provider->polls.size(), 2U);
}

TEST(Monitor, AfterARestartGoesOnWithWhatTheOwnerHadRunning) {
  Engine engine;
  started(engine);
  engine.kill();
  engine.call("during", "5551234567", seconds{0});
  engine.run_for(minutes{10});
  engine.start();
  engine.run_for(seconds{5});
  EXPECT_EQ(engine.decision("during"), "reply");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST(Monitor, WithoutResumeStartsWithEverythingStopped) {
  Engine engine;
  started(engine);
  engine.kill();
  engine.options.resume = false;
  engine.start();
  const auto polls = engine.provider->polls.size();
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.provider->polls.size(), polls);
  const AuditRow stopped = test_support::run_task(engine.store.audit_rows(std::nullopt, 1)).at(0);
  EXPECT_EQ(stopped.action, AuditAction::ProfileStopped);
  EXPECT_EQ(stopped.act.actor.kind, Actor::Kind::Service);
  EXPECT_EQ(stopped.target.id, 1);
}

TEST(Monitor, SlowsDownForATroubledAccountAndTellsItOnce) {
  Engine engine;
  started(engine);
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("connection refused")};
  const auto before = engine.provider->polls.size();
  engine.run_for(minutes{30});
  EXPECT_LT(engine.provider->polls.size() - before, 45U);
  EXPECT_EQ(engine.events.count<AccountTroubled>(), 1U);
  engine.provider->trouble.reset();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.events.count<AccountHealed>(), 1U);
  const auto profiles = test_support::run_task(engine.store.profiles({}));
  EXPECT_TRUE(profiles[0].account_health.last_error.empty());
}

TEST(Monitor, ShowsTheTroubleInWords) {
  Engine engine;
  started(engine);
  engine.provider->trouble =
      Trouble{TroubleKind::WrongCredentials, test_support::said("invalid_credentials")};
  engine.run_for(minutes{1});
  const auto profiles = test_support::run_task(engine.store.profiles({}));
  const domain::Sentence& error = profiles[0].account_health.last_error;
  EXPECT_NE(in_english(error).find("API password"), std::string::npos);
  EXPECT_NE(in_english(error).find("(invalid_credentials)"), std::string::npos);
  EXPECT_TRUE(profiles[0].account_health.last_good_poll.has_value());
}

TEST(Monitor, AnEditAppliesAtTheNextPoll) {
  Engine engine;
  const auto id = engine.add_profile(Engine::form());
  engine.run_profile(id);
  engine.start();
  engine.run_for(seconds{1});
  auto form = Engine::form();
  form.message = "New words.";
  const auto checked = domain::check(form);
  test_support::run_task(engine.store.edit_profile(id, *checked, std::nullopt, {}));
  engine.call("a", "5551234567", seconds{0});
  engine.run_for(seconds{12});
  ASSERT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.provider->delivered[0].text.body, "New words.");
}

TEST(Monitor, ACallWhosePollEndedWhileEverythingWasStoppedIsNotForgotten) {
  Engine engine;
  const auto id = engine.add_profile(Engine::form());
  engine.run_profile(id);
  engine.start();
  engine.run_for(seconds{1});
  engine.provider->latency = seconds{8};
  engine.call("a", "5551234567", seconds{0});
  engine.run_for(seconds{12});  // the next poll is under way and has seen the call
  engine.stop_profile(id);
  engine.run_for(seconds{10});
  ASSERT_EQ(engine.decision("a"), "");
  engine.run_profile(id);
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.decision("a"), "reply");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST(Monitor, AnIdThatWasUsedLongAgoHidesNoCall) {
  Engine engine;
  started(engine);
  engine.call("a", "5551234567", seconds{0});
  engine.run_for(seconds{12});
  ASSERT_EQ(engine.texts(), 1U);
  engine.kill();
  engine.provider->rows.clear();
  engine.run_for(std::chrono::days{10});
  engine.start();
  engine.run_for(minutes{10});
  engine.call("a", "5559876543", seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 2U);
  EXPECT_EQ(engine.calls().size(), 2U);
}

TEST(Monitor, ACallToANumberThatCannotBeReadIsTold) {
  Engine engine;
  started(engine);
  engine.call("a", "5551234567", seconds{0}, "442071838750");
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.events.count<RowsUnreadable>(), 1U);
}

TEST(Monitor, ARowThatCannotBeReadIsToldOnce) {
  Engine engine;
  started(engine);
  engine.provider->unreadable = {domain::Sentence::as_written("row 1: its date cannot be read")};
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.events.count<RowsUnreadable>(), 1U);
}

domain::Sentence unknown_word(const char* word) {
  return {"the disposition \"{}\" is not known: talk time decides"_key, word};
}

TEST(Monitor, WhatIsOddInTheRecordsIsToldOnce) {
  Engine engine;
  started(engine);
  engine.provider->odd = {unknown_word("ANSWER")};
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.events.count<RowsOdd>(), 1U);
  engine.provider->odd.push_back(unknown_word("GONE"));
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.events.count<RowsOdd>(), 2U);
}

TEST(Monitor, StopsGracefullyAndSaysWhatIsLeft) {
  Engine engine;
  started(engine);
  engine.stop();
  ASSERT_EQ(engine.events.count<ServiceStopped>(), 1U);
  EXPECT_EQ(engine.events.all<ServiceStopped>()[0].replies_left, 0U);
  const auto polls = engine.provider->polls.size();
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.provider->polls.size(), polls);
}

TEST(Monitor, StopsAtOnceWhenNothingButQuestionsIsUnderWay) {
  Engine engine;
  started(engine);
  engine.provider->latency = minutes{1};
  engine.run_for(seconds{15});
  engine.ask_to_stop();
  engine.run_for(std::chrono::milliseconds{1});
  EXPECT_EQ(engine.events.count<ServiceStopped>(), 1U);
  EXPECT_EQ(engine.events.count<AccountTroubled>(), 0U);
}

TEST(Monitor, WaitsForATextUnderWayWhenItStops) {
  Engine engine;
  started(engine);
  engine.call("a", "5551234567");
  engine.provider->latency = seconds{3};
  while (engine.provider->submissions == 0) engine.run_for(seconds{1});
  engine.ask_to_stop();
  engine.run_for(std::chrono::milliseconds{1});
  EXPECT_EQ(engine.events.count<ServiceStopped>(), 0U);
  engine.run_for(seconds{3});
  EXPECT_EQ(engine.events.count<ServiceStopped>(), 1U);
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST(Monitor, RespectsTheDailyCap) {
  MonitorOptions options;
  options.texts_per_day = 3;
  Engine engine("2026-09-15 12:00:00", options);
  started(engine);
  for (int i = 0; i < 5; ++i) engine.call("c" + std::to_string(i), "555123" + std::to_string(1000 + i));
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 3U);
  std::size_t capped = 0;
  for (const auto& record : engine.calls()) capped += to_code(record.decision) == "cap_reached" ? 1 : 0;
  EXPECT_EQ(capped, 2U);
}

}  // namespace
}  // namespace sms_notifier::app
