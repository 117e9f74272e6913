// What else goes by the time, while this computer's clock is wrong at a start, jumps, or stood still.

#include <gtest/gtest.h>

#include "app/health/profile_states.h"
#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::another_caller;
using test_support::Engine;
using test_support::lost;
using test_support::run_task;
using test_support::said;
using Text = test_support::FakeProvider::Delivered;

class ClockJumps : public ::testing::Test {
 protected:
  /// The service has run for so long, with one profile that waits as many seconds before it texts.
  void start(base::Duration length, const std::string& wait = "") {
    domain::ProfileForm form = Engine::form();
    form.wait = wait;
    profile = engine.add_profile(form);
    engine.run_profile(profile);
    engine.provider->latency = milliseconds{300};
    engine.start();
    engine.run_for(length);
  }
  void miss_a_call() {
    engine.call("a", a_caller, seconds{0});
    engine.run_for(seconds{15});
  }
  /// The service died while the text of a missed call waited.
  void die_with_a_waiting_text(base::Duration length) {
    start(length, "30");
    miss_a_call();
    ASSERT_EQ(engine.reply_state("a"), "reserved");
    engine.kill();
  }
  Text text_with(const std::string& number, const std::string& body, base::Duration ago) const {
    return {{*domain::Did::parse(Engine::did), *domain::PhoneNumber::parse(number), body},
            domain::MessageKind::Sms,
            "900" + std::to_string(ago.count()),
            engine.provider->now() - ago};
  }
  std::string state(base::Duration clock_ahead = base::Duration{0}) {
    StateTerms terms{engine.options.poll_interval, engine.options.texts_per_day, true};
    terms.clock_ahead = clock_ahead;
    const domain::ProfileState current =
        run_task(profile_statuses(engine.store, terms, engine.loop->now(), *engine.zone)).at(0).state;
    return std::string(to_code(current.kind)) + "/" +
           (current.reason ? std::string(to_code(*current.reason)) : "");
  }

  Engine engine;
  domain::ProfileId profile;
};

TEST_F(ClockJumps, ReservedTextAtARestartWithTheClockAnHourAheadIsNotLost) {
  die_with_a_waiting_text(minutes{1});
  engine.loop->jump_wall_clock(hours{1});
  engine.start();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(ClockJumps, ReservedTextAtARestartWithTheClockBehindSeesTheTextFromElsewhere) {
  die_with_a_waiting_text(minutes{15});
  engine.run_for(minutes{3});
  engine.provider->delivered.push_back(text_with(a_caller, "Sorry we missed you.", seconds{90}));
  engine.loop->jump_wall_clock(-hours{31} - hours{24});
  engine.provider->latency = milliseconds{2500};
  engine.start();
  engine.run_for(minutes{3});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.provider->submissions, 0);
}

TEST_F(ClockJumps, StopIsObeyedAtARestartWithTheClockBehind) {
  die_with_a_waiting_text(minutes{15});
  engine.provider->received.push_back(text_with(a_caller, "STOP", seconds{1}));
  engine.run_for(seconds{20});
  engine.loop->jump_wall_clock(-hours{31} - hours{24});
  engine.provider->latency = milliseconds{2500};
  engine.start();
  engine.run_for(minutes{3});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.provider->submissions, 0);
}

TEST_F(ClockJumps, TrustByAClockAheadDoesNotSilenceAnotherInstallationThatTextsLater) {
  start(minutes{10});
  engine.provider->delivered.push_back(text_with("5551110000", "Sorry we missed you.", minutes{1}));
  engine.run_for(hours{1});
  engine.loop->jump_wall_clock(hours{31});
  engine.run_for(minutes{1});
  run_task(engine.store.trust_ledger(profile, {engine.loop->now(), {}}));
  engine.run_for(minutes{1});
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(hours{1});
  engine.provider->delivered.push_back(text_with(another_caller, "Sorry we missed you.", minutes{1}));
  engine.run_for(hours{1} + minutes{5});
  ASSERT_EQ(engine.events.count<TextsElsewhere>(), 2U);
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, said("HTTP 500")};
  engine.call("a", a_caller, seconds{0});
  engine.run_for(minutes{3});
  EXPECT_EQ(engine.reply_state("a"), "reserved") << "no text goes without a look";
}

TEST_F(ClockJumps, AnEarlierLedgerIsDoubtedThoughTextsWereLetGoYesterdayAndTheClockIsBehind) {
  start(minutes{10});
  run_task(engine.store.trust_ledger(profile, {engine.loop->now(), {}}));
  engine.run_for(minutes{1});
  const test_support::MemoryStore earlier = engine.store;
  miss_a_call();
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->delivered.at(0).listed = false;  // not yet
  engine.kill();
  engine.store = earlier;
  engine.loop->jump_wall_clock(-hours{31});
  engine.start();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.events.count<LedgerDoubted>(), 1U);
  EXPECT_EQ(engine.texts(), 1U) << "texted twice";
}

TEST_F(ClockJumps, APauseIsNoticedThoughTheClockStoodStillMeanwhile) {
  start(minutes{10});
  engine.kill();
  engine.run_for(hours{5});
  engine.loop->jump_wall_clock(-hours{5});
  engine.provider->delivered.push_back(text_with(a_caller, "Sorry we missed you.", minutes{1}));
  engine.start();
  engine.run_for(seconds{2});
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.provider->submissions, 0);
}

