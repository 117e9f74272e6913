#include "unit/simulator/provider_test.h"

namespace sms_notifier::simulator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Ending = Plan::Ending;

class Faults : public ProviderTest {
 protected:
  static Fault of(FaultKind kind) {
    Fault fault{};
    fault.kind = kind;
    return fault;
  }
  Plan send_with(const Fault& fault) {
    world.clear_faults();
    world.add_fault(fault);
    return world.handle(request("sendSMS"), now);
  }
};

TEST_F(Faults, ARateLimitCountsWhatItRefusesAndAllAccountsApart) {
  Fault limit = of(FaultKind::RateLimit);
  limit.per_minute = 2;
  world.add_fault(limit);
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
  now += std::chrono::seconds{40};
  EXPECT_THAT(ask("sendSMS"), HasStatus("api_limit_exceeded"));
  EXPECT_THAT(ask("getBalance"), HasStatus("api_limit_exceeded"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
  now += std::chrono::seconds{20};  // the refused ones fill the minute
  EXPECT_THAT(ask("sendSMS"), HasStatus("api_limit_exceeded"));
  world.clear_faults();
  EXPECT_THAT(ask("sendSMS"), HasStatus("success"));
}

TEST_F(Faults, AReplayedAnswerIsThatOfTheTextBefore) {
  Fault replayed = of(FaultKind::ReplayLast);
  const std::string first = ask("sendSMS");
  EXPECT_EQ(send_with(replayed).body, first);
  EXPECT_EQ(texts_at_the_phone(), 1u);
  replayed.acted = true;
  EXPECT_EQ(send_with(replayed).body, first);
  EXPECT_EQ(texts_at_the_phone(), 2u);
}

struct FaultCase {
  FaultKind kind;
  Ending ending;
  std::size_t texts;  ///< that arrive although the sender does not learn of it
};

class LostAnswers : public Faults, public testing::WithParamInterface<FaultCase> {};

TEST_P(LostAnswers, AreToldFromLostRequestsAtThePhone) {
  const auto& [kind, ending, texts] = GetParam();
  EXPECT_EQ(send_with(of(kind)).ending, ending);
  EXPECT_EQ(texts_at_the_phone(), texts);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LostAnswers,
                         testing::Values(FaultCase{FaultKind::Hang, Ending::Hang, 0},
                                         FaultCase{FaultKind::CloseBefore, Ending::Close, 0},
                                         FaultCase{FaultKind::CloseAfter, Ending::Close, 1},
                                         FaultCase{FaultKind::ResetBefore, Ending::Reset, 0},
                                         FaultCase{FaultKind::ResetAfter, Ending::Reset, 1},
                                         FaultCase{FaultKind::Truncate, Ending::Truncate, 1},
                                         FaultCase{FaultKind::HttpError, Ending::Answer, 0},
                                         FaultCase{FaultKind::Cloudflare522, Ending::Answer, 0},
                                         FaultCase{FaultKind::Html, Ending::Answer, 0},
                                         FaultCase{FaultKind::TruncatedJson, Ending::Answer, 1},
                                         FaultCase{FaultKind::Empty, Ending::Answer, 0},
                                         FaultCase{FaultKind::Drip, Ending::Answer, 1},
                                         FaultCase{FaultKind::Big, Ending::Answer, 1},
                                         FaultCase{FaultKind::Latency, Ending::Answer, 1}));

TEST_F(Faults, UnreadableAnswersLookLikeTheRealOnes) {
  EXPECT_EQ(send_with(of(FaultKind::HttpError)).status, 503);
  const Plan cloudflare = send_with(of(FaultKind::Cloudflare522));
  EXPECT_EQ(cloudflare.status, 522);
  EXPECT_EQ(cloudflare.body, "error code: 522");
  EXPECT_THAT(send_with(of(FaultKind::Html)).body, StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(send_with(of(FaultKind::Empty)).body, "");
  const std::string cut = send_with(of(FaultKind::TruncatedJson)).body;
  EXPECT_THAT(cut, StartsWith("{\"status\":"));
  EXPECT_FALSE(cut.ends_with('}'));
}

TEST_F(Faults, AServerErrorMayHideThatTheTextWentOut) {
  Fault fault = of(FaultKind::HttpError);
  fault.acted = true;
  fault.http_status = 502;
  EXPECT_EQ(send_with(fault).status, 502);
  EXPECT_EQ(texts_at_the_phone(), 1u);
}

TEST_F(Faults, AStatusWordComesBeforeOrAfterTheRequestIsActedOn) {
  Fault fault = of(FaultKind::Status);
  fault.status = "method_maintenance";
  EXPECT_THAT(send_with(fault).body, HasStatus("method_maintenance"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
  fault.kind = FaultKind::StatusAfter;
  fault.status = "sms_failed";
  EXPECT_THAT(send_with(fault).body, HasStatus("sms_failed"));
  EXPECT_EQ(texts_at_the_phone(), 1u);
}

TEST_F(Faults, ATextMayBeAcceptedLongAfterItsSenderGaveUp) {
  Fault fault = of(FaultKind::AcceptLate);
  fault.delay = std::chrono::minutes{3};
  EXPECT_EQ(send_with(fault).ending, Ending::Hang);
  world.clear_faults();
  now += std::chrono::minutes{3} - std::chrono::microseconds{1};
  EXPECT_EQ(texts_at_the_phone(), 0u);
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  now += std::chrono::microseconds{1};
  EXPECT_EQ(texts_at_the_phone(), 1u);
  EXPECT_EQ(world.delivered(now).front().accepted_at, summer_afternoon + std::chrono::minutes{3});
  EXPECT_EQ(rows(ask("getSMS")), 1u);
}

TEST_F(Faults, ALateTextThatIsRefusedNeverArrives) {
  world.add_fault(of(FaultKind::AcceptLate));
  world.handle(request("sendSMS", {{"dst", "123"}}), now);
  now += std::chrono::hours{1};
  EXPECT_EQ(texts_at_the_phone(), 0u);
}

TEST_F(Faults, LatenciesAddUpWithEachOtherAndWithOtherFaults) {
  change([](AccountSettings& account) { account.latency = std::chrono::milliseconds{30}; });
  Fault fault = of(FaultKind::Latency);
  fault.delay = std::chrono::milliseconds{200};
  world.add_fault(fault);
  world.add_fault(of(FaultKind::Html));
  world.add_fault(fault);
  const Plan plan = world.handle(request("getIP"), now);
  EXPECT_EQ(plan.latency, std::chrono::milliseconds{430});
  EXPECT_THAT(plan.body, StartsWith("<!DOCTYPE html>"));
}

TEST_F(Faults, HitTheAccountAndMethodTheyAreMeantForAsOftenAsTheySay) {
  world.put_account(numbered_account(2));
  Fault fault = of(FaultKind::Empty);
  fault.account = "demo@example.test";
  fault.method = "getCDR";
  fault.count = 2;
  world.add_fault(fault);
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
  EXPECT_THAT(ask("getCDR", {{"api_username", "account-2@example.test"}}), HasStatus("no_cdr"));
  EXPECT_EQ(ask("getCDR"), "");
  EXPECT_EQ(ask("getCDR"), "");
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
}

TEST_F(Faults, HappenByChanceTheSameWayForTheSameSeed) {
  const auto draw = [&](std::uint64_t seed) {
    WorldOptions options = demo_options();
    options.seed = seed;
    World drawn(options);
    Fault fault = of(FaultKind::Empty);
    fault.probability = 0.5;
    drawn.add_fault(fault);
    std::string hits;
    for (int i = 0; i < 200; ++i) hits += drawn.handle(request("getIP"), now).body.empty() ? '1' : '0';
    return hits;
  };
  EXPECT_EQ(draw(7), draw(7));
  EXPECT_NE(draw(7), draw(8));
  EXPECT_GT(occurrences(draw(7), "1"), 60u);
  EXPECT_LT(occurrences(draw(7), "1"), 140u);
}

TEST_F(Faults, AnAnswerIsPaddedOrDrippedAndStaysWhole) {
  Fault fault = of(FaultKind::Big);
  fault.bytes = 100'000;
  const Plan big = send_with(fault);
  EXPECT_EQ(big.body.size(), 100'000u);
  EXPECT_THAT(big.body, HasStatus("success"));
  const Plan drip = send_with(of(FaultKind::Drip));
  EXPECT_EQ(drip.drip, std::chrono::seconds{1});
  EXPECT_THAT(drip.body, HasStatus("success"));
}

TEST_F(Faults, ARecordedBodyIsGivenAsItIs) {
  Fault fault = of(FaultKind::Replay);
  fault.body = "  {\"status\":\"success\",\"cdr\":null}";
  world.add_fault(fault);
  EXPECT_EQ(ask("getCDR"), fault.body);
}

TEST_F(Faults, AMethodIsReplayedWhereTheOptionsSaySo) {
  WorldOptions options = demo_options();
  options.replays["getCDR"] = "recorded";
  world = World(options);
  EXPECT_EQ(ask("getCDR"), "recorded");
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
}

TEST_F(Faults, ListsLagAreEmptyOrFailWhileTextsGoOut) {
  Fault lag = of(FaultKind::ListLag);
  lag.delay = std::chrono::seconds{90};
  world.add_fault(lag);
  ask("sendSMS");
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  now += std::chrono::seconds{90};
  EXPECT_EQ(rows(ask("getSMS")), 1u);
  world.add_fault(of(FaultKind::ListEmpty));
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  world.clear_faults();
  world.add_fault(of(FaultKind::ListFail));
  EXPECT_EQ(world.handle(request("getMMS"), now).status, 500);
  EXPECT_THAT(ask("sendSMS"), HasStatus("success"));
}

TEST_F(Faults, EveryKindHasAWordThatLeadsBackToIt) {
  for (int kind = 0; kind <= static_cast<int>(FaultKind::ListFail); ++kind) {
    const auto word = to_string(static_cast<FaultKind>(kind));
    EXPECT_EQ(fault_kind_from(word), static_cast<FaultKind>(kind)) << word;
  }
  EXPECT_EQ(fault_kind_from("earthquake"), std::nullopt);
}

TEST_F(Faults, ResetBringsBackTheWorldAsItStarted) {
  place();
  ask("sendSMS");
  world.add_fault(of(FaultKind::Empty));
  change([](AccountSettings& account) { account.api_enabled = false; });
  world.put_account(numbered_account(2));
  world.reset();
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
  EXPECT_EQ(world.accounts().size(), 1u);
  EXPECT_EQ(world.requests("demo@example.test").counts.size(), 1u);
}

}  // namespace
}  // namespace sms_notifier::simulator
