#include "app/watch/account_memory.h"

#include <gtest/gtest.h>

#include "platform/time_zone.h"

namespace sms_notifier::app {
namespace {

using std::chrono::seconds;

const auto zone = platform::load_time_zone("America/Toronto");
const base::Instant now = zone->instants(*domain::parse_wall_time("2026-09-15 12:00:00")).earlier;

domain::CdrRow row(const char* id, const char* date, const char* caller = "5551234567") {
  domain::CdrRow cdr;
  cdr.unique_id = id;
  cdr.date = *domain::parse_wall_time(date);
  cdr.caller = domain::parse_caller_id(caller);
  cdr.destination = "5550100199";
  cdr.destination_type = "IN:CAN";
  cdr.disposition = domain::Disposition::NoAnswer;
  return cdr;
}

constexpr Fingerprint the_row = 12;
constexpr Fingerprint the_row_changed = 13;

AccountMemory::News news(const AccountMemory& memory, std::vector<domain::CdrRow> rows) {
  return memory.news(rows, now, *zone, [](domain::Did) { return true; });
}

TEST(AccountMemory, WantsARowUntilItWasDealtWith) {
  AccountMemory memory;
  memory.start_poll(true);
  EXPECT_TRUE(memory.wants(the_row));
  memory.start_poll(false);
  EXPECT_TRUE(memory.wants(the_row));  // the poll before failed after it was read
  memory.keep_rows(now - std::chrono::days{3});
  memory.start_poll(false);
  EXPECT_FALSE(memory.wants(the_row));
}

TEST(AccountMemory, KnowsAnAnswerThatWasDealtWith) {
  AccountMemory memory;
  const auto asked = [&](bool full_look, Fingerprint answer) {
    memory.start_poll(full_look);
    return memory.is_as_before(answer);
  };
  EXPECT_FALSE(asked(true, 1));
  EXPECT_FALSE(asked(false, 1));  // the poll before was not dealt with
  memory.keep_rows(now - std::chrono::days{3});
  EXPECT_TRUE(asked(false, 1));
  EXPECT_FALSE(asked(false, 2));
  EXPECT_FALSE(asked(true, 1));  // the rows that are listed still are counted
  memory.keep_rows(now - std::chrono::days{3});
  memory.forget_rows();
  EXPECT_FALSE(asked(false, 1));
}

TEST(AccountMemory, WantsARowAgainWhenItChanges) {
  AccountMemory memory;
  memory.start_poll(true);
  memory.wants(the_row);
  memory.keep_rows(now - std::chrono::days{3});
  EXPECT_TRUE(memory.wants(the_row_changed));
}

TEST(AccountMemory, ForgetsRowsThatAreNoLongerListed) {
  AccountMemory memory;
  memory.start_poll(true);
  memory.wants(the_row);
  memory.keep_rows(now - std::chrono::days{3});
  for (int look = 0; look < 3; ++look) {
    memory.start_poll(true);
    memory.keep_rows(now - std::chrono::days{3});
  }
  EXPECT_TRUE(memory.wants(the_row));
}

TEST(AccountMemory, ARecordedCallIsNoNews) {
  AccountMemory memory;
  const auto first = news(memory, {row("a", "2026-09-15 11:59:00")});
  ASSERT_EQ(first.calls.size(), 1U);
  memory.remember({domain::CallId(1), first.calls[0], domain::ProfileId(1)});
  const auto again = news(memory, {row("a", "2026-09-15 11:59:00")});
  EXPECT_TRUE(again.calls.empty());
  EXPECT_TRUE(again.revised.empty());
}

TEST(AccountMemory, ALaterLegJoinsItsRecordedCall) {
  AccountMemory memory;
  memory.remember(
      {domain::CallId(1), news(memory, {row("ring", "2026-09-15 11:59:00")}).calls[0], domain::ProfileId(1)});
  domain::CdrRow answer = row("answer", "2026-09-15 11:59:25", "\"5551234567\" <5551234567>");
  answer.disposition = domain::Disposition::Answered;
  answer.seconds = seconds{30};
  const auto found = news(memory, {answer});
  EXPECT_TRUE(found.calls.empty());
  ASSERT_EQ(found.revised.size(), 1U);
  EXPECT_EQ(found.revised[0].call.answered_for(), seconds{30});
}

TEST(AccountMemory, TheSameIdOfAnotherCallerIsAnotherCall) {
  AccountMemory memory;
  const auto found =
      news(memory, {row("a", "2026-09-15 11:59:00"), row("a", "2026-09-15 11:59:00", "5559876543")});
  ASSERT_EQ(found.calls.size(), 2U);
  for (const auto& call : found.calls)
    memory.remember({domain::CallId(static_cast<int>(call.key().size())), call, domain::ProfileId(1)});
  EXPECT_TRUE(news(memory, {row("a", "2026-09-15 11:59:00"), row("a", "2026-09-15 11:59:00", "5559876543")})
                  .calls.empty());
}

TEST(AccountMemory, InTheRepeatedHourARowThatIsAMomentAheadStartedWhenItWasFirstSeen) {
  const base::Instant second_pass = zone->instants(*domain::parse_wall_time("2026-11-01 01:15:15")).later;
  const auto found = AccountMemory().news(std::vector{row("a", "2026-11-01 01:17:14")}, second_pass, *zone,
                                          [](domain::Did) { return true; });
  ASSERT_EQ(found.calls.size(), 1U);
  EXPECT_EQ(found.calls[0].started_at(), second_pass);
}

TEST(AccountMemory, InTheRepeatedHourARowIsNeverAfterItsFirstSight) {
  AccountMemory memory;
  const base::Instant first_pass = zone->instants(*domain::parse_wall_time("2026-11-01 01:30:10")).earlier;
  const auto found = memory.news(std::vector{row("a", "2026-11-01 01:30:00")}, first_pass, *zone,
                                 [](domain::Did) { return true; });
  ASSERT_EQ(found.calls.size(), 1U);
  EXPECT_EQ(found.calls[0].started_at(), first_pass - seconds{10});
}

}  // namespace
}  // namespace sms_notifier::app