TEST_F(ClockJumps, AProfileRunsThoughTheClockWentBack) {
  start(minutes{10});
  EXPECT_EQ(state(), "running/");
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(minutes{10});
  EXPECT_EQ(state(), "running/");
}

TEST_F(ClockJumps, AnOutageIsToldThoughTheClockWentBack) {
  start(minutes{10});
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(minutes{1});
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, said("away")};
  engine.run_for(minutes{10});
  EXPECT_EQ(state(), "not_texting/unreachable");
  EXPECT_EQ(engine.events.count<TextingTurned>(), 1U);
}

TEST_F(ClockJumps, AnOutageIsToldThoughTheClockWentBackDuringIt) {
  start(minutes{10});
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, said("away")};
  engine.run_for(seconds{15});
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(minutes{10});
  EXPECT_EQ(state(), "not_texting/unreachable");
}

TEST_F(ClockJumps, TextsHeldByAListAreToldThoughTheClockWentBack) {
  engine.options.always_look = true;
  start(minutes{10});
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, said("HTTP 500")};
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{20});
  engine.loop->jump_wall_clock(-hours{1});
  engine.run_for(seconds{5});
  engine.run_for(minutes{8});
  EXPECT_EQ(engine.reply_state("a"), "reserved");
  ASSERT_GE(engine.events.count<TextingTurned>(), 1U);
  EXPECT_EQ(engine.events.all<TextingTurned>().back().reason, domain::StateReason::ListUnreadable);
}

TEST_F(ClockJumps, TheProvidersDailyLimitIsShownThoughTheClockIsWrong) {
  start(minutes{1});
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(minutes{1});
  engine.provider->submit_trouble = NotSent{{TroubleKind::DailyLimit, said("limit")}};
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{20});
  EXPECT_TRUE(state(-hours{31}).starts_with("not_texting/"));
}

TEST_F(ClockJumps, ATextThatWasLostWhileTheClockWasAheadIsSentAgainOnceTheClockIsRight) {
  start(minutes{1});
  engine.loop->jump_wall_clock(hours{31});
  engine.run_for(minutes{1});
  engine.provider->next_submissions.push_back({lost, false});
  engine.call("a", a_caller, seconds{5});
  engine.run_for(seconds{15});
  ASSERT_EQ(engine.reply_state("a"), "unknown");
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(hours{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(ClockJumps, WordsAreSaidToBeReadByVoipmsClock) {
  start(minutes{1});
  engine.loop->jump_wall_clock(hours{24} * 100);
  engine.call("b", another_caller, seconds{0});
  engine.run_for(seconds{12});
  engine.run_for(minutes{1});
  const auto read = run_task(engine.store.words_read_until(domain::AccountId(1)));
  ASSERT_TRUE(read);
  EXPECT_LE(*read, engine.provider->now() + minutes{2});
}

TEST_F(ClockJumps, WordsReadByAnUnheardClockAheadAreNotSaidToBeReadUntilThen) {
  die_with_a_waiting_text(minutes{1});
  engine.loop->jump_wall_clock(hours{24} * 100);
  engine.start();
  engine.run_for(minutes{1});
  engine.kill();
  const auto read = run_task(engine.store.words_read_until(domain::AccountId(1)));
  ASSERT_TRUE(read);
  EXPECT_LE(*read, engine.provider->now() + minutes{2});
}

TEST(MonitorsNow, IsNotKnownBeforeVoipmsAnswered) {
  Engine engine;
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, said("away")};
  engine.provider->tells_date = false;
  EnginePorts ports{*engine.loop, engine.chance, *engine.loop, *engine.provider, engine.store,
                    engine.store, engine.store,  engine.store, engine.events,    *engine.zone};
  engine.run_profile(engine.add_profile(Engine::form()));
  Monitor monitor(ports, engine.options);
  engine.loop->spawn([](Monitor& m) -> base::task<> {
    co_await m.start();
    co_await m.run();
  }(monitor));
  engine.run_for(minutes{30});
  EXPECT_FALSE(monitor.now());
  monitor.stop();
  engine.run_for(minutes{2});
}

TEST_F(ClockJumps, DeletedTextsAreMissedForTwoHoursAtMostThoughTheClockWasAhead) {
  start(minutes{10});
  for (int n = 0; n < 3; ++n) {
    engine.call("k" + std::to_string(n), "555000100" + std::to_string(n), seconds{0});
    engine.run_for(seconds{20});
  }
  ASSERT_EQ(engine.texts(), 3U);
  engine.run_for(minutes{30});
  for (auto& text : engine.provider->delivered) text.listed = false;
  engine.kill();
  engine.run_for(minutes{5});
  engine.loop->jump_wall_clock(hours{31});
  engine.provider->latency = seconds{2};
  engine.call("a", a_caller, seconds{0});
  engine.start();
  engine.run_for(minutes{30});
  engine.loop->jump_wall_clock(-hours{31});
  engine.run_for(hours{4});
  engine.provider->next_submissions.push_back({lost, false});
  engine.call("b", another_caller, seconds{0});
  engine.run_for(minutes{12});
  EXPECT_EQ(engine.reply_state("b"), "sent") << "the list is believed again";
}

}  // namespace
}  // namespace sms_notifier::app
