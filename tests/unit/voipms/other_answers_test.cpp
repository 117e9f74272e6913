#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/text.h"
#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

using app::TroubleKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Answers : public testing::Test {
 protected:
  AnswerReader reader;
};

template <class T>
T value_of(const app::Answer<T>& answer) {
  EXPECT_TRUE(answer.ok()) << in_english(answer.error().detail);
  return answer.ok() ? answer.value() : T{};
}

template <class T>
app::Trouble trouble_of(const app::Answer<T>& answer) {
  EXPECT_FALSE(answer.ok());
  return answer.ok() ? app::Trouble{TroubleKind::NoFunds, {}} : answer.error();
}

// getSMS and getMMS.

TEST_F(Answers, ListWhatWasSent) {
  const auto texts = value_of(reader.texts(answered(
      R"({"status":"success","sms":[{"id":"118200301","date":"2026-09-14 09:12:52","type":"0","did":"4185550100",)"
      R"("contact":"5145550177","carrier_status":"Information not available","message":"D\u00e9sol\u00e9+l\\'appel",)"
      R"("col_media1":"","col_media2":"","col_media3":"","media":[]}]})")));
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(texts[0].provider_id, "118200301");
  EXPECT_EQ(domain::to_string(texts[0].date), "2026-09-14 09:12:52");
  EXPECT_EQ(texts[0].did, domain::PhoneNumber::parse("4185550100"));
  EXPECT_EQ(texts[0].contact, domain::PhoneNumber::parse("5145550177"));
  EXPECT_EQ(texts[0].body, "Désolé+l\\'appel");
}

TEST_F(Answers, ListTextsInWhateverFormTheyCome) {
  const auto texts = value_of(reader.texts(answered(
      R"({"sms":{"contact":"911","date":"2026-09-14 09:12:52","did":14185550100,"id":20881,"type":0},)"
      R"("status":"success"})")));
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(texts[0].provider_id, "20881");
  EXPECT_EQ(texts[0].did, domain::PhoneNumber::parse("4185550100"));
  EXPECT_FALSE(texts[0].contact);
  EXPECT_EQ(texts[0].body, "");
}

TEST_F(Answers, TellWhatWasReceived) {
  const auto texts = value_of(reader.texts(
      answered(R"({"status":"success","sms":[{"id":"1","date":"2026-09-14 09:12:52","type":"1"},)"
               R"({"id":"2","date":"2026-09-14 09:12:53","type":0}]})")));
  ASSERT_THAT(texts, SizeIs(2));
  EXPECT_TRUE(texts[0].received);
  EXPECT_FALSE(texts[1].received);
}

TEST_F(Answers, MayListNothing) {
  EXPECT_THAT(
      value_of(reader.texts(answered(R"({"status":"no_sms","message":"There are no SMS messages"})"))),
      IsEmpty());
  EXPECT_THAT(value_of(reader.texts(answered(R"({"status":"no_mms"})"))), IsEmpty());
  EXPECT_THAT(value_of(reader.texts(answered(R"({"status":"success","sms":[]})"))), IsEmpty());
}

TEST_F(Answers, WithoutAListOfTextsProveNoAbsence) {
  for (const auto* body : {R"({"status":"success"})", R"({"status":"success","sms":null})", "", "{",
                           R"({"status":"success","sms":[{"id":"1","date":"2026-09-14 09:12:52"})"}) {
    EXPECT_EQ(trouble_of(reader.texts(answered(body))).kind, TroubleKind::UnreadableAnswer) << body;
  }
  EXPECT_EQ(trouble_of(reader.texts(answered(R"({"status":"no_cdr"})"))).kind, TroubleKind::BadRequest);
}

