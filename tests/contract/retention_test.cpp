// What old records lose, and what stays.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "all_values.h"
#include "business.h"

namespace sms_notifier::contract {
namespace {

const base::Instant long_ago = now - days{1000};
const app::RetentionCuts cuts{now - days{760}, now - days{760}, now - days{760}};
constexpr int plenty = 1000;

app::AuditRow log_in(base::Instant at) {
  return {0, {at, {app::Actor::Kind::Person, "lea", {}, {}, {}}}, app::AuditAction::LoggedIn, {}, {}};
}

class OldRecords : public BusinessContract {
 protected:
  int prune_all(app::RetentionCuts until = cuts) {
    int pruned = 0;
    while (const int step = run_task(old_records().prune(until, plenty))) pruned += step;
    return pruned;
  }
  /// When the people of the audit trail logged in.
  std::vector<base::Instant> log_ins() {
    std::vector<base::Instant> all;
    for (const app::AuditRow& row : run_task(audit_trail().audit_rows({}, plenty)))
      if (row.action == app::AuditAction::LoggedIn) all.push_back(row.act.at);
    return all;
  }
};

TEST_P(OldRecords, LoseNumberAndNameAndKeepTheirPlaceInEveryCount) {
  texted("old", 1, long_ago);
  const auto before = run_task(ledger().profile_tallies(base::Instant{}));
  EXPECT_GE(prune_all(), 1);
  const std::vector<app::CallRecord> calls = all_calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].call.caller, domain::CallerId{});
  EXPECT_TRUE(calls[0].erased);
  EXPECT_EQ(calls[0].call.did, did);
  EXPECT_EQ(calls[0].call.started_at(), long_ago - seconds{20});
  EXPECT_EQ(calls[0].reply->state, ReplyState::Sent);
  const auto after = run_task(ledger().profile_tallies(base::Instant{}));
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].calls, before[0].calls);
  EXPECT_EQ(after[0].missed, before[0].missed);
  EXPECT_EQ(after[0].texted, before[0].texted);
  EXPECT_EQ(run_task(ledger().tallies(std::nullopt, base::Instant{})).size(), 1U);
}

TEST_P(OldRecords, AreNotFoundByTheNumberThatTheyHad) {
  texted("old", 1, long_ago);
  prune_all();
  app::CallQuery query;
  query.caller = "5551000001";
  EXPECT_TRUE(run_task(ledger().calls(query)).empty());
}

TEST_P(OldRecords, AreDoneOnceAndThenLeftAlone) {
  texted("old", 1, long_ago);
  record(skipped("skipped", SkipReason::TooOld, 2, long_ago));
  EXPECT_GE(prune_all(), 2);
  EXPECT_EQ(prune_all(), 0);
}

TEST_P(OldRecords, GoInStepsOfTheGivenSize) {
  for (int n = 0; n < 5; ++n) record(skipped("k" + std::to_string(n), SkipReason::TooOld, n, long_ago));
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 2);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 2);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 1);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 0);
}

TEST_P(OldRecords, LeaveWhatIsYoungerThanTheCutAsItWas) {
  texted("young", 1, *cuts.records + minutes{5});
  run_task(log_book().append(
      {{0, "owner@clinic.example", profile_id, *cuts.records, domain::Sentence::as_written("young")}}));
  run_task(audit_trail().note(log_in(*cuts.audit)));
  EXPECT_EQ(prune_all(), 0);
  EXPECT_EQ(newest().call.caller.number, caller(1));
  EXPECT_EQ(run_task(log_book().rows({})).size(), 1U);
  EXPECT_EQ(log_ins().size(), 1U);
}

TEST_P(OldRecords, AreKeptForEverWithoutACut) {
  texted("old", 1, long_ago);
  run_task(log_book().append(
      {{0, "owner@clinic.example", profile_id, long_ago, domain::Sentence::as_written("old")}}));
  run_task(audit_trail().note(log_in(long_ago)));
  EXPECT_EQ(prune_all({}), 0);
  EXPECT_EQ(newest().call.caller.number, caller(1));
}

