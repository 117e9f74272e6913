#include "domain/profile.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

ProfileForm good_form() {
  ProfileForm form;
  form.account = "owner@clinic.example";
  form.did = "555-010-0199";
  form.message = "Sorry we missed you.";
  form.call_duration = "15";
  return form;
}

std::string complaint(const ProfileForm& form) {
  const auto checked = check(form);
  if (checked) return "";
  std::string all;
  for (const Sentence& error : checked.error()) all += in_english(error) + "|";
  return all;
}

TEST(ProfileForm, IsReadWithDashesInTheDid) {
  const auto checked = check(good_form());
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->rules.did.digits(), "5550100199");
  EXPECT_EQ(checked->rules.call_duration, std::chrono::seconds{15});
  EXPECT_EQ(checked->rules.cooldown, std::chrono::hours{24});
}

TEST(ProfileForm, IsReadThroughWhatAPasteBringsAlong) {
  ProfileForm form = good_form();
  form.account = "\u200Bowner@clinic.example\u00A0";
  form.did = "\u202D555-010-0199\u202C";
  form.call_duration = "\uFF11\uFF15\u00A0";
  form.hours = "mon\u2013fri\u00A009:00\u201317:00";
  const auto checked = check(form);
  ASSERT_TRUE(checked) << complaint(form);
  EXPECT_EQ(checked->account, "owner@clinic.example");
  EXPECT_EQ(checked->rules.did.digits(), "5550100199");
  EXPECT_EQ(checked->rules.call_duration, std::chrono::seconds{15});
  EXPECT_EQ(checked->rules.hours->to_string(), "mon-fri 09:00-17:00");
}

TEST(ProfileForm, WithoutAMissedCallThresholdIsRefused) {
  ProfileForm form = good_form();
  form.call_duration = "";
  EXPECT_NE(complaint(form).find("call_duration \"\""), std::string::npos);
}

TEST(ProfileForm, WithAThresholdThatIsNoWholeNumberIsRefused) {
  for (const char* typed : {"-1", "1.5", "ten", "10s", "99999999999999999999", " "}) {
    ProfileForm form = good_form();
    form.call_duration = typed;
    EXPECT_NE(complaint(form), "") << typed;
  }
}

TEST(ProfileForm, TakesAMessageOf2048CharactersAndRefuses2049) {
  ProfileForm form = good_form();
  form.message.clear();
  for (int i = 0; i < 2048; ++i) form.message += "é";
  EXPECT_EQ(complaint(form), "");
  form.message += "é";
  EXPECT_NE(complaint(form).find("2049 characters"), std::string::npos);
}

TEST(ProfileForm, WithAnEmptyMessageIsRefused) {
  ProfileForm form = good_form();
  form.message = " \n";
  EXPECT_NE(complaint(form).find("message is empty"), std::string::npos);
}

TEST(ProfileForm, WithBytesThatAreNoTextIsRefused) {
  ProfileForm form = good_form();
  form.message = "caf\xE9";
  EXPECT_NE(complaint(form).find("cannot be sent"), std::string::npos);
}

TEST(ProfileForm, SaysEverythingThatIsWrongAtOnce) {
  const std::string all = complaint(ProfileForm{});
  for (const char* field : {"account", "did", "message", "call_duration"})
    EXPECT_NE(all.find(field), std::string::npos) << field;
}

TEST(ProfileForm, ReadsBackWhatItIsMadeFrom) {
  ProfileForm form = good_form();
  form.limit_to_one_did = true;
  form.wait = "20";
  form.history_size = "20";
  form.hours = "mon-fri 09:00-17:00, sat 10:00-14:00";
  form.dry_run = true;
  const auto checked = check(form);
  ASSERT_TRUE(checked);
  const auto again = check(to_form(checked->account, checked->rules));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rules, checked->rules);
}

}  // namespace
}  // namespace sms_notifier::domain