TEST_F(Answers, WithATextThatCannotBeReadProveNoAbsence) {
  const std::string good =
      R"({"id":"1","date":"2026-09-14 09:12:52","did":"4185550100","contact":"5145550177"},)";
  for (const auto* bad : {"7", R"({"id":"2"})", R"({"date":"2026-09-14 09:12:52"})",
                          R"({"id":"2","date":"yesterday"})", R"({"id":{},"date":"2026-09-14 09:12:52"})"}) {
    const auto trouble =
        trouble_of(reader.texts(answered(R"({"status":"success","sms":[)" + good + bad + "]}")));
    EXPECT_EQ(trouble.kind, TroubleKind::UnreadableAnswer) << bad;
    EXPECT_THAT(in_english(trouble.detail), HasSubstr("text")) << bad;
  }
}

TEST_F(Answers, ListEveryTextWhateverStrangersWrote) {
  const std::string good = R"({"id":"1","date":"2026-09-14 09:12:52","type":"0","did":"4185550100",)"
                           R"("contact":"5145550177","message":"Sorry"})";
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> bodies{
      {"\"STOP \xff\"", "STOP " + r},
      {R"("STOP \ud83d")", "STOP " + r},
      {"\"caf\xc3\"", "caf" + r},
      {"\"two\nlines\"", "two\nlines"},
      {R"("nul\u0000")", "nul" + r},
      {R"("l\'acces")", R"(l\'acces)"},
      {"1e999", ""},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"null", ""},
      {"[\"a\"]", ""},
  };
  for (const auto& [written, body] : bodies) {
    const std::string odd = R"({"id":"2","date":"2026-09-14 09:13:00","type":"1","did":"4185550100",)"
                            R"("contact":"5145550177","message":)" +
                            written + "}";
    const auto texts = value_of(
        reader.texts(answered(R"({"status":"success","sms":[)" + good + "," + odd + "," + good + "]}")));
    ASSERT_THAT(texts, SizeIs(3)) << written;
    EXPECT_EQ(texts[0].body, "Sorry");
    EXPECT_EQ(texts[1].body, body) << written;
    EXPECT_TRUE(texts[1].received);
  }
}

// getIP and getBalance.

TEST_F(Answers, TellTheAddress) {
  EXPECT_EQ(value_of(reader.ip(answered(R"({"status":"success","ip":"192.0.2.15"})"))), "192.0.2.15");
  EXPECT_EQ(value_of(reader.ip(answered(R"({"status":"success","ip":"2001:db8::15"})"))), "2001:db8::15");
  for (const auto* body : {R"({"status":"success"})", R"({"status":"success","ip":""})",
                           R"({"status":"success","ip":"<script>"})", R"({"status":"success","ip":[]})"}) {
    EXPECT_EQ(trouble_of(reader.ip(answered(body))).kind, TroubleKind::UnreadableAnswer) << body;
  }
  EXPECT_EQ(trouble_of(reader.ip(answered(R"({"status":"invalid_credentials"})"))).kind,
            TroubleKind::WrongCredentials);
}

TEST_F(Answers, TellTheBalance) {
  EXPECT_EQ(
      value_of(reader.balance(answered(
          R"({"status":"success","balance":{"current_balance":"41.207350","spent_total":"3","calls_total":"2"}})"))),
      "41.207350");
  EXPECT_EQ(value_of(reader.balance(answered(R"({"status":"success","balance":{"current_balance":41.25}})"))),
            "41.25");
  EXPECT_EQ(value_of(reader.balance(answered(R"({"status":"success","balance":"-0.5"})"))), "-0.5");
  EXPECT_EQ(trouble_of(reader.balance(answered(R"({"status":"success","balance":[]})"))).kind,
            TroubleKind::UnreadableAnswer);
  EXPECT_EQ(trouble_of(reader.balance(answered(R"({"status":"success"})"))).kind,
            TroubleKind::UnreadableAnswer);
}

// getDIDsInfo.