TEST_P(OldRecords, OfTheLogAndOfTheAuditGoWhole) {
  run_task(log_book().append(
      {{0, "owner@clinic.example", profile_id, long_ago, domain::Sentence::as_written("555-100-0001 called")},
       {0, "owner@clinic.example", profile_id, now, domain::Sentence::as_written("555-100-0002 called")}}));
  run_task(audit_trail().note(log_in(long_ago)));
  run_task(audit_trail().note(log_in(now)));
  EXPECT_EQ(prune_all(), 2);
  EXPECT_EQ(in_english(run_task(log_book().rows({})).at(0).what), "555-100-0002 called");
  EXPECT_EQ(log_ins(), std::vector<base::Instant>{now});
}

TEST_P(OldRecords, OfTheAuditHaveACutOfTheirOwn) {
  record(skipped("old", SkipReason::TooOld, 1, long_ago));
  run_task(audit_trail().note(log_in(long_ago)));
  EXPECT_EQ(prune_all({cuts.records, cuts.contacts, std::nullopt}), 1);
  EXPECT_EQ(log_ins().size(), 1U);
}

TEST_P(OldRecords, DoNotFreeACallerWhoOptedOut) {
  texted("old", 1, long_ago);
  run_task(ledger().note_words(account, {{caller(1), domain::StopWord::Stop, long_ago}}));
  run_task(ledger().block(caller(2)));
  prune_all();
  EXPECT_TRUE(history(1).opted_out);
  EXPECT_TRUE(history(2).blocked);
}

TEST_P(OldRecords, DoNotForgetACooldownThatStillRuns) {
  const base::Instant texted_at = *cuts.records + minutes{1};
  texted("young", 1, texted_at);
  app::RetentionCuts short_keeping = cuts;
  short_keeping.records = now;
  prune_all(short_keeping);
  EXPECT_EQ(history(1).last_texted_at, texted_at);
}

TEST_P(OldRecords, AreLeftUntilTheirTextIsSettled) {
  const app::OpenReply reply = reserved("old", 1, long_ago);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 0);
  const int attempt = claimed(reply, long_ago);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 0);
  EXPECT_EQ(open_replies().at(0).text.to, caller(1));
  EXPECT_EQ(settle(reply, attempt, ReplyEvent::Accept, "sms-1", long_ago), ReplyState::Sent);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 1);
}

TEST_P(OldRecords, AClaimBetweenTwoStepsFindsItsReplyWhole) {
  for (int n = 0; n < 6; ++n) texted("old" + std::to_string(n), n, long_ago + minutes{n});
  const app::OpenReply reply = reserved("new", 10, now);
  run_task(old_records().prune(cuts, 2));
  const app::ClaimOutcome outcome = claim(reply);
  ASSERT_TRUE(std::holds_alternative<app::Claimed>(outcome));
  run_task(old_records().prune(cuts, 2));
  EXPECT_EQ(std::get<app::Claimed>(outcome).text.to, caller(10));
  EXPECT_EQ(settle(reply, 1, ReplyEvent::Accept, "sms-new", now), ReplyState::Sent);
  prune_all();
  const auto texts = claimed_texts(now - hours{1});
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].text.to, caller(10));
}

TEST_P(OldRecords, ATextOrderedLatelyKeepsItsOldCallWhole) {
  const app::OpenReply reply = reserved("old", 1, long_ago);
  give_up(reply, claimed(reply, long_ago), long_ago);
  const auto ordered = run_task(ledger().order_text(*reply.call, order_limits(), {now, {}}));
  const app::OpenReply again = std::get<app::Ordered>(ordered).reply;
  settle(again, claimed(again, now), ReplyEvent::Accept, "sms-1", now);
  prune_all();
  EXPECT_EQ(newest().call.caller.number, caller(1));
  EXPECT_EQ(claimed_texts(now - hours{1}).at(0).text.to, caller(1));
}

TEST_P(OldRecords, AreNotTextedByOrderAnyMore) {
  const app::OpenReply reply = reserved("old", 1, long_ago);
  give_up(reply, claimed(reply, long_ago), long_ago);
  prune_all();
  const auto outcome = run_task(ledger().order_text(newest().id, order_limits(), {now, {}}));
  EXPECT_EQ(std::get<domain::OrderRefusal>(outcome), domain::OrderRefusal::NotOffered);
}

TEST_P(OldRecords, OfConversationsGoWhole) {
  const domain::Conversation old{"out-1", caller(1), false, long_ago, seconds{60}};
  const domain::Conversation young{"out-2", caller(2), false, now, seconds{60}};
  run_task(ledger().note_conversations(account, {old, young}));
  EXPECT_EQ(prune_all(), 1);
  EXPECT_FALSE(history(1).spoke_until);
  EXPECT_TRUE(history(2).spoke_until);
}

