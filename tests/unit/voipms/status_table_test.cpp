#include "voipms/status_table.h"

#include <gtest/gtest.h>

namespace sms_notifier::voipms {
namespace {

using Kind = app::TroubleKind;

TEST(StatusTable, OnlySuccessIsASuccess) {
  EXPECT_EQ(meaning_of("success").read, ReadMeaning::Success);
  EXPECT_EQ(meaning_of("success").send, SendMeaning::Accepted);
  for (const auto* word : {"Success", "success ", "succes", "ok", ""}) {
    EXPECT_EQ(meaning_of(word).read, ReadMeaning::Trouble) << word;
    EXPECT_EQ(meaning_of(word).send, SendMeaning::Unconfirmed) << word;
  }
}

TEST(StatusTable, NothingFoundIsAnAnswerToItsOwnQuestionOnly) {
  EXPECT_EQ(meaning_of("no_cdr").read, ReadMeaning::NoCalls);
  EXPECT_EQ(meaning_of("no_sms").read, ReadMeaning::NoTexts);
  EXPECT_EQ(meaning_of("no_mms").read, ReadMeaning::NoTexts);
  EXPECT_EQ(meaning_of("no_did").read, ReadMeaning::NoDids);
  for (const auto* word : {"no_cdr", "no_sms", "no_mms", "no_did"}) {
    EXPECT_EQ(meaning_of(word).send, SendMeaning::Unconfirmed) << word;
  }
}

TEST(StatusTable, NotEveryNoIsAnEmptyList) {
  for (const auto* word : {"no_callstatus", "no_account", "no_base64file", "no_sequences"}) {
    EXPECT_EQ(meaning_of(word).read, ReadMeaning::Trouble) << word;
  }
}

TEST(StatusTable, SaysWhatTheAccountLacks) {
  const std::pair<const char*, Kind> words[] = {
      {"invalid_credentials", Kind::WrongCredentials},
      {"missing_credentials", Kind::WrongCredentials},
      {"api_not_enabled", Kind::ApiDisabled},
      {"ip_not_enabled", Kind::AddressRefused},
      {"limit_reached", Kind::DailyLimit},
      {"non_sufficient_funds", Kind::NoFunds},
      {"api_limit_exceeded", Kind::TooManyRequests},
      {"method_maintenance", Kind::Maintenance},
  };
  for (const auto& [word, kind] : words) {
    EXPECT_EQ(meaning_of(word).read, ReadMeaning::Trouble) << word;
    EXPECT_EQ(meaning_of(word).send, SendMeaning::NotSent) << word;
    EXPECT_EQ(meaning_of(word).trouble, kind) << word;
  }
}

TEST(StatusTable, ARefusalOfTheTextIsForGood) {
  for (const auto* word :
       {"invalid_dst", "sms_toolong", "message_empty", "invalid_did", "invalid_contact", "missing_sms",
        "missing_did", "missing_params", "missing_method", "missing_whatever"}) {
    EXPECT_EQ(meaning_of(word).send, SendMeaning::Rejected) << word;
  }
}

TEST(StatusTable, TroubleBehindTheInterfaceProvesNothing) {
  for (const auto* word : {"sms_failed", "unavailable_info", "tls_error", "provider_outofservice"}) {
    EXPECT_EQ(meaning_of(word).send, SendMeaning::Unconfirmed) << word;
  }
  EXPECT_EQ(meaning_of("unavailable_info").trouble, Kind::Maintenance);
}

TEST(StatusTable, AnUnknownWordProvesNothing) {
  EXPECT_EQ(meaning_of("brand_new").send, SendMeaning::Unconfirmed);
  EXPECT_EQ(meaning_of("brand_new").trouble, Kind::BadRequest);
  EXPECT_EQ(meaning_of("brand_new").word, "brand_new");
}

}  // namespace
}  // namespace sms_notifier::voipms
