#include "simulator/benchmark_rows.h"
#include "unit/simulator/provider_test.h"

namespace sms_notifier::simulator {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr base::Instant utc(int year, unsigned month, unsigned day, int hour, int minute, int second = 0) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
         std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

class CallRecordsOfProvider : public ProviderTest {
 protected:
  CallSpec at(base::Instant started) {
    CallSpec call;
    call.caller = caller;
    call.started_at = started;
    return call;
  }
  std::string day(std::string_view date, std::string_view timezone = "-5") {
    return ask("getCDR", {{"date_from", std::string(date)},
                          {"date_to", std::string(date)},
                          {"timezone", std::string(timezone)}});
  }
};

struct ClockCase {
  const char* timezone;
  const char* day;
  const char* time;
};

class SummerClock : public CallRecordsOfProvider, public testing::WithParamInterface<ClockCase> {};

TEST_P(SummerClock, IsTheTorontoClockMovedByNPlusFiveHours) {
  place(at(summer_afternoon));  // 14:20:30 in Toronto
  const auto& [timezone, date, time] = GetParam();
  EXPECT_EQ(value(day(date, timezone), "date"), std::string(date) + " " + time);
}

INSTANTIATE_TEST_SUITE_P(
    Zones, SummerClock,
    testing::Values(ClockCase{"-12", "2026-07-15", "07:20:30"}, ClockCase{"-5", "2026-07-15", "14:20:30"},
                    ClockCase{"-4", "2026-07-15", "15:20:30"}, ClockCase{"0", "2026-07-15", "19:20:30"},
                    ClockCase{"5.5", "2026-07-16", "00:50:30"}, ClockCase{"13", "2026-07-16", "08:20:30"}));

TEST_F(CallRecordsOfProvider, AreListedUnderTheDayOfTheShiftedClockOnly) {
  place(at(summer_afternoon));
  EXPECT_THAT(day("2026-07-15", "13"), HasStatus("no_cdr"));
  EXPECT_THAT(day("2026-07-16", "-5"), HasStatus("no_cdr"));
}

TEST_F(CallRecordsOfProvider, InWinterTheTimezoneIsAnOffsetFromUtc) {
  place(at(utc(2026, 1, 20, 15, 0)));
  EXPECT_EQ(value(day("2026-01-20", "-5"), "date"), "2026-01-20 10:00:00");
  EXPECT_EQ(value(day("2026-01-20", "0"), "date"), "2026-01-20 15:00:00");
}

TEST_F(CallRecordsOfProvider, InTheAutumnNightTwoHoursLookAlike) {
  place(at(utc(2026, 11, 1, 5, 30)));
  place(at(utc(2026, 11, 1, 6, 30)));
  place(at(utc(2026, 11, 1, 7, 30)));
  const std::string answer = day("2026-11-01");
  EXPECT_EQ(occurrences(answer, "\"date\":\"2026-11-01 01:30:00\""), 2u);
  EXPECT_EQ(occurrences(answer, "\"date\":\"2026-11-01 02:30:00\""), 1u);
}

TEST_F(CallRecordsOfProvider, InTheSpringNightAnHourIsMissing) {
  place(at(utc(2026, 3, 8, 6, 59, 59)));
  place(at(utc(2026, 3, 8, 7, 0)));
  const std::string answer = day("2026-03-08");
  EXPECT_THAT(answer, HasSubstr("\"date\":\"2026-03-08 01:59:59\""));
  EXPECT_THAT(answer, HasSubstr("\"date\":\"2026-03-08 03:00:00\""));
}

TEST_F(CallRecordsOfProvider, DaysChangeAtMidnightInToronto) {
  place(at(utc(2026, 7, 15, 3, 59, 59)));
  place(at(utc(2026, 7, 15, 4, 0)));
  EXPECT_EQ(value(day("2026-07-14"), "date"), "2026-07-14 23:59:59");
  EXPECT_EQ(value(day("2026-07-15"), "date"), "2026-07-15 00:00:00");
}

TEST_F(CallRecordsOfProvider, HaveStringsInEveryField) {
  CallSpec call = at(now);
  call.name = "ANN DOE";
  call.seconds = std::chrono::seconds{3671};
  call.unique_id = "77x12c";
  place(call);
  const std::string answer = ask("getCDR");
  EXPECT_THAT(answer, HasSubstr(R"("callerid":"\"ANN DOE\" <5145550123>")"));
  EXPECT_EQ(value(answer, "destination"), "4165550100");
  EXPECT_EQ(value(answer, "account"), "100001");
  EXPECT_EQ(value(answer, "disposition"), "ANSWERED");
  EXPECT_EQ(value(answer, "duration"), "01:01:11");
  EXPECT_EQ(value(answer, "seconds"), "3671");
  EXPECT_EQ(value(answer, "total"), "0.55080000");
  EXPECT_EQ(value(answer, "uniqueid"), "77x12c");
  EXPECT_EQ(value(answer, "destination_type"), "IN:CAN");
}

TEST_F(CallRecordsOfProvider, HaveNumbersWhereTheAccountIsSetSo) {
  change([](AccountSettings& account) { account.numbers = true; });
  CallSpec call = at(now);
  call.unique_id = "0123";
  place(call);
  const std::string answer = ask("getCDR");
  EXPECT_THAT(answer, HasSubstr("\"seconds\":0,"));
  EXPECT_THAT(answer, HasSubstr("\"callerid\":5145550123,"));
  EXPECT_THAT(answer, HasSubstr("\"rate\":0.00900000,"));
  EXPECT_THAT(answer, HasSubstr("\"uniqueid\":\"0123\""));
  EXPECT_THAT(answer, HasSubstr("\"duration\":\"00:00:00\""));
}

TEST_F(CallRecordsOfProvider, ASingleRowMayStandAlone) {
  change([](AccountSettings& account) { account.bare_single_row = true; });
  place(at(now));
  EXPECT_THAT(ask("getCDR"), HasSubstr("\"cdr\":{"));
  place(at(now));
  EXPECT_THAT(ask("getCDR"), HasSubstr("\"cdr\":[{"));
}

TEST_F(CallRecordsOfProvider, WithoutATypeTheFieldIsAbsent) {
  CallSpec call = at(now);
  call.destination_type.clear();
  place(call);
  EXPECT_THAT(ask("getCDR"), Not(HasSubstr("destination_type")));
}

TEST_F(CallRecordsOfProvider, ComeNewestFirstWhateverTheOrderTheyWereWrittenIn) {
  const std::string middle = place(at(now - std::chrono::minutes{2}));
  const std::string newest = place(at(now - std::chrono::minutes{1}));
  const std::string oldest = place(at(now - std::chrono::minutes{3}));
  const std::string answer = ask("getCDR");
  EXPECT_LT(answer.find(newest), answer.find(middle));
  EXPECT_LT(answer.find(middle), answer.find(oldest));
}

TEST_F(CallRecordsOfProvider, AreWithheldUntilTheyBecomeVisible) {
  CallSpec call = at(now);
  call.visible_in = std::chrono::seconds{8};
  place(call);
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  now += std::chrono::seconds{8} - std::chrono::microseconds{1};
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  now += std::chrono::microseconds{1};
  EXPECT_EQ(rows(ask("getCDR")), 1u);
}

TEST_F(CallRecordsOfProvider, ShowAChangeAtOnce) {
  const std::string id = place(at(now));
  EXPECT_EQ(value(ask("getCDR"), "disposition"), "NO ANSWER");
  EXPECT_TRUE(world.change_call(id, {std::chrono::seconds{40}, "ANSWERED"}));
  EXPECT_EQ(value(ask("getCDR"), "disposition"), "ANSWERED");
  EXPECT_EQ(value(ask("getCDR"), "seconds"), "40");
  EXPECT_TRUE(world.remove_call(id));
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  EXPECT_FALSE(world.remove_call(id));
  EXPECT_FALSE(world.change_call(id, {}));
}

TEST_F(CallRecordsOfProvider, NeverShareAUniqueId) {
  CallSpec call = at(now);
  call.account = "demo@example.test";
  call.unique_id = "one";
  EXPECT_TRUE(world.place_call(call, now).ok());
  EXPECT_FALSE(world.place_call(call, now).ok());
}

TEST_F(CallRecordsOfProvider, AreFilteredByDispositionAndDirection) {
  place(at(now));
  CallSpec answered = at(now);
  answered.seconds = std::chrono::seconds{9};
  place(answered);
  CallSpec outgoing = at(now);
  outgoing.destination_type = "OUT:USA";
  outgoing.account_field = "100001_desk";
  place(outgoing);
  EXPECT_EQ(rows(ask("getCDR")), 3u);
  EXPECT_EQ(rows(ask("getCDR", {{"noanswer", "0"}})), 1u);
  EXPECT_EQ(rows(ask("getCDR", {{"calltype", "outgoing"}})), 1u);
  EXPECT_EQ(rows(ask("getCDR", {{"calltype", "incoming"}})), 2u);
  EXPECT_EQ(rows(ask("getCDR", {{"account", "100001_desk"}})), 1u);
  EXPECT_EQ(rows(ask("getCDR", {{"callbilling", "billed"}})), 1u);
}

TEST_F(CallRecordsOfProvider, StayWithinTheirAccount) {
  world.put_account(numbered_account(2));
  place(at(now));
  EXPECT_THAT(ask("getCDR", {{"api_username", "account-2@example.test"}}), HasStatus("no_cdr"));
}

TEST_F(CallRecordsOfProvider, FillAMailboxForBenchmarks) {
  add_rows_of_today(world, 500, now);
  const std::string answer = ask("getCDR");
  EXPECT_EQ(rows(answer), 500u);
  EXPECT_THAT(answer, Not(HasSubstr("NO ANSWER")));
}

}  // namespace
}  // namespace sms_notifier::simulator
