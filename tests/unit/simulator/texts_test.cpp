#include "unit/simulator/provider_test.h"

namespace sms_notifier::simulator {
namespace {

using testing::HasSubstr;
using testing::Not;

class Texts : public ProviderTest {};

TEST_F(Texts, AnAcceptedTextArrivesAtThePhoneOnce) {
  const std::string answer = ask("sendSMS");
  EXPECT_THAT(answer, HasStatus("success"));
  const auto texts = world.delivered(now);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].kind, TextKind::Sms);
  EXPECT_EQ(texts[0].did, did);
  EXPECT_EQ(texts[0].dst, caller);
  EXPECT_EQ(texts[0].message, "We missed your call");
  EXPECT_EQ(texts[0].accepted_at, now);
  EXPECT_THAT(answer, HasSubstr("\"sms\":" + texts[0].id));
}

TEST_F(Texts, TheSameRequestTwiceArrivesTwice) {
  ask("sendSMS");
  ask("sendSMS");
  EXPECT_EQ(texts_at_the_phone(), 2u);
}

TEST_F(Texts, AnSmsHoldsAHundredAndSixtyBytes) {
  EXPECT_THAT(ask("sendSMS", {{"message", std::string(160, 'x')}}), HasStatus("success"));
  EXPECT_THAT(ask("sendSMS", {{"message", std::string(161, 'x')}}), HasStatus("sms_toolong"));
  EXPECT_THAT(ask("sendSMS", {{"message", std::string(159, 'x') + "é"}}), HasStatus("sms_toolong"));
  EXPECT_EQ(texts_at_the_phone(), 1u);
}

TEST_F(Texts, AnMmsHolds2048Characters) {
  std::string accents;
  for (int i = 0; i < 2048; ++i) accents += "é";
  EXPECT_THAT(ask("sendMMS", {{"message", accents}}), HasStatus("success"));
  EXPECT_THAT(ask("sendMMS", {{"message", accents + "x"}}), HasStatus("sms_toolong"));
  EXPECT_EQ(world.delivered(now).front().kind, TextKind::Mms);
}

