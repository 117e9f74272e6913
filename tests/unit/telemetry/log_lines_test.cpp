#include "telemetry/log_lines.h"

#include <gtest/gtest.h>

#include "platform/time_zone.h"
#include "telemetry/words.h"

namespace sms_notifier::telemetry {
namespace {

using namespace app;

const base::Instant at{std::chrono::seconds{1'790'000'000}};  // 2026-09-21 10:13:20 in Toronto
const Subject subject{domain::AccountId(1), "owner@clinic.example", domain::ProfileId(3)};
const CallNote call{domain::CallId(12), domain::parse_caller_id("5551234567"),
                    *domain::Did::parse("5550100199"), at - std::chrono::minutes{10}};
const auto zone = platform::load_time_zone("America/Toronto");

TEST(LogRow, ReadsLikeASentence) {
  const auto row = log_row(TextSent{subject, call, domain::MessageKind::Sms, "77", false}, at, *zone);
  ASSERT_TRUE(row);
  EXPECT_EQ(in_english(row->what), "Missed call from 555-123-4567 at 10:03: text sent");
  EXPECT_EQ(row->company, "owner@clinic.example");
  EXPECT_EQ(row->profile, domain::ProfileId(3));
}

TEST(LogRow, SaysWhyACallGotNoText) {
  const auto row =
      log_row(CallDecided{subject, call, domain::Skip{domain::SkipReason::RecentlyTexted}}, at, *zone);
  EXPECT_EQ(in_english(row->what),
            "Missed call from 555-123-4567 at 10:03: no text, the caller got a text from you recently");
}

TEST(LogRow, SaysThatProfilesAreNotTextingAndThatTheyCanAgain) {
  const domain::StateReason reason = domain::StateReason::SmsNotOffered;
  const Subject all{subject.account, subject.account_email, std::nullopt};
  const auto told = [&](const TextingTurned& turned) { return in_english(log_row(turned, at, *zone)->what); };
  const std::string why = "VoIP.ms offers no SMS for this number: choose another one by editing the profile";
  const std::vector<domain::Did> one{call.did};
  const std::vector<domain::Did> two{call.did, *domain::Did::parse("5550100100")};
  EXPECT_EQ(told({subject, one, reason, in_words(reason)}), "555-010-0199 is not texting: " + why);
  EXPECT_EQ(told({all, two, reason, in_words(reason)}), "2 profiles are not texting: " + why);
  EXPECT_EQ(told({subject, one, std::nullopt, {}}), "555-010-0199 can text again");
  EXPECT_EQ(told({all, two, std::nullopt, {}}), "2 profiles can text again");
}

TEST(LogRow, NeverSaysSentOfARefusedText) {
  for (const Event& event : {Event(TextRejected{subject, call, domain::Sentence::as_written("invalid_dst")}),
                             Event(TextUnconfirmed{subject, call, domain::Sentence::as_written("timed out")}),
                             Event(TextUncertain{subject, call, domain::Sentence::as_written("not listed")}),
                             Event(TextExpired{subject, call})})
    EXPECT_EQ(in_english(log_row(event, at, *zone)->what).find("text sent"), std::string::npos);
}

TEST(LogLine, NamesTheReasonOfNotTexting) {
  const TextingTurned turned{subject, {call.did}, domain::StateReason::NoFunds, {}};
  EXPECT_EQ(log_line(turned, at, LineFormat::Text, LogLines::Level::Warning),
            "2026-09-21T14:13:20.000Z warning not_texting account=owner@clinic.example profile=3 profiles=1 "
            "reason=no_funds");
}

TEST(LogLine, ShortensNumbers) {
  const std::string line = log_line(TextSent{subject, call, domain::MessageKind::Sms, "77", false}, at,
                                    LineFormat::Text, LogLines::Level::Info);
  EXPECT_EQ(line.find("5551234567"), std::string::npos);
  EXPECT_EQ(line,
            "2026-09-21T14:13:20.000Z info text_sent account=owner@clinic.example profile=3 call=12 "
            "caller=555•••4567 "
            "provider_id=77 kind=sms reconciled=false");
}

TEST(LogLine, CannotBeForgedByTextFromOutside) {
  const domain::Sentence words = domain::Sentence::as_written("odd\nlevel=info event=text_sent \"x\"");
  const AccountTroubled event{subject, {TroubleKind::BadRequest, words}};
  const std::string text = log_line(event, at, LineFormat::Text, LogLines::Level::Info);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_NE(text.find("detail=\"odd\\nlevel=info event=text_sent \\\"x\\\"\""), std::string::npos) << text;
  const std::string json = log_line(event, at, LineFormat::Json, LogLines::Level::Info);
  EXPECT_EQ(json.find('\n'), std::string::npos);
}

TEST(LogLine, IsJsonWhenAsked) {
  EXPECT_EQ(log_line(StorageHealed{}, at, LineFormat::Json, LogLines::Level::Info),
            R"({"time":"2026-09-21T14:13:20.000Z","level":"info","event":"storage_healed"})");
}

TEST(LogLine, TellsOfAClockThatIsWrong) {
  EXPECT_EQ(log_line(ClockApart{-std::chrono::hours{6}}, at, LineFormat::Text, LogLines::Level::Info),
            "2026-09-21T14:13:20.000Z warning clock_wrong seconds_ahead=-21600");
}

TEST(LogLine, TellsOfLinesThatTheReaderNeverGot) {
  EXPECT_EQ(lost_line(57, "while the reader did not read", at, LineFormat::Text),
            "2026-09-21T14:13:20.000Z warning log_lines_lost lines=57 "
            "detail=\"57 log lines were lost while the reader did not read\"");
}

TEST(LogLine, BelowTheLevelIsNotWritten) {
  EXPECT_EQ(log_line(StorageHealed{}, at, LineFormat::Text, LogLines::Level::Warning), "");
}

}  // namespace
}  // namespace sms_notifier::telemetry