TEST_P(OldRecords, OfTestTextsLoseTheirWordsOnce) {
  const auto ordered =
      run_task(ledger().order_test_text(profile_id, caller(1), order_limits(long_ago), {now, {}}));
  const app::OpenReply test = std::get<app::Ordered>(ordered).reply;
  EXPECT_EQ(prune_all(), 0);
  settle(test, claimed(test, long_ago), ReplyEvent::Accept, "sms-1", long_ago);
  EXPECT_EQ(prune_all(), 1);
  EXPECT_EQ(prune_all(), 0);
  EXPECT_EQ(run_task(ledger().test_text(test.id))->state, ReplyState::Sent);
}

TEST_P(OldRecords, DoNotStandInTheWayOfNewCallsOfTheSameCaller) {
  texted("old", 1, long_ago);
  prune_all();
  texted("new", 1, now);
  EXPECT_EQ(all_calls().size(), 2U);
  EXPECT_EQ(open_replies().size(), 0U);
}

SMS_NOTIFIER_ALL_STORES(OldRecords);

class OldRecordsInTheFile : public ::testing::Test {
 protected:
  std::string file() {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  void prune_all() {
    while (run_task(store->prune(cuts, plenty)) > 0) continue;
  }

  test_support::TempFolder folder;
  std::string path = folder.file("t.db");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store = storage::open_sqlite({path}, *vault);
  Business business{*store};
};

TEST_F(OldRecordsInTheFile, NoColumnOfAnyTableHoldsTheCallersNumberNameOrText) {
  business.texted("2026-01-01 10:00:00|5551000001|5550100199|1", 1, long_ago);
  run_task(store->note_texts_elsewhere(business.account, did, {{caller(1), long_ago}}));
  run_task(store->append({{0, "owner@clinic.example", business.profile_id, long_ago,
                           domain::Sentence::as_written("5551000001 called")}}));
  run_task(store->note_conversations(business.account, {{"out-1", caller(1), false, long_ago, seconds{60}}}));
  const auto ordered = run_task(
      store->order_test_text(business.profile_id, caller(1), order_limits(long_ago), {long_ago, {}}));
  const app::OpenReply test = std::get<app::Ordered>(ordered).reply;
  business.settle(test, business.claimed(test, long_ago), ReplyEvent::Refuse, "", long_ago);
  ASSERT_NE(test_support::all_values(path).find("5551000001"), std::string::npos);
  prune_all();
  const std::string values = test_support::all_values(path);
  EXPECT_EQ(values.find("5551000001"), std::string::npos) << values;
  EXPECT_EQ(values.find("JAMIE"), std::string::npos) << values;
  EXPECT_EQ(values.find("replies: 1|1|1|1|5550100199||Sorry"), std::string::npos) << values;
}

TEST_F(OldRecordsInTheFile, OnlyTheOptOutRegisterKeepsTheNumberOfACallerWhoOptedOut) {
  business.texted("old", 1, long_ago);
  run_task(store->note_words(business.account, {{caller(1), domain::StopWord::Stop, long_ago}}));
  prune_all();
  std::istringstream lines(test_support::all_values(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("5551000001") != std::string::npos) {
      EXPECT_TRUE(line.starts_with("contacts: ")) << line;
    }
  }
}

TEST_F(OldRecordsInTheFile, TheirBytesAreGoneFromTheFileAsWell) {
  business.texted("old", 1, long_ago);
  run_task(store->append({{0, "owner@clinic.example", business.profile_id, long_ago,
                           domain::Sentence::as_written("ROBIN EXAMPLE called")}}));
  store.reset();
  ASSERT_NE(file().find("JAMIE SAMPLE"), std::string::npos);
  ASSERT_NE(file().find("ROBIN EXAMPLE"), std::string::npos);
  store = storage::open_sqlite({path}, *vault);
  prune_all();
  store.reset();
  EXPECT_EQ(file().find("JAMIE SAMPLE"), std::string::npos);
  EXPECT_EQ(file().find("5551000001"), std::string::npos);
  EXPECT_EQ(file().find("ROBIN EXAMPLE"), std::string::npos);
}

}  // namespace
}  // namespace sms_notifier::contract