TEST_F(Texts, WrongParametersAreNamed) {
  change([](AccountSettings& account) {
    account.refused_numbers = {"5145550199"};
    account.dids.push_back({"4165550101"});
    account.dids.back().sms_enabled = false;
  });
  EXPECT_THAT(ask("sendSMS", {{"did", ""}}), HasStatus("missing_did"));
  EXPECT_THAT(ask("sendSMS", {{"dst", ""}}), HasStatus("missing_params"));
  EXPECT_THAT(ask("sendSMS", {{"did", "4165550199"}}), HasStatus("invalid_did"));
  EXPECT_THAT(ask("sendSMS", {{"did", "4165550101"}}), HasStatus("invalid_did"));
  for (const char* dst : {"15145550123", "514555012", "1145550123", "514555012x", "5145550199"})
    EXPECT_THAT(ask("sendSMS", {{"dst", dst}}), HasStatus("invalid_dst")) << dst;
  EXPECT_THAT(ask("sendSMS", {{"message", ""}}), HasStatus("message_empty"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
}

TEST_F(Texts, ANumberWithoutMmsStillTexts) {
  change([](AccountSettings& account) { account.dids.front().mms_available = false; });
  EXPECT_THAT(ask("sendMMS"), HasStatus("invalid_did"));
  EXPECT_THAT(ask("sendSMS"), HasStatus("success"));
}

TEST_F(Texts, TheDailyLimitCountsBothKindsAndEndsAtMidnightInToronto) {
  change([](AccountSettings& account) { account.daily_limit = 2; });
  ask("sendSMS");
  ask("sendMMS");
  EXPECT_THAT(ask("sendSMS"), HasStatus("limit_reached"));
  EXPECT_THAT(ask("sendMMS"), HasStatus("limit_reached"));
  now += std::chrono::hours{9} + std::chrono::minutes{39} + std::chrono::seconds{29};  // 23:59:59
  EXPECT_THAT(ask("sendSMS"), HasStatus("limit_reached"));
  now += std::chrono::seconds{1};
  EXPECT_THAT(ask("sendSMS"), HasStatus("success"));
}

TEST_F(Texts, AnEmptyPurseSendsNothing) {
  change([](AccountSettings& account) { account.non_sufficient_funds = true; });
  EXPECT_THAT(ask("sendSMS"), HasStatus("non_sufficient_funds"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
}

TEST_F(Texts, AreListedByKindWithIdsThatOverlap) {
  ask("sendSMS", {{"message", "short"}});
  ask("sendMMS", {{"message", "long"}});
  const std::string sms = ask("getSMS");
  const std::string mms = ask("getMMS");
  EXPECT_EQ(rows(sms), 1u);
  EXPECT_EQ(rows(mms), 1u);
  EXPECT_EQ(value(sms, "message"), "short");
  EXPECT_EQ(value(mms, "message"), "long");
  EXPECT_EQ(value(sms, "id"), value(mms, "id"));
  EXPECT_THAT(mms, HasSubstr("\"sms\":["));
  EXPECT_THAT(mms, HasSubstr("\"media\":[]"));
  EXPECT_EQ(rows(ask("getSMS", {{"all_messages", "1"}})), 2u);
}

TEST_F(Texts, AreListedWithMediaAndDateOfTheEasternClock) {
  ask("sendMMS", {{"message", ""}, {"media1", "https://example.test/a.png"}});
  const std::string answer = ask("getMMS");
  EXPECT_EQ(value(answer, "date"), "2026-07-15 14:20:30");
  EXPECT_EQ(value(answer, "col_media1"), "https://example.test/a.png");
  EXPECT_THAT(answer, HasSubstr("\"media\":[\"https://example.test/a.png\"]"));
}

TEST_F(Texts, AreFilteredByDirectionNumberContactAndDay) {
  change([](AccountSettings& account) { account.dids.push_back({"4165550101"}); });
  ask("sendSMS");
  ask("sendSMS", {{"dst", "5145550124"}});
  ASSERT_TRUE(world.write_text({"demo@example.test", "4165550101", "5145550123", "STOP"}, now).ok());
  EXPECT_EQ(rows(ask("getSMS")), 3u);
  EXPECT_EQ(rows(ask("getSMS", {{"type", "0"}})), 2u);
  EXPECT_EQ(value(ask("getSMS", {{"type", "1"}}), "message"), "STOP");
  EXPECT_EQ(rows(ask("getSMS", {{"did", "4165550101"}})), 1u);
  EXPECT_EQ(rows(ask("getSMS", {{"contact", "+1 514-555-0124"}})), 1u);
  EXPECT_THAT(ask("getSMS", {{"from", "2026-07-16"}, {"to", "2026-07-16"}}), HasStatus("no_sms"));
  now += std::chrono::days{1};
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  EXPECT_EQ(rows(ask("getSMS", {{"from", "2026-07-15"}})), 3u);
}

TEST_F(Texts, ByTheOwnersHandArriveAndAreListedAsSent) {
  HandText text{"demo@example.test", "4165550100", "5145550123", "Hi, Anna here"};
  text.to_caller = true;
  ASSERT_TRUE(world.write_text(text, now).ok());
  EXPECT_EQ(value(ask("getSMS", {{"type", "0"}}), "message"), "Hi, Anna here");
  ASSERT_EQ(world.delivered(now).size(), 1U);
  EXPECT_TRUE(world.delivered(now)[0].by_hand);
}

TEST_F(Texts, ThatTheOwnerDeletesAreListedNoMore) {
  ask("sendSMS");
  const std::string id = value(ask("getSMS"), "id");
  ask("sendMMS");  // the two kinds are numbered alike
  EXPECT_TRUE(world.remove_text("demo@example.test", TextKind::Sms, id));
  EXPECT_FALSE(world.remove_text("demo@example.test", TextKind::Sms, id));
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  EXPECT_EQ(rows(ask("getMMS")), 1u);
  ASSERT_EQ(texts_at_the_phone(), 2u);
  EXPECT_TRUE(world.delivered(now)[0].deleted);
  EXPECT_FALSE(world.delivered(now)[1].deleted);
}

TEST_F(Texts, AreListedInPlainAsciiOrCutWhereTheAccountIsSetSo) {
  const std::string message = "Désolé — l’équipe vous rappelle dès que possible…";
  ask("sendSMS", {{"message", message}});
  change([](AccountSettings& account) { account.echo = Echo::PlainAscii; });
  EXPECT_EQ(value(ask("getSMS"), "message"), "Desole - l'equipe vous rappelle des que possible...");
  change([](AccountSettings& account) { account.echo = Echo::Cut; });
  EXPECT_EQ(value(ask("getSMS"), "message").size(), 40U);
}

TEST_F(Texts, AreListedFiftyAtATimeUnlessAskedOtherwise) {
  for (int i = 0; i < 60; ++i) ask("sendSMS", {{"message", "text " + std::to_string(i)}});
  const std::string answer = ask("getSMS");
  EXPECT_EQ(rows(answer), 50u);
  EXPECT_EQ(value(answer, "message"), "text 59");
  EXPECT_EQ(rows(ask("getSMS", {{"limit", "55"}})), 55u);
}

TEST_F(Texts, ComeBackInTheFormThatTheAccountIsSetTo) {
  ask("sendSMS", {{"message", "it's \"us\" & é"}});
  EXPECT_THAT(ask("getSMS"), HasSubstr(R"("message":"it's \"us\" & é")"));
  change([](AccountSettings& account) { account.echo = Echo::UrlEncoded; });
  EXPECT_EQ(value(ask("getSMS"), "message"), "it%27s+%22us%22+%26+%C3%A9");
  change([](AccountSettings& account) { account.echo = Echo::PhpEscaped; });
  EXPECT_THAT(ask("getSMS"), HasSubstr(R"("message":"it\\'s \\\"us\\\" & é")"));
}

TEST_F(Texts, AppearInListsAfterTheLagOnly) {
  change([](AccountSettings& account) { account.list_lag = std::chrono::seconds{30}; });
  ask("sendSMS");
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  now += std::chrono::seconds{30};
  EXPECT_EQ(rows(ask("getSMS")), 1u);
}

}  // namespace
}  // namespace sms_notifier::simulator