TEST_F(Answers, ListTheNumbers) {
  const auto dids = value_of(reader.dids(answered(
      R"({"status":"success","dids":[{"did":"4185550100","description":"QUEBEC, QC","routing":"account:100000_desk",)"
      R"("failover_busy":"none:","failover_noanswer":"vm:1001","voicemail":1001,"pop":"16","sms_available":"1",)"
      R"("sms_enabled":1,"mms_available":"yes"},{"did":"15145550101","sms_available":true,"sms_enabled":"0"},)"
      R"({"did":"442055501234"},7]})")));
  ASSERT_THAT(dids, SizeIs(2));
  EXPECT_EQ(dids[0].did, domain::Did::parse("4185550100"));
  EXPECT_EQ(dids[0].description, "QUEBEC, QC");
  EXPECT_EQ(dids[0].routing, "account:100000_desk");
  EXPECT_EQ(dids[0].failover_noanswer, "vm:1001");
  EXPECT_EQ(dids[0].voicemail, "1001");
  EXPECT_TRUE(dids[0].sms_available);
  EXPECT_TRUE(dids[0].sms_enabled);
  EXPECT_TRUE(dids[0].mms_available);
  EXPECT_EQ(dids[1].did, domain::Did::parse("5145550101"));
  EXPECT_TRUE(dids[1].sms_available);
  EXPECT_FALSE(dids[1].sms_enabled);
  EXPECT_FALSE(dids[1].mms_available);
}

TEST_F(Answers, ListTheNumbersWhateverTheirDescriptions) {
  for (const auto* description : {"\"caf\xe9\"", R"("\ud83d")", "\"a\tb\"", "1e999", R"("\u0000")"}) {
    const auto dids =
        value_of(reader.dids(answered(R"({"status":"success","dids":[{"did":"4185550100","description":)" +
                                      std::string(description) + R"(},{"did":"5145550101"}]})")));
    ASSERT_THAT(dids, SizeIs(2)) << description;
    EXPECT_TRUE(domain::is_valid_utf8(dids[0].description)) << description;
    EXPECT_EQ(domain::one_line(dids[0].description, 60), dids[0].description) << description;
  }
}

// Found by fuzzing: these were repaired into what could be read.
TEST_F(Answers, WithANumberThatIsNoJsonAreNoAnswers) {
  for (const auto* number : {"00099e999", "1.e999", ".1e999", "+1e999", "1e+", "--1"})
    EXPECT_EQ(trouble_of(reader.dids(answered(R"({"status":"success","dids":[{"did":"4185550100","x":)" +
                                              std::string(number) + "}]}")))
                  .kind,
              TroubleKind::UnreadableAnswer)
        << number;
}

TEST_F(Answers, WithANumberForANameAreNoAnswers) {
  for (const auto* name : {"12345678901234567890", "12345678901234567890 \t", "1e999"})
    EXPECT_EQ(trouble_of(reader.dids(answered(R"({"status":"success","dids":[{"did":"4185550100",)" +
                                              std::string(name) + R"(:"x"}]})")))
                  .kind,
              TroubleKind::UnreadableAnswer)
        << name;
}

TEST_F(Answers, OfARefusalWithAnOddMessageNameTheTrouble) {
  EXPECT_EQ(
      trouble_of(reader.dids(answered("{\"status\":\"invalid_credentials\",\"message\":\"No\xff\"}"))).kind,
      TroubleKind::WrongCredentials);
  EXPECT_EQ(
      in_english(
          trouble_of(reader.dids(answered(R"({"status":"invalid_credentials","message":"\ud83d"})"))).detail),
      "invalid_credentials: \xEF\xBF\xBD");
}

TEST_F(Answers, MayListNoNumbers) {
  EXPECT_THAT(value_of(reader.dids(answered(R"({"status":"no_did"})"))), IsEmpty());
  EXPECT_EQ(trouble_of(reader.dids(answered(R"({"status":"success"})"))).kind, TroubleKind::UnreadableAnswer);
}

}  // namespace
}  // namespace sms_notifier::voipms
